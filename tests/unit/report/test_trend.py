"""The trend of many records, and its page."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cli.main import main
from contracts.report.files import ReportError
from contracts.report.html.charts import run_chart, tick
from contracts.report.html.pages import render, trend_page
from contracts.report.model import Outcome, Report, Setting, Verdict
from contracts.report.record import write
from contracts.report.runs.baseline import baseline_of
from contracts.report.runs.gathered import gather
from contracts.report.runs.trend import Series, Track, trend
from tests.unit.report.samples import FAILED, FINDING, PASSED, SOUND, reports

OUTSIDE = re.compile(r"""(?:src|href|action)\s*=\s*["'](?!data:,)|url\(|@import|<script|<iframe|<img""", re.IGNORECASE)


def night(number: int, *outcomes: Outcome) -> Report:
    start = SOUND.started_at + timedelta(days=number)
    requirements = tuple(
        replace(PASSED, id=f"pretty.{name}", outcome=one) for name, one in zip("abc", outcomes, strict=False)
    )
    return replace(SOUND, started_at=start, finished_at=start + timedelta(seconds=2), requirements=requirements)


def url_of(series: Series) -> str:
    return series.runs[-1].target.url


@given(st.lists(reports, max_size=4))
def test_the_order_of_the_records_does_not_matter(some: list[Report]) -> None:
    some = [replace(one, started_at=one.started_at + timedelta(days=1000 * number)) for number, one in enumerate(some)]
    forth, back = trend(some), trend(reversed(some))
    assert forth == back
    assert sum(len(one.runs) for one in forth.series) == len(some)
    for series in forth.series:
        starts = [run.started_at for run in series.runs]
        assert starts == sorted(starts)
        assert all(len(track.outcomes) == len(series.runs) for track in series.tracks)


@given(st.lists(reports, max_size=3), st.lists(st.text(), max_size=2))
def test_every_page_is_self_contained_and_holds_no_foreign_markup(some: list[Report], lost: list[str]) -> None:
    text = trend_page(trend(some, lost))
    assert not OUTSIDE.search(re.sub(r">[^<]*<", "><", text))
    assert all(character == "\n" or character.isprintable() for character in text)


P, F, S, E = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.ERROR


@pytest.mark.parametrize(
    ("outcomes", "changes", "streak"),
    [
        ((), 0, 0),
        ((P, P, P), 0, 3),
        ((P, F, P), 2, 1),
        ((P, S, P, E, P), 0, 1),
        ((None, P, F, F), 1, 2),
        ((F, None, F), 0, 1),
    ],
)
def test_changes_are_counted_between_judgements(
    outcomes: tuple[Outcome | None, ...], changes: int, streak: int
) -> None:
    track = Track("a.b", "a", "", outcomes)
    assert (track.changes, track.streak) == (changes, streak)


def test_family_and_statement_of_a_requirement_are_those_of_the_newest_run() -> None:
    before, after = night(0, P), night(1, P)
    older = tuple(replace(one, family="old", statement="Old.") for one in before.requirements)
    [track] = trend([replace(before, requirements=older), after]).series[0].tracks
    assert (track.family, track.statement) == (PASSED.family, PASSED.statement)


def test_failing_and_flaky_requirements_are_found() -> None:
    nights = [night(0, P, P, P), night(1, F, P, P), night(2, P, F, P), night(3, F, F, P)]
    series = trend(nights[::-1]).series[0]
    assert [track.id for track in series.failing] == ["pretty.a", "pretty.b"]
    assert [(track.id, track.changes) for track in series.flaky] == [("pretty.a", 3)]
    text = trend_page(trend(nights))
    assert "pretty.b</span> since 2026-01-04 (2 runs)" in text
    assert "pretty.a</span> changed 3 times, now failed" in text


def test_targets_are_kept_apart() -> None:
    other = replace(night(5, P), target=replace(SOUND.target, url="http://other"))
    assert [(url_of(one), len(one.runs)) for one in trend([night(0, P), night(1, F), other]).series] == [
        ("http://other", 1),
        (SOUND.target.url, 2),
    ]


def test_what_a_target_says_is_no_markup() -> None:
    said = replace(FAILED, findings=(replace(FINDING, message='<script>alert("1")</script>\x1b[0m'),))
    text = trend_page(trend([replace(SOUND, requirements=(said,))]))
    assert "<script" not in text
    assert r"&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;\x1b[0m" in text


def test_records_are_found_at_any_depth_and_broken_ones_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = write(night(0, P), tmp_path / "nights" / "2026" / "01")
    write(night(1, F), tmp_path / "nights" / "2026").rename(tmp_path / "nights" / "night-2.json")
    write(night(2, P), tmp_path / "nights" / "allure-results")
    (tmp_path / "nights" / "cut").mkdir()
    (tmp_path / "nights" / "cut" / "conformance.json").write_bytes(record.read_bytes()[:100])
    (tmp_path / "nights" / "comparison.json").write_text(json.dumps({"worse": False, "old": {}, "new": {}}))
    found = gather(tmp_path / "nights")
    assert len(found.reports) == 2
    assert baseline_of(tmp_path / "nights") == (night(1, F), "")
    assert len(found.unreadable) == 1
    page = tmp_path / "history.html"
    assert main(["report", "history", str(tmp_path / "nights"), "-o", str(page)]) == 0
    assert "Left out: 1 record that cannot be read" in page.read_text()
    assert "cut/conformance.json: not JSON, or cut off" in capsys.readouterr().err


def test_an_outage_is_nothing_to_compare_with(tmp_path: Path) -> None:
    outage = replace(night(2, P), verdict=Verdict.ERROR, exit_status=3, error="not reachable", error_kind="unreachable")
    for number, one in enumerate((night(0, P), night(1, F), outage)):
        write(one, tmp_path / str(number))
    assert baseline_of(tmp_path) == (night(1, F), "")


def test_of_several_operations_the_record_of_all_counts(tmp_path: Path) -> None:
    part = replace(night(1, F), configuration=(Setting("operation", "update", changed=True),))
    write(night(0, P), tmp_path / "monday")
    write(part, tmp_path / "monday" / "update")
    for directory in (tmp_path, tmp_path / "monday"):
        assert gather(directory).reports == (night(0, P),)
        assert baseline_of(directory) == (night(0, P), "")
    assert gather(tmp_path / "monday" / "update").reports == (part,)
    write(part, tmp_path / "alone" / "update")
    assert part in gather(tmp_path).reports


def test_a_directory_without_records_is_an_error(tmp_path: Path) -> None:
    assert baseline_of(tmp_path)[0] is None
    with pytest.raises(ReportError, match="is no directory"):
        gather(tmp_path / "none")
    assert main(["report", "history", str(tmp_path), "-o", str(tmp_path / "x.html")]) == 3


def test_a_run_that_reached_nobody_has_its_place() -> None:
    down = replace(SOUND, verdict=Verdict.ERROR, requirements=(), requests=0, duration_seconds=0.0, error="refused")
    assert "refused" in trend_page(trend([down]))


@given(st.floats(0, 1e9))
def test_lines_of_a_plot_are_few_and_round(largest: float) -> None:
    step = tick(largest)
    assert largest < 1e-6 or 1 < largest / step <= 4.0001
    assert re.fullmatch(r"(1|2|2\.5|5)(e[+-]\d+)?", f"{step / 10 ** int(f'{step:e}'.split('e')[1]):g}")


def test_a_plot_holds_all_points() -> None:
    def drawn(*values: float) -> str:
        points = [(night(number), value) for number, value in enumerate(values)]
        return render("chart.svg.jinja", chart=run_chart(points, "s"), name="Time")

    text = drawn(1.0, 2.0, 3.0)
    assert text.count("<circle") == 3
    assert "<title>2026-01-03 03:04 UTC: 2.0 s, nonconformant</title>" in text
    assert drawn().count("<circle") == 0
