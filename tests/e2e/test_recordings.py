"""The reference endpoint against recorded exchanges of a real kube-apiserver (../shared/recordings).

For every recording the store is given the recorded state, the recorded request is sent over HTTP, and the answer's
status, the kind, reason and code of its body, and what is stored afterwards must be the recorded ones.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint

RECORDINGS = Path(__file__).parents[2].parent / "shared/recordings/kubernetes-1.36-reject403.json"
TIMEOUT = 30
OMITTED = re.compile(r"…\((\d+) characters\)$")
# Case -> why the endpoint answers differently on purpose.
DELIBERATE_DIFFERENCES: dict[str, str] = {}

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason=f"{RECORDINGS} is not there")


def load_recordings() -> list[dict[str, Any]]:
    """All exchanges, each with the state that it was recorded in: too large a `given` is in the answer before."""
    if not RECORDINGS.exists():
        return []
    exchanges: list[dict[str, Any]] = json.loads(RECORDINGS.read_text(encoding="utf-8"))["exchanges"]
    state = None
    for exchange in exchanges:
        exchange["given"] = exchange["given"] or state
        state = state_after(exchange)
    return exchanges


def state_after(exchange: dict[str, Any]) -> dict[str, Any] | None:
    given: dict[str, Any] | None = exchange["given"]
    after: dict[str, Any] | None = exchange.get("after")
    if not exchange["stateChanged"]:
        return given
    if exchange["request"]["method"] == "DELETE":
        return None
    return after or dict(json.loads(exchange["response"]["body"]))


def body_of(exchange: dict[str, Any]) -> bytes:
    """The request's body; where the recording cut it short, rebuilt to its full length."""
    body = exchange["request"]["body"] or ""
    cut = OMITTED.search(body)
    if not cut:
        return body.encode()
    whole = copy.deepcopy(exchange["given"])
    annotations = json.loads(body[: cut.start()] + '"}}}')["metadata"]["annotations"]
    assert len(annotations) == 1, "the cut is expected inside the only annotation"
    note, shown = next(iter(annotations.items()))
    whole["metadata"]["annotations"] = {note: ""}
    missing = int(cut[1]) - len(json.dumps(whole, separators=(",", ":")))
    whole["metadata"]["annotations"] = {note: shown[0] * missing}
    return json.dumps(whole, separators=(",", ":")).encode()


def comparable(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """An object without what server and controller fill in as they like."""
    if value is None:
        return None
    own = ("creationTimestamp", "managedFields", "resourceVersion", "uid")
    metadata = {key: item for key, item in value["metadata"].items() if key not in own}
    return {key: item for key, item in {**value, "metadata": metadata}.items() if key != "status"}


def status_parts(body: bytes) -> dict[str, Any]:
    value = json.loads(body)
    parts = {key: value.get(key) for key in ("kind", "apiVersion", "status", "reason", "code")}
    if value["kind"] == "Status":
        details = dict(value.get("details", {}))
        details.pop("causes", None)
        parts["details"] = details
        return parts
    return {"kind": value["kind"], "apiVersion": value["apiVersion"]}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ReferenceEndpoint]:
    options = ReferenceOptions(
        token="qa-token",
        denied_token="viewer-token",
        namespace="kube-test",
        denied_namespace="kube-forbidden",
    )
    with ReferenceEndpoint(options) as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        # A recorded request has the headers that it has, none of the library's.
        session.headers.clear()
        yield session


def replay(endpoint: ReferenceEndpoint, session: requests.Session, exchange: dict[str, Any]) -> requests.Response:
    given = exchange["given"]
    version = int(given["metadata"]["resourceVersion"]) if given else 0
    endpoint.store.load([given] if given else [], version)
    recorded = exchange["request"]
    query = f"?{recorded['query']}" if recorded["query"] else ""
    return session.request(
        recorded["method"],
        f"{endpoint.url}{recorded['path']}{query}",
        headers={"User-Agent": "recorder", **recorded["headers"]},
        data=body_of(exchange),
        timeout=TIMEOUT,
    )


def stored_object(endpoint: ReferenceEndpoint) -> dict[str, Any] | None:
    items = endpoint.store.items()
    return items[0][1] if items else None


@pytest.mark.parametrize("exchange", load_recordings(), ids=lambda exchange: str(exchange["case"]))
def test_answers_as_recorded(endpoint: ReferenceEndpoint, session: requests.Session, exchange: dict[str, Any]) -> None:
    if exchange["case"] in DELIBERATE_DIFFERENCES:
        pytest.skip(DELIBERATE_DIFFERENCES[exchange["case"]])
    recorded = exchange["response"]
    response = replay(endpoint, session, exchange)

    assert response.status_code == recorded["status"], response.text
    assert response.headers["Content-Type"] == recorded["contentType"]
    assert status_parts(response.content) == status_parts(recorded["body"].encode())
    # The same layout: pretty or compact, with or without a newline at the end.
    assert response.text.endswith("\n") == recorded["body"].endswith("\n")
    assert response.text.startswith("{\n") == recorded["body"].startswith("{\n")


@pytest.mark.parametrize("exchange", load_recordings(), ids=lambda exchange: str(exchange["case"]))
def test_stores_as_recorded(endpoint: ReferenceEndpoint, session: requests.Session, exchange: dict[str, Any]) -> None:
    if exchange["case"] in DELIBERATE_DIFFERENCES:
        pytest.skip(DELIBERATE_DIFFERENCES[exchange["case"]])
    replay(endpoint, session, exchange)
    stored, given, after = stored_object(endpoint), exchange["given"], state_after(exchange)

    assert comparable(stored) == comparable(after)
    if given and after:
        assert stored is not None
        assert stored["metadata"]["resourceVersion"] == after["metadata"]["resourceVersion"]
        assert stored["metadata"]["uid"] == after["metadata"]["uid"]
        assert stored["metadata"]["creationTimestamp"] == after["metadata"]["creationTimestamp"]


@pytest.mark.parametrize("exchange", load_recordings(), ids=lambda exchange: str(exchange["case"]))
def test_shows_the_recorded_object(
    endpoint: ReferenceEndpoint, session: requests.Session, exchange: dict[str, Any]
) -> None:
    recorded = json.loads(exchange["response"]["body"])
    response = replay(endpoint, session, exchange)
    if recorded["kind"] == "Status":
        assert response.json()["kind"] == "Status"
    elif recorded["kind"].endswith("List"):
        shown = response.json()
        assert shown["metadata"] == recorded["metadata"]
        assert [comparable(item) for item in shown["items"]] == [comparable(recorded["items"][0])]
    else:
        assert comparable(response.json()) == comparable(recorded)
        assert list(response.json()) == list(recorded)


def test_the_differences_name_recordings() -> None:
    assert set(DELIBERATE_DIFFERENCES) <= {exchange["case"] for exchange in load_recordings()}


def test_all_replacements_are_there() -> None:
    cases = [exchange["case"] for exchange in load_recordings()]
    assert len(cases) == 142
    assert sum(case.startswith("replace: ") for case in cases) > 120
