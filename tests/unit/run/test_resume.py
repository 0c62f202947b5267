"""Which records keep an endpoint from being judged again."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.report.model import Report, Setting, Target, Verdict
from contracts.report.record import write
from contracts.run.fleet_config import Fleet, Member
from contracts.run.resume import judged
from tests.unit.report.samples import PASSED, SOUND

YEAR = timedelta(days=365)
MEMBER = Member("a", ("--target=http://localhost", "--profile=document"))
RECORD = replace(
    SOUND,
    configuration=(Setting("endpoint", "a", True),),
    verdict=Verdict.CONFORMANT,
    requirements=(PASSED,),
    exit_status=0,
)


def kept(directory: Path, report: Report, member: Member = MEMBER, hours: float = 1) -> bool:
    write(report, directory / "a")
    found = judged(Fleet((member,)), directory, RECORD.started_at + timedelta(minutes=30), timedelta(hours=hours))
    return "a" in found


def test_what_was_judged_lately_is_kept_with_its_status(tmp_path: Path) -> None:
    write(RECORD, tmp_path / "a")
    write(replace(SOUND, configuration=(Setting("endpoint", "b", True),)), tmp_path / "b")
    fleet = Fleet((MEMBER, Member("b"), Member("c")))
    found = judged(fleet, tmp_path, RECORD.started_at, timedelta(hours=1))
    assert {name: (one.status, one.verdict) for name, one in found.items()} == {
        "a": (0, Verdict.CONFORMANT),
        "b": (1, Verdict.NONCONFORMANT),
    }


@pytest.mark.parametrize(
    "report",
    [
        replace(RECORD, verdict=Verdict.ERROR, requirements=(), exit_status=3, error="not reachable"),
        replace(RECORD, exit_status=2),
        replace(RECORD, configuration=()),
        replace(RECORD, configuration=(Setting("endpoint", "b", True),)),
        replace(RECORD, target=Target("http://elsewhere", "default")),
        replace(RECORD, started_at=RECORD.started_at - timedelta(hours=1)),
        replace(RECORD, started_at=RECORD.started_at + YEAR, finished_at=RECORD.finished_at + YEAR),
    ],
    ids=["error", "interrupted", "no name", "another name", "another target", "old", "of another clock"],
)
def test_what_is_no_verdict_on_this_endpoint_is_judged_again(tmp_path: Path, report: Report) -> None:
    assert kept(tmp_path, RECORD)
    assert not kept(tmp_path, report)


def test_an_entry_that_names_another_namespace_or_cannot_be_used_is_told_of(tmp_path: Path) -> None:
    assert kept(tmp_path, RECORD, replace(MEMBER, arguments=("--namespace=default",)))
    assert not kept(tmp_path, RECORD, replace(MEMBER, arguments=("--namespace=team-a",)))
    assert not kept(tmp_path, RECORD, replace(MEMBER, problem="token: a secret does not belong into a file"))


def test_a_record_that_was_changed_is_no_reason_to_leave_an_endpoint_out(tmp_path: Path) -> None:
    file = write(replace(SOUND, configuration=RECORD.configuration), tmp_path / "a")
    file.write_text(json.dumps({**json.loads(file.read_text()), "requests": 21}))
    fleet = Fleet((MEMBER,))
    assert not judged(fleet, tmp_path, RECORD.started_at, timedelta(hours=1))
    file.write_text(file.read_text()[:-9])
    assert not judged(fleet, tmp_path, RECORD.started_at, timedelta(hours=1))
