"""Credentials, methods, paths, sizes and layout of answers."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from contracts.reference.options import ReferenceOptions

from .api import CONTRACT, TIMEOUT, Client, Start, new_job


def test_credentials(client: Client) -> None:
    endpoint, stored = client.endpoint, client.create()
    del client.session.headers["Authorization"]
    for headers, reads, writes in (
        ({}, 401, 401),
        ({"X-Auth-Token": endpoint.token}, 200, 200),
        ({"X-Auth-Token": endpoint.denied_token}, 200, 403),
        ({"X-Auth-Token": "unknown"}, 401, 401),
        ({"Authorization": f"bearer {endpoint.token}"}, 200, 200),
        ({"Authorization": f"Basic {endpoint.token}"}, 401, 401),
        ({"Authorization": endpoint.token}, 401, 401),
        ({"Authorization": "Bearer "}, 401, 401),
        ({"Authorization": ""}, 401, 401),
        ({"Authorization": "Bearer ü"}, 401, 401),
        ({"Authorization": "Bearer x", "X-Auth-Token": endpoint.token}, 401, 401),
    ):
        encoded = {name: value.encode() for name, value in headers.items()}
        assert client.send("GET", "job", headers=encoded).status_code == reads, headers
        assert client.replace(stored, headers=encoded).status_code == writes, headers


@pytest.mark.parametrize("which", ["denied", "other"])
def test_other_namespaces_are_closed(client: Client, which: str) -> None:
    namespace = client.endpoint.denied_namespace if which == "denied" else "other"
    url = client.endpoint.url + CONTRACT.collection_path.format(namespace=namespace)
    for method, address in (("POST", url), ("PUT", f"{url}/job"), ("DELETE", f"{url}/job")):
        response = client.session.request(method, address, json=new_job("job"), timeout=TIMEOUT)
        assert response.status_code == 403
        assert response.json()["kind"] == "Status"
    assert client.endpoint.store.items() == []


def test_tokens_are_not_shown() -> None:
    options = ReferenceOptions(token="secret-one", denied_token="secret-two")
    assert "secret" not in repr(options)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "QUERY"])
def test_other_methods(client: Client, method: str) -> None:
    response = client.send(method, "job")
    assert response.status_code == 405
    assert "PUT" in response.headers["Allow"]
    if method != "HEAD":
        assert response.json()["reason"] == "MethodNotAllowed"


@pytest.mark.parametrize("path", ["/", "/apis", "/healthz", "/apis/other/v1/x", "{item}/status", "{item}/x/y"])
def test_unknown_paths(client: Client, path: str) -> None:
    item = urlsplit(client.collection).path + "/job"
    response = client.session.get(client.endpoint.url + path.format(item=item), timeout=TIMEOUT)
    assert response.status_code == 404
    assert response.json()["code"] == 404
    assert response.headers["Content-Type"] == "application/json"


def test_too_large_a_body(client: Client) -> None:
    stored = client.create()
    response = client.send("PUT", "job", data=b" " * (3 * 1024 * 1024 + 1))
    assert response.status_code == 413
    assert client.read() == stored


def test_a_connection_is_kept(client: Client) -> None:
    client.create()
    parts = urlsplit(client.endpoint.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        ports = set()
        for method in ("GET", "HEAD", "GET"):
            connection.request(method, "/", headers={"Authorization": f"Bearer {client.endpoint.token}"})
            response = connection.getresponse()
            assert len(response.read()) == (0 if method == "HEAD" else int(response.headers["Content-Length"]))
            ports.add(connection.sock.getsockname())
        assert len(ports) == 1
    finally:
        connection.close()


def test_people_get_pretty_answers(client: Client) -> None:
    client.create()
    for agent, pretty, expected in (
        ("curl/8.5.0", None, True),
        ("Wget/1.21", None, True),
        ("Mozilla/5.0 (X11)", None, True),
        ("python-requests/2", None, False),
        ("curl/8.5.0", "false", False),
        ("curl/8.5.0", "nonsense", False),
    ):
        response = client.send("GET", "job", headers={"User-Agent": agent}, params={"pretty": pretty})
        assert response.text.startswith("{\n  ") is expected


def test_only_documented_statuses(start: Start) -> None:
    client = start(documented_statuses_only=True)
    stored = client.create()
    stale = {**stored, "metadata": {**stored["metadata"], "resourceVersion": "1"}}
    invalid = {**stored, "spec": {**stored["spec"], "cleanPodPolicy": "Sometimes"}}
    answers = [
        client.send("PUT", "job", json=stored, headers={"Accept": "text/html"}),
        client.replace(stale),
        client.send("PUT", "job", data="<a/>", headers={"Content-Type": "application/xml"}),
        client.replace(invalid),
    ]
    assert client.send("GET", "absent").status_code == 404, "the page says nothing of other operations"
    for response in answers:
        assert (response.status_code, response.json()["code"]) == (400, 400)
        assert response.json()["reason"] == "BadRequest"
