"""Concurrent requests, ports, signals, and steps that are exchanged."""

from __future__ import annotations

import copy
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint

from .api import TIMEOUT, Client, Start


def test_of_eight_replacements_of_one_version_one_wins(client: Client) -> None:
    stored = client.create()

    def attempt(number: int) -> tuple[int, int]:
        own = Client(client.endpoint)
        value = copy.deepcopy(stored)
        value["spec"]["activeDeadlineSeconds"] = number
        with own.session:
            return number, own.replace(value).status_code

    with ThreadPoolExecutor(8) as pool:
        results = dict(pool.map(attempt, range(8)))
    assert sorted(results.values()) == [200] + [409] * 7
    winner = next(number for number, status in results.items() if status == 200)
    after = client.read()
    assert after["spec"]["activeDeadlineSeconds"] == winner
    assert int(after["metadata"]["resourceVersion"]) == int(stored["metadata"]["resourceVersion"]) + 1


def test_a_taken_port_is_told_at_the_start(client: Client) -> None:
    with pytest.raises(OSError, match="in use"):
        ReferenceEndpoint(ReferenceOptions(port=client.endpoint.port))


def test_stopping_twice(start: Start) -> None:
    client = start()
    client.endpoint.stop()
    client.endpoint.stop()
    with pytest.raises(requests.exceptions.ConnectionError):
        client.send("GET")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_until_a_signal(number: signal.Signals) -> None:
    script = (
        "from contracts.reference.options import ReferenceOptions\n"
        "from contracts.reference.server import serve_forever\n"
        "serve_forever(ReferenceOptions(), lambda endpoint: print(endpoint.url, flush=True))\n"
        "print('ended')\n"
    )
    arguments = [sys.executable, "-W", "error", "-c", script]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert requests.get(process.stdout.readline().strip(), timeout=TIMEOUT).status_code == 401
            process.send_signal(number)
            output, errors = process.communicate(timeout=TIMEOUT)
        except BaseException:
            process.kill()  # or leaving the context would wait for ever
            raise
    assert (process.returncode, output, errors) == (0, "ended\n", "")


def test_a_step_can_be_exchanged() -> None:
    def lying(resource: Resource, options: ReferenceOptions) -> Behaviour:
        def answer(request: Request, response: Response) -> Response:
            return replace(response, status=418) if request.method == "GET" else response

        return replace(conformant(resource, options), answer=answer)

    with ReferenceEndpoint(behaviour=lying) as endpoint:
        client = Client(endpoint)
        with client.session:
            assert client.send("GET").status_code == 418


def test_a_failing_step_is_answered_as_a_status() -> None:
    def failing(resource: Resource, options: ReferenceOptions) -> Behaviour:
        def merge(stored: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
            raise RuntimeError("broken on purpose")

        return replace(conformant(resource, options), merge=merge)

    with ReferenceEndpoint(behaviour=failing) as endpoint:
        client = Client(endpoint)
        with client.session:
            stored = client.create()
            response = client.replace(stored)
            assert (response.status_code, response.json()["kind"]) == (500, "Status")
            assert client.read() == stored
