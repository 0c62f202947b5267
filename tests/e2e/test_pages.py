"""The pages of trend and fleet in a real browser: rendered without the network, readable wide and narrow."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.report.html.pages import conformance_page, fleet_page, trend_page
from contracts.report.model import CaseResult, Cause, CauseKind, Outcome, RecordedFinding
from contracts.report.runs.fleet import FleetReport, Result
from contracts.report.runs.trend import trend
from tests.unit.report.samples import FAILED, PASSED, SOUND

from .command import LIMIT, Command

CHROMIUM = shutil.which("chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]


def nights() -> str:
    names = [f"replaceable.a-rather-long-name-{number}" for number in range(20)]
    runs = [
        replace(
            SOUND,
            started_at=SOUND.started_at + timedelta(days=day),
            finished_at=SOUND.finished_at + timedelta(days=day),
            duration_seconds=5.0 + day % 7,
            requirements=tuple(
                replace(PASSED, id=name, outcome=Outcome.FAILED if (day + n) % 13 == 0 else Outcome.PASSED)
                for n, name in enumerate(names)
            ),
        )
        for day in range(90)
    ]
    return trend_page(trend(runs, ["nights/cut/conformance.json: not JSON"]))


def endpoints() -> str:
    report = replace(SOUND, requirements=(PASSED, FAILED))
    results = [Result(f"endpoint-{number}", 1, report) for number in range(12)]
    down = Result("down", 3, None, "https://" + "a-very-long-name." * 12 + "example: not reachable")
    return fleet_page(FleetReport((*results, down), SOUND.started_at, SOUND.finished_at))


PAGES = {"trend": nights, "fleet": endpoints}
# Beside the page itself, what it shows is measured: a page as wide as its window scrolls nowhere.
MEASURE = """<!DOCTYPE html><body style="margin:0">
<iframe src="page.html" style="border:0;width:{width}px;height:900px"></iframe><script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument;
  const marks = page.querySelectorAll("table.grid i").length, circles = page.querySelectorAll("circle").length;
  document.body.dataset.result = [page.documentElement.scrollWidth, marks, circles].join("/");
}}
</script></body>"""


def browse(tmp_path: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True).stdout


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 400])
def test_a_page_is_as_wide_as_its_window(tmp_path: Path, name: str, width: int) -> None:
    (tmp_path / "page.html").write_text(PAGES[name]())
    (tmp_path / "measure.html").write_text(MEASURE.format(width=width))
    url = (tmp_path / "measure.html").as_uri()
    text = browse(tmp_path, "--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", url)
    found = re.search(r'data-result="(\d+)/(\d+)/(\d+)"', text)
    assert found, text[-500:]
    wide, marks, circles = map(int, found.groups())
    assert wide <= width
    assert marks >= 24
    assert circles == (270 if name == "trend" else 0)


def record(cases: int) -> str:
    case = FAILED.cases[0] if FAILED.cases else CaseResult("test_immutable.py::test_x[y]", Outcome.FAILED, 0.1)
    finding = RecordedFinding("m" * 300, "spec." + "x" * 200, "e" * 300, "o" * 300, "curl " + "r" * 2000, ())
    row = replace(FAILED, cases=(case,) * cases, findings=(finding,) * 10)
    cause = Cause(
        CauseKind.REFUSAL, "m" * 300, ("replaceable." + "x" * 90,) * 9, 9, 9, options=("--keep=" + "k" * 300,)
    )
    return conformance_page(replace(SOUND, requirements=(PASSED, row), causes=(cause,) * 3), "sha256:" + "0" * 64)


def some() -> str:
    return record(20)


ALL = {**PAGES, "conformance": some}


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_drawn(tmp_path: Path, name: str) -> None:
    (tmp_path / "page.html").write_text(ALL[name]())
    picture = tmp_path / "page.png"
    browse(tmp_path, f"--screenshot={picture}", "--window-size=1280,1600", (tmp_path / "page.html").as_uri())
    assert picture.stat().st_size > 20_000


@pytest.mark.parametrize("name", ALL)
def test_a_page_is_printed(tmp_path: Path, name: str) -> None:
    assert sheets(tmp_path, ALL[name]()) >= 1


def sheets(tmp_path: Path, page: str) -> int:
    """On how many sheets a page is printed."""
    (tmp_path / "page.html").write_text(page)
    paper = tmp_path / "page.pdf"
    browse(tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer", (tmp_path / "page.html").as_uri())
    printed = paper.read_bytes()
    assert printed.startswith(b"%PDF")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))


def test_what_is_folded_away_is_not_printed(tmp_path: Path) -> None:
    assert sheets(tmp_path, record(2000)) == sheets(tmp_path, record(1))


def test_a_report_with_many_failures_is_printed_on_eight_sheets(tmp_path: Path, run: Command) -> None:
    """All replaceable fields are dropped: nine requirements fail, 60 findings."""
    done = run("--seed=1", "--fault=answered-but-not-stored")
    assert done.status == 1, done.output
    assert sheets(tmp_path, (done.directory / "conformance.html").read_text()) <= 8


OPENED = """<!DOCTYPE html><body style="margin:0">
<iframe src="page.html" style="border:0;width:{width}px;height:900px"></iframe><script>
onload = () => {{
  const inner = document.querySelector("iframe"), elements = inner.contentDocument.querySelectorAll("*").length;
  inner.contentDocument.querySelectorAll("details").forEach(one => one.open = true);
  document.body.dataset.result = [inner.contentDocument.documentElement.scrollWidth, elements].join("/");
}}
</script></body>"""


@pytest.mark.parametrize("width", [1280, 400])
def test_a_record_of_two_thousand_cases_is_small_enough(tmp_path: Path, width: int) -> None:
    """A browser opens a page of this size within a second, with nothing else to do."""
    (tmp_path / "page.html").write_text(record(2000))
    (tmp_path / "measure.html").write_text(OPENED.format(width=width))
    url = (tmp_path / "measure.html").as_uri()
    text = browse(tmp_path, "--allow-file-access-from-files", "--virtual-time-budget=5000", "--dump-dom", url)
    found = re.search(r'data-result="(\d+)/(\d+)"', text)
    assert found, text[-500:]
    assert int(found[1]) <= width
    assert int(found[2]) < 10_000
