"""Records of many endpoints side by side: the newest of each, what is left out, who is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cli.main import main
from contracts.report.html.pages import endpoints_page
from contracts.report.model import Report, Setting, Target, Verdict
from contracts.report.record import write
from contracts.report.runs.endpoints import Endpoints, of_report, side_by_side
from contracts.report.text.endpoints import FORMATS, written
from tests.unit.report.samples import FAILED, PASSED, SOUND, reports

GOOD = replace(SOUND, verdict=Verdict.CONFORMANT, requirements=(PASSED,), exit_status=0)
DOWN = replace(
    SOUND, verdict=Verdict.ERROR, requirements=(), exit_status=3, error="not reachable", error_kind="unreachable"
)
HOUR = timedelta(hours=1)


def named(report: Report, name: str, hours: float = 0) -> Report:
    """The report of an endpoint with this name, begun so many hours after the sample."""
    start = report.started_at + timedelta(hours=hours)
    configuration = (Setting("endpoint", name, True),)
    return replace(report, configuration=configuration, started_at=start, finished_at=start + timedelta(seconds=2))


def shown(*found: Report, names: tuple[str, ...] = (), max_age: timedelta | None = None) -> Endpoints:
    records = [of_report(one, f"{number}/conformance.json") for number, one in enumerate(found)]
    return side_by_side(records, (), SOUND.started_at + 3 * HOUR, names, max_age)


def test_the_newest_of_each_counts_and_the_worst_stands_first() -> None:
    a, b = (named(GOOD, "a"), named(SOUND, "a", 1)), (named(GOOD, "b", 1), named(SOUND, "b"))
    found = shown(*a, *b, named(DOWN, "c"), named(GOOD, "d"))
    assert [(one.name, one.verdict, one.status, one.older) for one in found.rows] == [
        ("c", "error", 3, 0),
        ("a", "nonconformant", 1, 1),
        ("b", "conformant", 0, 1),
        ("d", "conformant", 0, 0),
    ]
    assert found.status == 3
    assert found.failing == {FAILED.id: ("a",)}
    assert found.headline == (
        "4 endpoints: 1 error, 1 nonconformant, 2 conformant; 80 requests; 2 older records left out"
    )


def test_what_differs_in_where_it_is_or_how_it_is_judged_is_not_the_same_endpoint() -> None:
    elsewhere = replace(GOOD, target=Target("http://localhost", "team-a"))
    other_profile = replace(GOOD, profile="kubernetes")
    other_operation = replace(GOOD, configuration=(Setting("operation", "update", True),))
    found = shown(GOOD, named(GOOD, "a"), elsewhere, other_profile, other_operation)
    assert [one.name for one in found.rows] == ["a", *["http://localhost"] * 4]
    assert [one.words for one in found.rows if one.words] == ["operation update"]


def test_who_must_be_there_and_is_not_is_an_error() -> None:
    assert shown(named(GOOD, "a"), names=("a",)).status == 0
    found = shown(named(GOOD, "a"), names=("a", "b"))
    assert (found.rows[0].name, found.rows[0].verdict, found.rows[0].words) == (
        "b",
        "error",
        "there is no record of it",
    )
    assert found.status == 3


def test_what_is_too_old_counts_as_if_it_were_not_there() -> None:
    found = shown(named(GOOD, "a"), named(GOOD, "b", 2), named(GOOD, "c", 100), names=("a", "b"), max_age=2 * HOUR)
    assert [(one.name, one.status) for one in found.rows] == [("a", 3), ("b", 0)]
    assert found.too_old == 2
    assert "2 records too old (--max-age)" in found.headline


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([GOOD, SOUND, DOWN]), st.integers(0, 5))))
def test_no_endpoint_and_no_record_is_lost(runs: list[tuple[str, Report, int]]) -> None:
    found = shown(*(named(report, name, hours) for name, report, hours in runs))
    assert {one.name for one in found.rows} == {name for name, _, _ in runs}
    assert len(found.rows) + sum(one.older for one in found.rows) == len(runs)
    for row in found.rows:
        newest = max(hours for name, _, hours in runs if name == row.name)
        assert row.record is not None
        assert row.record.started_at == SOUND.started_at + newest * HOUR


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


@given(st.lists(reports, max_size=3), st.lists(st.text(), max_size=2))
def test_every_writer_writes_everything(found: list[Report], names: list[str]) -> None:
    endpoints = shown(*found, names=tuple(names))
    assert json.loads(written(endpoints, "json"))["exitStatus"] == endpoints.status
    for form in FORMATS[:2]:
        assert all(line.isprintable() for line in written(endpoints, form).split("\n"))
    assert endpoints_page(endpoints, {}).endswith("</html>\n")


def test_nothing_that_a_target_said_is_markup() -> None:
    report = replace(named(DOWN, "a|b"), error="<script>`|`")
    page = endpoints_page(shown(report), {})
    assert not {"script", "img", "a"} & Tags(page).tags
    assert "&lt;script&gt;" in page
    rows = [line for line in written(shown(report), "markdown").splitlines() if "script" in line]
    assert len(rows) == 1
    assert "a\\|b" in rows[0]


def stored(directory: Path, *found: Report) -> None:
    for number, report in enumerate(found):
        write(report, directory / str(number) / report.endpoint)


def test_the_command_shows_what_lies_in_several_directories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(tmp_path / "m1", named(GOOD, "a"), named(SOUND, "a", -24))
    stored(tmp_path / "m2", named(SOUND, "b"))
    (tmp_path / "m2" / "0" / "b" / "conformance.html").write_text("page")
    (tmp_path / "m2" / "fleet.0-of-2.json").write_text("{}")
    (tmp_path / "copy").symlink_to(tmp_path / "m1")
    page = tmp_path / "pages" / "fleet.html"
    directories = [str(tmp_path / name) for name in ("m1", "m2", "copy")]
    assert main(["report", "fleet", "--format", "json", "--html", str(page), *directories]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["name"]: (one["exitStatus"], one["olderRecords"]) for one in found["endpoints"]} == {
        "a": (0, 1),
        "b": (1, 0),
    }
    assert found["failing"] == {FAILED.id: ["b"]}
    assert '<a href="../m2/0/b/conformance.html">b</a>' in page.read_text()


def test_a_record_that_was_changed_or_cut_off_is_named_and_not_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored(tmp_path, named(GOOD, "a"), named(SOUND, "b"), named(SOUND, "c"))
    edited, cut = (tmp_path / name / "conformance.json" for name in ("1/b", "2/c"))
    edited.write_text(edited.read_text().replace('"requests": 20', '"requests": 21'))
    cut.write_text(cut.read_text()[:-40])
    assert main(["report", "fleet", str(tmp_path)]) == 3
    out = capsys.readouterr().out
    first, second = (line for line in out.splitlines() if "/conformance.json" in line)
    assert first == f"not counted: {edited}: the record's digest is another one: it was changed after it was written"
    assert second.startswith(f"not counted: {cut}: not JSON, or cut off")
    assert "1 endpoint: 1 conformant; 20 requests; 2 records not counted" in out


def test_where_there_is_nothing_a_line_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "fleet", str(tmp_path)]) == 3
    assert "there is no record (conformance.json)" in capsys.readouterr().err
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text("targets: [{name: a}]")
    assert main(["report", "fleet", "--targets", str(fleet), str(tmp_path)]) == 3
    assert "there is no record of it" in capsys.readouterr().out
    assert main(["report", "fleet", str(tmp_path / "none")]) == 3


@pytest.mark.parametrize("given", ["0", "-1", "soon", "nan", "inf", "1e300"])
def test_an_age_that_is_no_number_of_hours_is_refused(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "fleet", f"--max-age={given}", str(tmp_path)]) == 4
    assert "argument --max-age: invalid hours value" in capsys.readouterr().err
