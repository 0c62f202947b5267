"""What a credential has come into is withheld from the report directory; files of the user stay as they are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.behaviour import conformant
from contracts.reference.conditions.webhooks import INJECTED
from contracts.spec.load import load_contract
from tests.faults.catalogue import faulty

from ..command import CASES, CLEAN, LIMIT, ROOT, command_line, prefixed, pythonpath
from .canaries import DENIED, LOUD, TOKEN, Tell
from .conftest import Canaries


@pytest.mark.parametrize("command", [True, False], ids=["command", "pytest"])
def test_leak_is_withheld(canaries: Canaries, tmp_path: Path, command: bool) -> None:
    """A plugin that writes the token into files of the report directory, in three spellings."""
    home, reports = tmp_path, tmp_path / "reports"
    (tmp_path / "leak.py").write_text(
        "import base64, json, pathlib\n"
        "def pytest_sessionfinish():\n"
        f"    directory, token = pathlib.Path({str(reports)!r}), {TOKEN!r}\n"
        "    directory.mkdir(exist_ok=True)\n"
        "    (directory / 'plain.txt').write_text('it is ' + token)\n"
        "    (directory / 'deep').mkdir()\n"
        "    (directory / 'deep' / 'coded.json').write_text(json.dumps(base64.b64encode(token.encode()).decode()))\n"
        "    (directory / 'innocent.txt').write_text('nothing')\n"
    )
    environment = {**CLEAN, "PYTHONPATH": pythonpath(home), "XDG_STATE_HOME": str(home / "state")}
    with canaries() as (served, _):
        if command:
            line = command_line(*served.arguments, "--", "-p", "leak", "-k", "labels", directory=reports)
        else:
            line = [sys.executable, "-m", "pytest", "-p", "leak", "-k", "labels", *prefixed(served.arguments)]
            line += [
                f"--contract-report-dir={reports}",
                f"--rootdir={ROOT}",
                "-c",
                str(ROOT / "pyproject.toml"),
                str(CASES),
            ]
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=LIMIT, cwd=home, env=environment, check=False
        )
    assert done.returncode == 3, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if "withheld" in line]
    assert len(lines) == 2, done.stderr
    assert any("plain.txt" in line for line in lines)
    assert any("coded.json" in line for line in lines)
    assert (reports / "innocent.txt").read_text() == "nothing"
    assert "withheld" in (reports / "plain.txt").read_text()
    assert json.loads((reports / "conformance.json").read_text())["verdict"]
    assert TOKEN not in done.stdout + done.stderr
    for file in reports.rglob("*"):
        assert file.is_dir() or TOKEN.encode() not in file.read_bytes()


def test_conformant_endpoint_keeps_its_report(canaries: Canaries, tell: Tell) -> None:
    with canaries(conformant) as (served, name):
        told = tell(
            *served.arguments, f"--name={name}", "--yes", "--", "-k", "labels or credential or replica-specs-change"
        )
    assert told.status == 0, told.output
    assert "withheld" not in told.output
    told.expect_no_canary()


@pytest.mark.parametrize("behaviour", [None, faulty("replicas-replaceable")], ids=["conformant", "faulty"])
def test_credential_that_a_webhook_injects(canaries: Canaries, tell: Tell, behaviour: Any) -> None:
    """What a created object comes to hold is in no answer that is recorded."""
    chosen = "replica-specs-change or status.200 or labels"
    with canaries(behaviour, conditions=frozenset({"injector-secret"})) as (served, _):
        told = tell(*served.arguments, "--har=run.har", *LOUD, "-k", chosen)
    assert told.status == (1 if behaviour else 0), told.output[-3000:]
    assert "withheld" not in told.output
    har = next(data for path, data in told.files.items() if path.name == "run.har")
    assert har.count(b"AWS_SECRET_ACCESS_KEY") > 10
    attached = [data for path, data in told.files.items() if "allure" in str(path)]
    assert behaviour is None or any(b"AWS_SECRET_ACCESS_KEY" in data for data in attached)
    told.expect_no_canary(INJECTED)


def test_credential_in_the_object_that_is_to_be_created(canaries: Canaries, tell: Tell, tmp_path: Path) -> None:
    given = {key: value for key, value in load_contract().example_request.items() if key != "status"}
    template = given["spec"]["pytorchReplicaSpecs"]["Master"]["template"]
    template["spec"]["containers"][0]["env"] = [{"name": "HF_TOKEN", "value": INJECTED}]
    (tmp_path / "job.json").write_text(json.dumps(given))
    with canaries(conformant) as (served, _):
        told = tell(*served.arguments, f"--object={tmp_path / 'job.json'}", "--har=run.har", *LOUD, "-k", "labels")
    assert told.status == 0, told.output[-3000:]
    assert any(path.name == "run.har" and b"HF_TOKEN" in data for path, data in told.files.items())
    told.expect_no_canary(INJECTED)


def test_credentials_among_the_reports_stay_as_they_are(canaries: Canaries, tmp_path: Path) -> None:
    """Token files that lie in the report directory, one put there a moment before, one written anew meanwhile."""
    reports = tmp_path / "reports"
    reports.mkdir()
    (tmp_path / "rotate.py").write_text(
        "import pathlib\n"
        "def pytest_runtest_teardown():\n"
        f"    pathlib.Path({str(reports / 'token')!r}).write_text({TOKEN + chr(10)!r})\n"
    )
    environment = {**CLEAN, "PYTHONPATH": pythonpath(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    with canaries(conformant) as (served, _):
        for name, secret in (("token", TOKEN), ("denied", DENIED)):
            (reports / name).write_text(secret)
        given = [one for one in served.arguments if "token" not in one]
        files = [f"--token-file={reports / 'token'}", f"--denied-token-file={reports / 'denied'}"]
        line = command_line(*given, *files, "--", "-p", "rotate", "-k", "labels or denied", directory=reports)
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=LIMIT, cwd=tmp_path, env=environment, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "withheld" not in done.stderr
    assert (reports / "token").read_text() == TOKEN + "\n"
    assert (reports / "denied").read_text() == DENIED
