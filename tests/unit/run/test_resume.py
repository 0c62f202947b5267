"""Which records keep an endpoint from being judged again."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.report.model import Report, Verdict
from contracts.report.record import write
from contracts.run.fleet_config import Fleet, Member
from contracts.run.resume import judged
from contracts.settings import show
from contracts.settings.resolve import resolve
from tests.unit.report.samples import PASSED, SOUND

YEAR = timedelta(days=365)
TARGET = "http://localhost"
MEMBER = Member("a", (f"--target={TARGET}", "--max-rps=5", "--examples=3"))


def made(report: Report = SOUND, **options: Any) -> Report:
    """The report of a run that was told these options beside those of the member."""
    given = {**MEMBER.given, "endpoint": "a", **options}
    return replace(report, configuration=show.configuration(resolve(given, {})))


RECORD = made(replace(SOUND, verdict=Verdict.CONFORMANT, requirements=(PASSED,), exit_status=0))


def kept(directory: Path, report: Report, member: Member = MEMBER) -> bool:
    write(report, directory / "a")
    hour = timedelta(hours=1)
    return "a" in judged(Fleet((member,)), directory, RECORD.started_at + hour / 2, hour, {})


def test_what_was_judged_lately_is_kept_with_its_status(tmp_path: Path) -> None:
    write(RECORD, tmp_path / "a")
    write(made(endpoint="b"), tmp_path / "b")
    fleet = Fleet((MEMBER, replace(MEMBER, name="b"), replace(MEMBER, name="c")))
    found = judged(fleet, tmp_path, RECORD.started_at, timedelta(hours=1), {})
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
        made(RECORD, endpoint="b"),
        made(RECORD, target="http://elsewhere"),
        made(RECORD, namespace="team-a"),
        made(RECORD, profile="document"),
        made(RECORD, requests=100),
        made(RECORD, examples=1),
        replace(RECORD, started_at=RECORD.started_at - timedelta(hours=1)),
        replace(RECORD, started_at=RECORD.started_at + YEAR, finished_at=RECORD.finished_at + YEAR),
    ],
    ids=[
        *("error", "interrupted", "no name", "another name", "another target", "another namespace"),
        *("another profile", "fewer requests", "fewer examples", "old", "of another clock"),
    ],
)
def test_what_is_no_verdict_on_this_endpoint_is_judged_again(tmp_path: Path, report: Report) -> None:
    assert not kept(tmp_path, report)


@pytest.mark.parametrize("options", [{}, {"seed": "7"}, {"max_rps": "50"}, {"workers": "4"}, {"profile": "kubernetes"}])
def test_how_fast_it_was_judged_does_not_matter(tmp_path: Path, options: dict[str, str]) -> None:
    assert kept(tmp_path, made(RECORD, **options))


@pytest.mark.parametrize(
    "member",
    [
        replace(MEMBER, arguments=(*MEMBER.arguments, "--namespace=team-a")),
        replace(MEMBER, arguments=(*MEMBER.arguments, "--keep=metadata.labels[a]", "--keep=spec.b")),
        replace(MEMBER, arguments=(*MEMBER.arguments, "--requests=none")),
        replace(MEMBER, problem="token: a secret does not belong into a file"),
    ],
    ids=["elsewhere", "otherwise", "wrong", "unusable"],
)
def test_an_entry_that_says_something_else_now_is_no_reason_to_keep_the_record(tmp_path: Path, member: Member) -> None:
    assert not kept(tmp_path, RECORD, member)


def test_a_record_that_was_changed_is_no_reason_to_leave_an_endpoint_out(tmp_path: Path) -> None:
    assert kept(tmp_path, RECORD)
    file = tmp_path / "a" / "conformance.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "requests": 21}))
    assert not judged(Fleet((MEMBER,)), tmp_path, RECORD.started_at, timedelta(hours=1), {})
    file.write_text(file.read_text()[:-9])
    assert not judged(Fleet((MEMBER,)), tmp_path, RECORD.started_at, timedelta(hours=1), {})
