"""`schemathesis run` with our hooks, over HTTP: what it sends, what it says, and what it leaves."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from tests.faults import faulty

from .command import CLEAN, LIMIT, ROOT, attempts
from .endpoint import Served, served
from .tls import Tls
from .undo import restore

SPEC = ROOT / "openapi" / "replace-pytorchjob.yaml"
FOREIGN = "somebodys"
QUICK = ("--max-examples=10", "--seed=1")
EXAMPLES = ("--phases=examples", "--seed=1")


@dataclass
class Watched:
    """An endpoint that holds somebody's object, what it was asked since, and what Schemathesis says of it."""

    served: Served
    directory: Path
    asked: list[Request] = field(default_factory=list)

    def command(self, *arguments: str, toml: str = "") -> list[str]:
        """The command in its own directory; the configuration names somebody's object, which must not matter."""
        named = f'namespace = "{self.served.endpoint.options.namespace}"\nname = "{FOREIGN}"'
        (self.directory / "schemathesis.toml").write_text(f"[parameters]\n{named}\n{toml}\n")
        start = [str(Path(sys.executable).with_name("schemathesis")), "run", str(SPEC)]
        told = [f"--url={self.served.endpoint.url}", "--no-color", "--report=vcr", "--report-vcr-path=cassette.yaml"]
        return [*start, *told, "-H", f"Authorization: Bearer {self.served.endpoint.options.token}", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the command: the hooks, and where its journal is."""
        hooks = {"SCHEMATHESIS_HOOKS": "contracts.schemathesis_hooks", "XDG_STATE_HOME": str(self.state)}
        return {**CLEAN, **hooks}

    @property
    def state(self) -> Path:
        """Where journals are."""
        return self.directory / "state"

    def run(self, *arguments: str, toml: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            self.command(*arguments, toml=toml),
            cwd=self.directory,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )

    @contextmanager
    def started(self, puts: int) -> Iterator[subprocess.Popen[str]]:
        """The command at work, after so many replacements."""
        with subprocess.Popen(
            self.command("--max-examples=1000"),
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as process:
            try:
                for _ in attempts():
                    if sum(one.method == "PUT" for one in self.asked) >= puts:
                        break
                    assert process.poll() is None, process.communicate()[0]
                    time.sleep(0.005)
                yield process
            finally:
                process.kill()

    def expect_nothing_left(self) -> None:
        """Nobody has asked for somebody's object, and it is all that is there; no journal is left either."""
        assert [one for one in self.asked if FOREIGN in one.path] == []
        assert [job["metadata"]["name"] for job in self.served.jobs()] == [FOREIGN]
        assert list(self.state.rglob("*.json")) == []


Watch = Callable[..., Any]
Steps = Callable[[Resource, ReferenceOptions], Behaviour]
Answer = Callable[[Served, Request, Response], Response]


def _as_usual(_served: Served, _request: Request, response: Response) -> Response:
    return response


@contextmanager
def watched(
    directory: Path, steps: Steps = conformant, answer: Answer = _as_usual, **options: Any
) -> Iterator[Watched]:
    """Serve an endpoint with somebody's object, and note what it is asked from then on."""
    found: list[Watched] = []

    def behaviour(resource: Resource, chosen: ReferenceOptions) -> Behaviour:
        usual = steps(resource, chosen)

        def noted(request: Request, response: Response) -> Response:
            given = usual.answer(request, response)
            if not found:
                return given
            found[0].asked.append(request)
            return answer(found[0].served, request, given)

        return replace(usual, answer=noted)

    with served(directory, behaviour, **options) as endpoint:
        if "certificate_file" not in options:
            endpoint.create(FOREIGN)
        found.append(Watched(endpoint, directory))
        yield found[0]


@pytest.fixture(scope="module")
def conformant_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Watched, Any, list[Request]]]:
    """One run of every phase against a conformant endpoint."""
    with watched(tmp_path_factory.mktemp("hooks")) as endpoint:
        before = endpoint.served.jobs()
        endpoint.asked.clear()
        done = endpoint.run(*QUICK)
        asked = list(endpoint.asked)
        assert endpoint.served.jobs() == before
        yield endpoint, done, asked


def test_a_conformant_endpoint_has_no_failures(conformant_run: tuple[Watched, Any, list[Request]]) -> None:
    _, done, _ = conformant_run
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout


def test_valid_data_is_accepted(conformant_run: tuple[Watched, Any, list[Request]]) -> None:
    endpoint, *_ = conformant_run
    statuses: Counter[tuple[str, str]] = Counter()
    for one in yaml.safe_load((endpoint.directory / "cassette.yaml").read_text())["http_interactions"]:
        mode = (one.get("generation") or {}).get("mode")
        if mode:
            statuses[mode, "accepted" if one["response"]["status"]["code"] == "200" else "refused"] += 1
    assert statuses["positive", "accepted"] >= 20
    assert statuses["positive", "refused"] <= statuses["positive", "accepted"] / 9
    assert statuses["negative", "refused"] >= 20


def test_only_the_object_of_the_run_is_touched(conformant_run: tuple[Watched, Any, list[Request]]) -> None:
    endpoint, _, asked = conformant_run
    endpoint.expect_nothing_left()
    collection = endpoint.served.endpoint.resource.collection_path.format(
        namespace=endpoint.served.endpoint.options.namespace
    )
    sent = {(one.method, re.sub(r"contract-[0-9a-f]{10}(-\w+)?$", "OWN", one.path)) for one in asked}
    item = f"{collection}/OWN"
    # Schemathesis itself asks for the base URL; what a target may have made beside the object is looked for, too
    assert {one for one in sent if one[0] != "GET"} == {("POST", collection), ("PUT", item), ("DELETE", item)}
    by_schemathesis = [one for one in asked if "schemathesis" in one.headers.get("user-agent", "")]
    assert {one.method for one in by_schemathesis} == {"PUT", "GET"}
    assert sum(one.method == "GET" for one in by_schemathesis) <= 2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("uid-stored", ("immutable.identity", "metadata.uid changed from")),
        ("labels-ignored", ("replaceable.labels", "is not stored as it was sent")),
        ("malformed-as-500", ("status.400", "A body that is no JSON object is refused", "Expected: 400")),
    ],
)
def test_a_fault_is_told_in_our_words(tmp_path: Path, fault: str, words: tuple[str, ...]) -> None:
    with watched(tmp_path, faulty(fault)) as endpoint:
        done = endpoint.run(*EXAMPLES, "--continue-on-failure")
        assert done.returncode == 1, done.stdout + done.stderr
        for word in words:
            assert word in done.stdout
        endpoint.expect_nothing_left()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("pretty-loses-labels", "pretty"),
        ("conflict-refused-but-stored", "status.refusal-changes-nothing"),
        ("refused-but-last-field-stored", "status.refusal-changes-nothing"),
        ("label-dropped-beside-an-added-one", "replaceable.labels"),
    ],
)
def test_more_faults(tmp_path: Path, fault: str, requirement: str) -> None:
    with watched(tmp_path, faulty(fault)) as endpoint:
        done = endpoint.run("--seed=1", "--continue-on-failure")
        assert done.returncode == 1, done.stdout + done.stderr
        assert requirement in done.stdout
        endpoint.expect_nothing_left()


def test_a_check_can_be_turned_off(tmp_path: Path) -> None:
    with watched(tmp_path, faulty("uid-stored")) as endpoint:
        off = "[checks.contract_immutable]\nenabled = false\n[checks.contract_cleanup]\nenabled = false"
        done = endpoint.run(*EXAMPLES, toml=off)
        assert done.returncode == 0, done.stdout + done.stderr
        endpoint.expect_nothing_left()


@pytest.mark.slow
def test_checks_can_be_named_on_the_command_line(tmp_path: Path) -> None:
    with watched(tmp_path, faulty("uid-stored")) as endpoint:
        assert endpoint.run(*EXAMPLES, "--checks=contract_immutable").returncode == 1
        assert endpoint.run(*EXAMPLES, "--exclude-checks=contract_immutable").returncode == 0
        endpoint.expect_nothing_left()


def test_a_redirect_to_another_object_is_not_followed(tmp_path: Path) -> None:
    def moved(target: Served, request: Request, response: Response) -> Response:
        if request.method != "PUT":
            return response
        return replace(response, status=307, headers={"Location": f"{target.collection}/{FOREIGN}"})

    with watched(tmp_path, answer=moved) as endpoint:
        done = endpoint.run(*QUICK)
        assert done.returncode == 1
        assert "status.only-documented" in done.stdout
        endpoint.expect_nothing_left()


def test_an_object_that_is_deleted_by_a_replacement_is_made_again(tmp_path: Path) -> None:
    with watched(tmp_path, faulty("deletion-time-deletes")) as endpoint:
        done = endpoint.run("--phases=examples", "--seed=1", "--continue-on-failure")
        assert done.returncode == 1, done.stdout + done.stderr
        assert "immutable." in done.stdout
        assert sum(one.method == "POST" for one in endpoint.asked) >= 2
        endpoint.expect_nothing_left()


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    with watched(tmp_path) as endpoint, endpoint.started(puts=20) as process:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=LIMIT)
        assert "Traceback" not in output
        endpoint.expect_nothing_left()


def test_a_killed_run_is_undone_by_restore(tmp_path: Path) -> None:
    with watched(tmp_path) as endpoint:
        with endpoint.started(puts=20) as process:
            process.kill()
            process.wait(timeout=LIMIT)
        assert len(endpoint.served.jobs()) == 2
        done = restore(endpoint.served, endpoint.state)
        assert done.returncode == 0, done.stdout + done.stderr
        endpoint.expect_nothing_left()


def test_a_refused_credential_is_told(tmp_path: Path) -> None:
    with watched(tmp_path) as endpoint:
        done = endpoint.run(*EXAMPLES, "-H", "Authorization: Bearer wrong")
        assert done.returncode == 1
        assert "the credential is refused: 401" in done.stdout
        assert "-H gives the credential" in done.stdout
        assert not any(one.method in ("PUT", "POST", "DELETE") for one in endpoint.asked)


def test_another_specification_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    paths = {"/x": {"put": {"responses": {"200": {"description": "."}}}}}
    other.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}))
    with watched(tmp_path) as endpoint:
        command = [str(other) if one == str(SPEC) else one for one in endpoint.command(*EXAMPLES)]
        done = subprocess.run(
            command, cwd=tmp_path, env=endpoint.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode != 0
        assert "this is no specification of PUT" in done.stdout + done.stderr
        assert endpoint.asked == []


def test_trust_is_taken_from_schemathesis(tmp_path: Path, tls: Tls) -> None:
    with watched(tmp_path, certificate_file=tls.server) as endpoint:
        trusted = endpoint.run(*EXAMPLES, f"--tls-verify={tls.ca}")
        assert trusted.returncode == 0, trusted.stdout + trusted.stderr
        assert endpoint.asked
        endpoint.asked.clear()
        assert endpoint.run(*EXAMPLES).returncode != 0
        assert endpoint.asked == []
