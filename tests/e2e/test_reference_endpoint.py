"""The reference endpoint over real HTTP: modes, controller, finalizers, owners, TLS, concurrency, odd requests."""

from __future__ import annotations

import copy
import http.client
import signal
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
import requests
import trustme

from contracts.reference.behaviour import Behaviour, Response
from contracts.reference.conformant import conformant
from contracts.reference.http_request import Request
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint
from contracts.spec.load import load_contract

TIMEOUT = 30
CONTRACT = load_contract()
REPLICAS = "pytorchReplicaSpecs"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Client:
    """Requests against one endpoint with one credential."""

    def __init__(self, endpoint: ReferenceEndpoint, **session: Any) -> None:
        self.endpoint = endpoint
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {endpoint.token}"
        for name, value in session.items():
            setattr(self.session, name, value)

    @property
    def collection(self) -> str:
        return self.endpoint.url + CONTRACT.collection_path.format(namespace=self.endpoint.namespace)

    def send(self, method: str, name: str = "", **arguments: Any) -> requests.Response:
        url = f"{self.collection}/{name}" if name else self.collection
        return self.session.request(method, url, timeout=TIMEOUT, **arguments)

    def create(self, name: str = "job", **metadata: Any) -> dict[str, Any]:
        response = self.send("POST", json=new_job(name, **metadata))
        assert response.status_code == 201, response.text
        return self.read(name)

    def read(self, name: str = "job") -> dict[str, Any]:
        response = self.send("GET", name)
        assert response.status_code == 200, response.text
        value: dict[str, Any] = response.json()
        return value

    def replace(self, value: dict[str, Any], **arguments: Any) -> requests.Response:
        return self.send("PUT", value["metadata"]["name"], json=value, **arguments)

    def gone(self, name: str = "job") -> bool:
        return self.send("GET", name).status_code == 404


def new_job(name: str, **metadata: Any) -> dict[str, Any]:
    job = copy.deepcopy(CONTRACT.example_request)
    job["metadata"] = {"name": name, **metadata}
    del job["status"]
    return job


Start = Callable[..., Client]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts an endpoint with options and gives a client of it; everything ends with the test."""
    with ExitStack() as stack:

        def started(clock: Clock | None = None, **options: Any) -> Client:
            arguments: dict[str, Any] = {"clock": clock} if clock else {}
            endpoint = stack.enter_context(ReferenceEndpoint(ReferenceOptions(**options), **arguments))
            client = Client(endpoint)
            stack.callback(client.session.close)
            return client

        yield started


@pytest.fixture(scope="module")
def running() -> Iterator[ReferenceEndpoint]:
    with ReferenceEndpoint() as endpoint:
        yield endpoint


@pytest.fixture
def client(running: ReferenceEndpoint) -> Iterator[Client]:
    """A client of an empty endpoint with the default options."""
    running.store.load([], 0)
    client = Client(running)
    with client.session:
        yield client


# ------------------------------------------------------------------ the life of an object


def test_life(client: Client) -> None:
    created = client.create()
    assert created["metadata"]["generation"] == 1
    assert created["status"]["conditions"], "the controller has noticed the job"
    assert created["metadata"]["namespace"] == client.endpoint.namespace
    listed = client.send("GET").json()
    assert listed["items"] == [created]
    assert listed["kind"] == f"{CONTRACT.kind}List"

    deleted = client.send("DELETE", "job")
    assert deleted.json()["details"]["uid"] == created["metadata"]["uid"]
    assert client.gone()
    assert client.send("GET").json()["items"] == []
    assert client.send("DELETE", "job").status_code == 404


@pytest.mark.parametrize("profile", ["document", "kubernetes"])
def test_answers_fit_the_contract(client: Client, profile: str) -> None:
    stored = client.create()
    stored["metadata"]["labels"] = {"a": "b"}
    answered = client.replace(stored).json()
    jsonschema_rs.validate(CONTRACT.response_schema(profile), answered)
    assert answered == client.read()


def test_documented_example_is_served_as_it_stands(client: Client) -> None:
    example = copy.deepcopy(CONTRACT.example_request)
    example["metadata"]["namespace"] = client.endpoint.namespace
    client.endpoint.store.load([example], int(example["metadata"]["resourceVersion"]))
    example["spec"]["ttlSecondsAfterFinished"] += 1
    answered = client.replace(example)
    assert answered.status_code == 200, answered.text
    assert answered.json()["spec"] == example["spec"]
    assert answered.json()["metadata"]["selfLink"] == example["metadata"]["selfLink"]


def test_generated_names_differ(client: Client) -> None:
    job = new_job("")
    job["metadata"] = {"generateName": "run-"}
    names = {client.send("POST", json=job).json()["metadata"]["name"] for _ in range(5)}
    assert len(names) == 5
    assert all(name.startswith("run-") for name in names)


def test_what_the_server_owns_is_not_taken_from_a_creation(client: Client) -> None:
    job = new_job("job", uid="mine", creationTimestamp="2001-01-01T00:00:00Z", generation=7)
    job["status"] = {"startTime": "2001-01-01T00:00:00Z"}
    stored = client.send("POST", json=job).json()
    assert stored["metadata"]["uid"] != "mine"
    assert stored["metadata"]["generation"] == 1
    assert not stored["metadata"]["creationTimestamp"].startswith("2001")
    assert "status" not in stored


def test_name_must_be_given(client: Client) -> None:
    job = new_job("")
    job["metadata"] = {}
    assert client.send("POST", json=job).json()["details"]["causes"][0]["field"] == "metadata.name"


@pytest.mark.parametrize(
    ("preconditions", "status"),
    [
        ({"uid": "other"}, 409),
        ({"resourceVersion": "1"}, 409),
        ({"uid": 1}, 400),
        ([], 200),
        ([1], 400),
        ({}, 200),
    ],
)
def test_delete_preconditions(client: Client, preconditions: Any, status: int) -> None:
    client.create()
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": preconditions}
    assert client.send("DELETE", "job", json=options).status_code == status
    assert client.gone() is (status == 200)


def test_delete_with_the_right_preconditions(client: Client) -> None:
    metadata = client.create()["metadata"]
    preconditions = {key: metadata[key] for key in ("uid", "resourceVersion")}
    assert client.send("DELETE", "job", json={"preconditions": preconditions}).status_code == 200
    assert client.gone()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_dry_run_stores_nothing(client: Client, method: str) -> None:
    before = client.create()
    changed = {**before, "metadata": {**before["metadata"], "labels": {"dry": "run"}}}
    bodies = {"POST": new_job("second"), "PUT": changed, "PATCH": {"metadata": {"labels": {"dry": "run"}}}}
    response = client.send(
        method,
        "" if method == "POST" else "job",
        json=bodies.get(method),
        params={"dryRun": "All"},
        headers={"Content-Type": "application/merge-patch+json"} if method == "PATCH" else {},
    )
    assert response.status_code in (200, 201), response.text
    assert client.send("GET").json()["items"] == [before]


def test_a_stale_uid_is_a_conflict_even_when_the_object_is_gone(client: Client) -> None:
    stored = client.create()
    client.send("DELETE", "job")
    assert client.replace(stored).status_code == 409
    del stored["metadata"]["uid"]
    assert client.replace(stored).status_code == 404


def test_merge_patch(client: Client) -> None:
    stored = client.create(labels={"a": "1", "b": "2"})
    patch = {"metadata": {"labels": {"a": None, "c": "3"}}, "spec": {"ttlSecondsAfterFinished": 5}}
    merge = {"Content-Type": "application/merge-patch+json"}
    patched = client.send("PATCH", "job", json=patch, headers=merge).json()
    assert patched["metadata"]["labels"] == {"b": "2", "c": "3"}
    assert patched["metadata"]["generation"] == stored["metadata"]["generation"] + 1
    assert client.send("PATCH", "job", json=patch).status_code == 415
    assert client.send("PATCH", "job", data="[]", headers=merge).status_code == 400
    stale = {"metadata": {"resourceVersion": stored["metadata"]["resourceVersion"]}}
    assert client.send("PATCH", "job", json=stale, headers=merge).status_code == 409
    assert client.read() == patched


# ------------------------------------------------------------------ immutability


MODES = [
    (Immutability.REFUSE_403, 403, "Forbidden"),
    (Immutability.REFUSE_400, 400, "BadRequest"),
    (Immutability.REFUSE_422, 422, "Invalid"),
]


def changed_everywhere(stored: dict[str, Any]) -> list[dict[str, Any]]:
    """The stored object with one immutable field changed, in several ways, and a replaceable one with it."""
    values = []
    for change in ("image", "boolean", "backoff", "removed", "metadata", "owner"):
        value = copy.deepcopy(stored)
        value["spec"]["ttlSecondsAfterFinished"] = 77
        master = value["spec"][REPLICAS]["Master"]
        container = master["template"]["spec"]["containers"][0]
        if change == "image":
            container["image"] = "other:v2"
        elif change == "boolean":
            container["unknown"] = True
        elif change == "backoff":
            value["spec"]["backoffLimit"] = 3
        elif change == "removed":
            del value["spec"][REPLICAS]["Worker"]
        elif change == "metadata":
            value["metadata"]["finalizers"] = ["example.com/one"]
        else:
            owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": "u"}
            value["metadata"]["ownerReferences"] = [owner]
        values.append(value)
    return values


@pytest.mark.parametrize(("mode", "status", "reason"), MODES)
def test_refusing_modes(start: Start, mode: Immutability, status: int, reason: str) -> None:
    client = start(immutability=mode)
    stored = client.create()
    for value in changed_everywhere(stored):
        response = client.replace(value)
        assert (response.status_code, response.json()["reason"]) == (status, reason)
        assert client.read() == stored


def test_ignoring_mode(start: Start) -> None:
    client = start(immutability=Immutability.IGNORE)
    stored = client.create()
    for value in changed_everywhere(stored):
        value["metadata"]["resourceVersion"] = client.read()["metadata"]["resourceVersion"]
        answered = client.replace(value)
        assert answered.status_code == 200, answered.text
        expected = {**stored["spec"], "ttlSecondsAfterFinished": 77}
        assert answered.json()["spec"] == expected
        assert answered.json()["status"] == stored["status"]
        assert not {"finalizers", "ownerReferences"} & set(answered.json()["metadata"])
        assert client.read() == answered.json()


def test_ignoring_mode_still_refuses_what_is_no_such_object(start: Start) -> None:
    client = start(immutability=Immutability.IGNORE)
    stored = client.create()
    for wrong in ({"spec": None}, {"kind": "TFJob"}, {"spec": 1}):
        assert client.replace({**stored, **wrong}).status_code == 422
    assert client.read() == stored


def test_true_is_not_one(client: Client) -> None:
    job = new_job("job")
    job["spec"][REPLICAS]["Master"]["template"]["free"] = 1
    assert client.send("POST", json=job).status_code == 201
    stored = client.read()
    stored["spec"][REPLICAS]["Master"]["template"]["free"] = True
    assert client.replace(stored).status_code == 403
    stored["spec"][REPLICAS]["Master"]["template"]["free"] = 1.0
    assert client.replace(stored).status_code == 200


# ------------------------------------------------------------------ controller, finalizers, owners


def test_the_controller_writes_status_and_version_only(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, controller_interval=0.05)
    first = client.create()
    assert client.read() == first, "no time has passed"
    clock.move(0.05)
    second = client.read()
    assert second["metadata"]["resourceVersion"] != first["metadata"]["resourceVersion"]
    assert second["metadata"]["generation"] == first["metadata"]["generation"]
    assert second["status"] != first["status"]
    assert second["spec"] == first["spec"]


def test_a_replacement_can_lose_against_the_controller(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, controller_interval=1)
    stored = client.create()
    clock.move(3)
    assert client.replace(stored).status_code == 409
    assert client.replace(client.read()).status_code == 200


def test_the_controller_is_driven_by_the_real_clock(start: Start) -> None:
    client = start(controller_interval=0.001)
    versions = {client.create()["metadata"]["resourceVersion"]}
    while len(versions) < 3:
        versions.add(client.read()["metadata"]["resourceVersion"])
    assert len(versions) == 3


def test_status_is_not_replaced(client: Client) -> None:
    stored = client.create()
    answered = client.replace({**stored, "status": {"startTime": "2000-01-01T00:00:00Z"}})
    assert answered.status_code == 200
    assert client.read() == stored


def test_finalizers_hold_a_lenient_object(start: Start) -> None:
    client = start(lenient_metadata=True)
    stored = client.create()
    stored["metadata"]["finalizers"] = ["example.com/one", "example.com/two"]
    stored = client.replace(stored).json()
    assert client.send("DELETE", "job").json()["metadata"]["deletionTimestamp"]
    waiting = client.read()
    assert waiting["metadata"]["generation"] == stored["metadata"]["generation"] + 1
    assert client.send("DELETE", "job").json() == waiting

    waiting["metadata"]["finalizers"] = ["example.com/one", "example.com/three"]
    assert client.replace(waiting).status_code == 422
    waiting["metadata"]["finalizers"] = ["example.com/one"]
    waiting = client.replace(waiting).json()
    assert waiting["metadata"]["deletionTimestamp"], "one is left"
    del waiting["metadata"]["finalizers"]
    assert client.replace(waiting).status_code == 200
    assert client.gone()


@pytest.mark.parametrize("mode", list(Immutability))
def test_an_object_that_was_created_with_a_finalizer_is_not_stuck(start: Start, mode: Immutability) -> None:
    client = start(immutability=mode)
    client.create(finalizers=["example.com/one"])
    client.send("DELETE", "job")
    waiting = client.read()
    del waiting["metadata"]["finalizers"]
    assert client.replace(waiting).status_code == 200
    assert client.gone()


def owner(uid: str) -> dict[str, str]:
    return {"apiVersion": CONTRACT.api_version, "kind": CONTRACT.kind, "name": "owner", "uid": uid}


def test_orphans_are_collected(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, lenient_metadata=True, collection_delay=0.2)
    stored = client.create()
    stored["metadata"]["ownerReferences"] = [owner("nobody")]
    assert client.replace(stored).status_code == 200
    clock.move(0.1)
    assert not client.gone()
    clock.move(0.2)
    assert client.gone()


def test_an_owned_object_goes_with_its_owner(start: Start) -> None:
    clock = Clock()
    client = start(clock=clock, lenient_metadata=True)
    uid = client.create("owner")["metadata"]["uid"]
    client.create("job", ownerReferences=[owner("nobody"), owner(uid)])
    clock.move(60)
    assert not client.gone()
    client.send("DELETE", "owner")
    assert not client.gone(), "not at once"
    clock.move(60)
    assert client.gone()


def test_lenient_metadata_is_still_checked(start: Start) -> None:
    client = start(lenient_metadata=True)
    for metadata in (
        {"finalizers": ["no spaces"]},
        {"ownerReferences": [{"name": "a"}]},
        {"ownerReferences": [owner("a") | {"controller": True}, owner("b") | {"controller": True}]},
    ):
        stored = client.create("checked")
        stored["metadata"] |= metadata
        assert client.replace(stored).status_code == 422
        client.send("DELETE", "checked")


# ------------------------------------------------------------------ credentials and addresses


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


# ------------------------------------------------------------------ concurrency and TLS


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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files of a private authority: ca, server (certificate and key), client (certificate and key)."""
    directory = tmp_path_factory.mktemp("tls")
    ca = trustme.CA()
    files = {name: directory / f"{name}.pem" for name in ("ca", "server", "client")}
    ca.cert_pem.write_to_path(files["ca"])
    ca.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(files["server"])
    ca.issue_cert("tester@example.com").private_key_and_cert_chain_pem.write_to_path(files["client"])
    return files


def test_tls(start: Start, authority: dict[str, Path]) -> None:
    client = start(certificate_file=authority["server"])
    assert client.endpoint.url.startswith("https://127.0.0.1:")
    with pytest.raises(requests.exceptions.SSLError):
        client.send("GET")
    client.session.verify = str(authority["ca"])
    assert client.send("GET").status_code == 200


def test_client_certificates(start: Start, authority: dict[str, Path]) -> None:
    client = start(certificate_file=authority["server"], client_ca_file=authority["ca"])
    client.session.verify = str(authority["ca"])
    del client.session.headers["Authorization"]
    assert client.send("GET").status_code == 401
    client.session.close()
    client.session.cert = str(authority["client"])
    client.create()
    wrong = {"Authorization": "Bearer wrong"}
    assert client.send("GET", headers=wrong).status_code == 401


def test_an_unusable_certificate_is_told_at_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing", encoding="utf-8")
    with pytest.raises(ssl.SSLError):
        ReferenceEndpoint(ReferenceOptions(certificate_file=broken))


# ------------------------------------------------------------------ the endpoint itself


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
