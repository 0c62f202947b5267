"""Cases of the user's own: shown in every report, unusable ones in a line, and nothing at all in other sessions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .command import CLEAN, LIMIT, ROOT, call

MARK = "@pytest.mark.requirement"
CASES = f"""
import pytest

{MARK}("custom.gpu-quota", statement="The quota is kept.", source="TICKET-12")
def test_quota(job):
    '''A created job is answered with 201.'''
    assert job.replace({{"metadata.labels": {{"queue": "night"}}}}).status == 201

{MARK}("custom.mistaken", statement="It can be told.")
def test_mistaken(job):
    '''A case with a mistake.'''
    no_such_name

{MARK}("status.200", "custom.gpu-quota")
def test_fine(job):
    '''A case that passes.'''
    job.replace(job.fresh_values()).expect_accepted()
"""


def write(directory: Path, cases: str, name: str = "test_mine.py") -> None:
    (directory / "my_cases").mkdir(exist_ok=True)
    (directory / "my_cases" / name).write_text(cases)


def record(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "reports" / "conformance.json").read_text())
    return found


@pytest.mark.parametrize("more", [(), pytest.param(("--workers=2",), marks=pytest.mark.slow)], ids=["one", "two"])
def test_a_failing_case_is_shown_in_every_report(tmp_path: Path, more: tuple[str, ...]) -> None:
    write(tmp_path, CASES)
    variables = {"PYTORCHJOB_CONTRACT_CASES": "my_cases", "XDG_STATE_HOME": str(tmp_path / "state")}
    done = call("run", *more, "--", "-k", "test_mine", directory=tmp_path, **variables, PYTHONPATH=str(ROOT))
    said = " ".join(done.stdout.split())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "custom: 1 failed, 1 error" in said
    assert "rule: The quota is kept (TICKET-12)" in said
    assert "observed: assert 200 == 201" in said
    assert "custom.mistaken: the case itself failed, test_mine.py:12: NameError: name 'no_such_name'" in said
    rows = {row["id"]: row for row in record(tmp_path)["requirements"]}
    quota = rows["custom.gpu-quota"]
    [found] = quota["findings"]
    assert (quota["outcome"], quota["level"], found["rule"]) == ("failed", "own", "assertion/quota")
    assert (found["count"], found["message"]) == (1, "A created job is answered with 201")
    assert rows["custom.mistaken"]["outcome"] == "error"
    assert rows["status.200"]["outcome"] == "passed"
    reports = tmp_path / "reports"
    page = (reports / "conformance.html").read_text().replace("<wbr>", "")
    assert "custom.gpu-quota" in page
    assert "The quota is kept." in page
    junit = (reports / "junit.xml").read_text()
    assert 'classname="my_cases.test_mine" name="test_quota"' in junit
    assert '<failure message="custom.gpu-quota: A created job is answered with 201' in junit
    assert "the case itself failed" in junit
    results = [json.loads(path.read_text()) for path in (reports / "allure-results").glob("*-result.json")]
    told = {one["fullName"]: one["statusDetails"]["message"] for one in results if "statusDetails" in one}
    assert told["my_cases/test_mine.py::test_quota"].startswith("contract broken: custom.gpu-quota")
    assert told["my_cases/test_mine.py::test_mistaken"].startswith("case error: the case itself failed")
    assert call("report", "verify", "reports", directory=tmp_path, PYTHONPATH=str(ROOT)).returncode == 0
    again = call("replay", "reports", found["id"], directory=tmp_path, PYTHONPATH=str(ROOT), **variables)
    assert again.returncode == 1, again.stdout + again.stderr


def test_only_a_mistake_in_a_case_is_an_error_of_its_kind(tmp_path: Path) -> None:
    write(tmp_path, CASES)
    done = call("run", "--cases=my_cases", "--", "-k", "mistaken", directory=tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 3, done.stdout + done.stderr
    assert record(tmp_path)["error"]["kind"] == "case"


UNUSABLE = {
    "def test_it(job): pass": "my_cases/test_mine.py::test_it: it names no requirement; give it",
    f"{MARK}('custom.x')\ndef test_it(job): pass": "unknown requirement 'custom.x'; one of your own needs",
    f"{MARK}('status.x', statement='a')\ndef test_it(job): pass": "status.x: the family status is the suite's",
    f"{MARK}('custom.x', statment='a')\ndef test_it(job): pass": "unknown key 'statment'; there are statement, source",
    "no_such_name": "test_mine.py: cannot be collected: NameError: name 'no_such_name' is not defined",
    "x = 1": "--cases: my_cases holds no case: a test in a file test_*.py with @pytest.mark.requirement(…)",
}


@pytest.mark.parametrize("cases", UNUSABLE, ids=range(len(UNUSABLE)))
def test_what_cannot_be_used_is_one_line(tmp_path: Path, cases: str) -> None:
    write(tmp_path, f"import pytest\n{cases}\n")
    done = call("run", "--cases=my_cases", directory=tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 4, done.stdout + done.stderr
    [line] = (done.stdout + done.stderr).strip().splitlines()
    assert line.startswith("ERROR: ")
    assert UNUSABLE[cases] in line


@pytest.mark.slow
@pytest.mark.parametrize("cases", [*UNUSABLE][::2], ids=range(0, len(UNUSABLE), 2))
def test_workers_say_it_in_one_line_too(tmp_path: Path, cases: str) -> None:
    write(tmp_path, f"import pytest\n{cases}\n")
    done = call("run", "--cases=my_cases", "--workers=2", directory=tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 4, done.stdout + done.stderr
    [line] = (done.stdout + done.stderr).strip().splitlines()
    assert UNUSABLE[cases] in line


def test_directories_that_are_not_there_are_wrong_usage(tmp_path: Path) -> None:
    done = call("run", "--cases=nowhere", directory=tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 4
    assert done.stderr == "pytorchjob-contract: --cases: there is no directory nowhere\n"


FOREIGN = """
import pytest, signal, sys

@pytest.fixture
def job(): return "theirs"

@pytest.fixture(params=[1, 2])
def attempts(request): return request.param

@pytest.mark.requirement("REQ-12")
def test_theirs(job, attempts):
    assert job == "theirs" and attempts in (1, 2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
    ours = {name.split(".")[1] for name in sys.modules if name.startswith("contracts.")}
    assert ours <= {"pytest_plugin", "settings", "jsonvalue"}, ours
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A directory of installed packages with our entry point in it."""
    metadata = tmp_path / "site" / "ours-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: ours\nVersion: 1.0\n")
    name = "contracts.pytest_plugin.plugin"
    (metadata / "entry_points.txt").write_text(f"[pytest11]\n{name} = {name}\n")
    return tmp_path / "site"


def pytest_in(directory: Path, *arguments: str, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=directory,
        env={**CLEAN, "PYTHONPATH": f"{site}:{ROOT}", "XDG_STATE_HOME": str(site.parent / "state")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@pytest.mark.parametrize("more", [(), ("-n2",)], ids=["one", "two"])
def test_a_session_of_other_tests_sees_nothing_of_us(installed: Path, tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "test_theirs.py").write_text(FOREIGN)
    done = pytest_in(tmp_path / "theirs", "-q", *more, site=installed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert "contract" not in done.stdout.replace("@pytest.mark.requirement", "")
    assert done.stderr == ""
    assert [path.name for path in (tmp_path / "theirs").iterdir() if path.name != "__pycache__"] == ["test_theirs.py"]


def test_cases_stand_beside_other_tests(installed: Path, tmp_path: Path) -> None:
    """The entry point and `-p` together load the plugin once; another test that fails is not forgotten."""
    write(tmp_path, CASES.replace("no_such_name", "pass").replace("201", "200"))
    write(tmp_path, "def test_other():\n    assert 1 == 2\n", "test_other.py")
    done = pytest_in(tmp_path, "my_cases", "-p", "contracts.pytest_plugin.plugin", site=installed)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 3 passed" in done.stdout
    report = record(tmp_path)
    assert report["verdict"] == "partial"
    assert "--cases=my_cases" in report["command"]
    assert report["weakened"] == ["39 requirements without a case in this session (pytest arguments)"]
    rows = {row["id"]: row["outcome"] for row in report["requirements"]}
    assert (rows["custom.gpu-quota"], rows["status.200"], rows["status.400"]) == ("passed", "passed", "skipped")
    fine = pytest_in(tmp_path, "my_cases/test_mine.py", site=installed)
    assert fine.returncode == 0, fine.stdout + fine.stderr
