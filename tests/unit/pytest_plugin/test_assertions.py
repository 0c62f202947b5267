"""A plain `assert` of a case that fails is a finding, also beside it; anything else is an error (real sessions)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTORCHJOB_CONTRACT_", "PYTEST_"))}
CASES = '''
import pytest
from contracts.casekit.markers import requirement
import far.away
import helper


@requirement("pretty.default", "status.200")
def test_plain(job):
    """It adds up."""
    reply = job.replace(job.fresh_values())
    assert reply.status == 299, "no\\nsuch status"


@pytest.mark.parametrize("size", ["small", "large"])
@requirement("pretty.default")
def test_sized(job, size):
    """It adds up in every size."""
    assert size == "medium"


@requirement("status.200")
def test_soft(job):
    """What is found softly before is kept too."""
    job.replace({}).expect_status(201)
    assert job.live() is None


@requirement("status.200")
def test_passes(job):
    """It holds."""
    job.replace({}).expect_status(200)


ENDS = [KeyError, pytest.fail, pytest.skip, pytest.xfail, helper.check]


@pytest.mark.parametrize("end", ENDS, ids=["KeyError", "fail", "skip", "xfail", "check"])
@requirement("response.schema", "status.403")
def test_cut_short(job, end):
    """What is found counts, however the case ends."""
    job.replace({}).expect_status(201)
    if end is helper.check:
        end(job)
    if end is KeyError:
        raise KeyError("lost")
    end("lost")


@requirement("response.documented-example")
def test_exits(job):
    """What is found counts, though the session ends here."""
    job.replace({}).expect_status(201)
    pytest.exit("enough")


@pytest.fixture
def broken(job):
    job.replace({}, about="a fixture").expect_status(299)
    raise KeyError("lost")


@requirement("response.content-type")
def test_prepared(broken):
    """What a fixture finds counts."""


@requirement("status.400")
def test_helped(job):
    """Another module looks."""
    helper.check(job)


@requirement("status.400")
def test_raises(job):
    """It raises."""
    with pytest.raises(KeyError):
        job.replace({})


@requirement("status.401")
def test_far_away(job):
    """Something else goes wrong."""
    far.away.check()


@requirement("status.401")
def test_timed(job):
    """Another plugin ends it."""
    far.away.end()
'''
FAR = "import pytest\ndef check():\n    assert False, 'off'\ndef end():\n    pytest.fail('too late')\n"

HELPER = "def check(job):\n    assert job.replace({}).status == 299\n"


@dataclass(frozen=True)
class Ended:
    """A session that has ended, and its record."""

    status: int
    output: str
    requirements: dict[str, dict[str, Any]]

    def case(self, requirement: str, name: str) -> dict[str, Any]:
        return next(one for one in self.requirements[requirement]["cases"] if name in one["id"])


def session(directory: Path, *chosen: str) -> Ended:
    """A session of the cases whose names hold one of the words, against a reference endpoint of its own."""
    (directory / "test_mine.py").write_text(CASES)
    (directory / "helper.py").write_text(HELPER)
    (directory / "far").mkdir()
    (directory / "far" / "away.py").write_text(FAR)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "contracts.pytest_plugin.plugin", "-p", "no:cacheprovider"),
            *("--rootdir", str(directory), "-k", " or ".join(chosen)),
        ],
        cwd=directory,
        env={
            **CLEAN,
            "PYTORCHJOB_CONTRACT_REPORT_DIR": str(directory / "reports"),
            "XDG_STATE_HOME": str(directory / "state"),
            "PYTHONPATH": os.pathsep.join([str(directory), str(Path(__file__).resolve().parents[3])]),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    record = json.loads((directory / "reports" / "conformance.json").read_text())
    return Ended(done.returncode, done.stdout, {row["id"]: row for row in record["requirements"]})


@pytest.fixture(scope="module")
def asserted(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return session(tmp_path_factory.mktemp("asserted"), "plain", "sized", "soft", "passes")


def test_a_failed_assertion_is_a_finding_against_the_case_s_first_requirement(asserted: Ended) -> None:
    assert asserted.status == 1, asserted.output
    row = asserted.requirements["pretty.default"]
    assert row["outcome"] == "failed"
    found = next(one for one in row["findings"] if one["rule"] == "assertion/plain")
    assert found["message"] == "It adds up"
    assert found["expected"] == "the assertion holds"
    assert found["observed"].startswith("no such status")
    assert asserted.case("pretty.default", "test_plain")["findings"] == [found["id"]]
    assert asserted.case("status.200", "test_plain")["outcome"] == "passed"


def test_assertions_of_different_cases_are_different_findings(asserted: Ended) -> None:
    found = {one["rule"]: one for one in asserted.requirements["pretty.default"]["findings"]}
    assert set(found) == {"assertion/plain", "assertion/sized[small]", "assertion/sized[large]"}
    assert found["assertion/sized[large]"]["message"] == "It adds up in every size: large"
    assert len({one["id"] for one in found.values()}) == 3


def test_what_was_found_before_the_assertion_is_kept(asserted: Ended) -> None:
    row = asserted.requirements["status.200"]
    assert {one["rule"] for one in row["findings"]} == {"soft", "assertion/soft"}
    assert asserted.case("status.200", "test_soft")["outcome"] == "failed"
    assert asserted.case("status.200", "test_passes")["outcome"] == "passed"


def test_an_assertion_counts_beside_the_case_and_nowhere_else(tmp_path: Path) -> None:
    ended = session(tmp_path, "helped", "far_away", "raises", "timed", "passes")
    assert ended.status == 1, ended.output
    row = ended.requirements["status.400"]
    assert {one["rule"] for one in row["findings"]} == {"assertion/helped", "assertion/raises"}
    assert "DID NOT RAISE" in next(one["observed"] for one in row["findings"] if "raises" in one["rule"])
    for name, error in (("far_away", "AssertionError: off"), ("timed", "Failed: too late")):
        far = ended.case("status.401", name)
        assert far["outcome"] == "error"
        assert re.match(rf"the case itself failed, test_mine\.py:\d+: {error}", far["reason"])
    assert ended.requirements["status.401"]["findings"] == []
    assert ended.requirements["status.200"]["outcome"] == "passed"


def test_what_was_found_counts_however_the_case_ends(tmp_path: Path) -> None:
    ended = session(tmp_path, "cut_short", "prepared")
    assert ended.status == 1, ended.output
    rows = ended.requirements
    assert rows["response.schema"]["outcome"] == "failed"
    ways = {"KeyError": "error", "fail": "passed", "skip": "skipped", "xfail": "waived", "check": "passed"}
    asserted = {f"assertion/cut-short[{way}]" for way in ("fail", "check")}
    found = {one["rule"] for one in rows["response.schema"]["findings"]}
    assert found == {f"cut-short[{way}]" for way in ways} | asserted
    for way, outcome in ways.items():
        assert ended.case("response.schema", f"[{way}]")["outcome"] == "failed"
        assert ended.case("status.403", f"[{way}]")["outcome"] == outcome
    assert [one["rule"] for one in rows["response.content-type"]["findings"]] == ["prepared[a fixture]"]
    assert rows["response.content-type"]["outcome"] == "failed"


def test_what_was_found_counts_though_the_session_is_ended(tmp_path: Path) -> None:
    ended = session(tmp_path, "exits", "passes")
    assert ended.status == 2, ended.output
    row = ended.requirements["response.documented-example"]
    assert row["outcome"] == "failed"
    assert [one["rule"] for one in row["findings"]] == ["exits"]
