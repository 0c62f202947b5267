"""The page, the summary and the digest of a record."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.report import record as json_report
from contracts.report import writers
from contracts.report.html.pages import conformance_page, difference
from contracts.report.model import (
    CaseResult,
    Implementation,
    Observations,
    Outcome,
    RecordedFinding,
    Report,
    RequirementResult,
    Source,
    Values,
)
from contracts.report.trust import verification
from contracts.report.writers import to_yaml

from .samples import SOUND

HOSTILE = "<script>alert(1)</script>&\"'"


class Elements(HTMLParser):
    """Counts elements and keeps text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "link", "wbr", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(text: str) -> Elements:
    elements = Elements()
    elements.feed(text)
    elements.close()
    return elements


def test_who_is_judged_is_said_or_said_to_be_unknown() -> None:
    text = " ".join(parsed(conformance_page(SOUND, "sha256:0")).text.split())
    for said in ("Jobs API 7.1", "by Example, contact api@example.org", "pytorchjob-contract run --seed=1"):
        assert said in text
    nameless = replace(SOUND, implementation=replace(SOUND.implementation, version="", contact=""))
    text = parsed(conformance_page(nameless, "sha256:0")).text
    assert "Jobs API (version not stated)" in text
    assert "contact not stated" in text
    assert "--implementation" in parsed(conformance_page(replace(SOUND, implementation=Implementation()), "")).text
    assert yaml.safe_load(to_yaml(SOUND, "sha256:0"))["implementation"]["version"] == "7.1"


def with_finding(text: str) -> Report:
    finding = RecordedFinding(text, text, text, text, text, ({"op": "add", "path": text, "value": text},))
    case = CaseResult(text, Outcome.FAILED, 0.1, reason=text)
    row = RequirementResult(
        "family.id", "family", "document", text, Source(text, "1-2"), Outcome.FAILED, text, (case,), (finding,)
    )
    return replace(SOUND, requirements=(row,), error=text)


@given(st.text(min_size=1, max_size=40))
def test_any_text_stays_text(text: str) -> None:
    harmless, hostile = (parsed(conformance_page(with_finding(one), "sha256:0")) for one in ("x", text))
    # Long words may be broken behind their dots.
    assert [tag for tag in hostile.tags if tag != "wbr"] == [tag for tag in harmless.tags if tag != "wbr"]
    assert hostile.open == []


def test_page_tells_what_was_found_and_how_to_see_it_again() -> None:
    shown = parsed(conformance_page(with_finding(HOSTILE), "sha256:abc"))
    assert "script" not in shown.tags
    assert shown.text.count(HOSTILE) >= 5
    assert "sha256:abc" in shown.text
    assert "pytorchjob-contract run" in shown.text


def test_page_tells_what_was_exercised_and_what_was_not() -> None:
    text = " ".join(parsed(conformance_page(SOUND, "sha256:0")).text.split())
    assert "1 of 2 not exercised of the API conventions: spec.backoffLimit" in text
    assert "Counted in 20 replacements" in text
    # sent, accepted, refused, in answers, left out, different values
    assert "spec.cleanPodPolicy201731716+" in text
    assert "backoffLimit convention not exercised" in text
    bare = conformance_page(replace(SOUND, observed=Observations()), "sha256:0")
    assert "exercised" not in parsed(bare).text


def test_page_shows_times_where_there_are_enough() -> None:
    text = conformance_page(SOUND, "sha256:0")
    assert "<td>1.5 ms</td><td>2.5 ms</td><td>20 ms</td><td>33 ms</td>" in text
    assert "POST" not in text, "one answer says nothing of a target"
    assert text.count("<polyline") == 1


def test_page_traces_what_the_page_says() -> None:
    page = conformance_page(SOUND, "sha256:0")
    text = " ".join(parsed(page).text.split())
    assert "3 units of the page: 1 covered, 1 of which nothing is asked, 1 uncovered" in text
    assert "line 44, sentence nobody has read it uncovered" in text
    assert "lines 41-43, row optional /paths/…/put/parameters/0 ✓pretty.default 1" in text
    assert 'href="#is-pretty.default"' in page
    assert 'id="is-pretty.default"' in page
    assert "1 of which nothing is asked line 40, heading: section: a heading" in text


@pytest.mark.parametrize(
    ("url", "href"),
    [("https://x.example/?a=1&b", "https://x.example/?a=1&amp;b"), ("", "#document"), ("javascript:a()", "#document")],
)
def test_page_links_to_where_the_page_says_so(url: str, href: str) -> None:
    report = replace(SOUND, document=replace(SOUND.document, url=url))
    page = conformance_page(report, "sha256:0")
    title = f'title="lines of the page whose SHA-256 is {"a" * 64}"'
    for text in ("URI, lines 41-43", "lines 41-43", "URI"):
        assert f'<a class="cited" href="{href}" {title}>{text}</a>' in page
    assert ('href="https' in page) is href.startswith("https")
    assert '<tr id="document"><th>page</th><td>sha256 aaaa' in page


def test_a_convention_is_no_place_of_the_page() -> None:
    row = replace(SOUND.requirements[0], level="kubernetes", source=Source("API conventions"))
    report = replace(SOUND, requirements=(row,), traceability=())
    assert '<span class="faint">(API conventions)</span>' in conformance_page(report, "sha256:0")


def test_summary_says_where_the_page_says_so() -> None:
    document = replace(SOUND.document, url="https://x.example/")
    summary = yaml.safe_load(to_yaml(replace(SOUND, document=document), "sha256:0"))
    told = {"title": "Replacing", "updated": "2023-12-21", "sha256": "a" * 64, "url": "https://x.example/"}
    assert summary["document"] == told
    assert summary["sources"] == {"pretty.default": "URI, lines 41-43", "immutable.status": "URI, lines 41-43"}


def test_page_tells_what_was_in_effect_and_what_judged() -> None:
    text = " ".join(parsed(conformance_page(SOUND, "sha256:0")).text.split())
    assert "Options other than by default (2) seed1 token***" in text
    assert "Options by default (1) workers1" in text
    assert "python 3.99.1" in text


def test_two_thousand_cases_are_less_than_two_megabytes() -> None:
    cases = tuple(CaseResult(f"test_immutable.py::test_case[{n}]", Outcome.PASSED, 0.01) for n in range(2000))
    finding = RecordedFinding("message " * 5, "spec.x", "expected", "observed", "curl " + "x" * 2000)
    row = RequirementResult(
        "a.b", "a", "document", "statement", Source("s", "1"), Outcome.FAILED, "", cases, (finding,) * 300
    )
    assert len(conformance_page(replace(SOUND, requirements=(row,)), "sha256:0").encode()) < 2_000_000


def test_digest_shows_any_change(tmp_path: Path) -> None:
    path = writers.write_all(SOUND, tmp_path)
    assert verification.verify(tmp_path).problems == ()
    record = json.loads(path.read_text())
    for change in ({"seed": record["seed"] + 1}, {"digest": None}):
        edited = {key: value for key, value in {**record, **change}.items() if value is not None}
        path.write_text(json.dumps(edited))
        assert any("digest" in problem for problem in verification.verify(tmp_path).problems)


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=5))
def test_digest_depends_on_content_alone(record: dict[str, object]) -> None:
    again = dict(reversed(record.items()))
    assert json_report.digest(record) == json_report.digest(again) == json_report.digest({**record, "digest": "x"})
    assert json_report.digest({**record, "more": 1}) != json_report.digest(record)


def test_summary_and_page_name_the_record(tmp_path: Path) -> None:
    path = writers.write_all(SOUND, tmp_path)
    stored = json.loads(path.read_text())["digest"]
    summary = yaml.safe_load((tmp_path / "conformance.yaml").read_text())
    assert summary["record"]["digest"] == stored
    assert summary["verdict"] == str(SOUND.verdict)
    assert stored in (tmp_path / "conformance.html").read_text()
    assert (tmp_path / "again.html") == writers.write_page(path, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text() == (tmp_path / "conformance.html").read_text()


def test_summary_is_yaml_whatever_the_target_is_called() -> None:
    odd = replace(SOUND, target=replace(SOUND.target, url="https://x/: - {}\u2028'"))
    assert yaml.safe_load(to_yaml(odd, "sha256:0"))["target"]["url"] == odd.target.url


def test_a_page_of_nothing_readable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(json_report.ReportError):
        writers.write_page(tmp_path, None)


SHOWN = st.one_of(st.text(max_size=60), st.integers(), st.booleans(), st.lists(st.text(max_size=9), max_size=4))


def of_values(wanted: object, seen: object) -> RecordedFinding:
    expected, observed = f"refused, or stored value still {paths.show(wanted)}", f"200, stored value {paths.show(seen)}"
    return RecordedFinding("m", "f", expected, observed, "", values=Values((wanted,), seen))


@given(SHOWN, SHOWN)
def test_a_difference_says_both_texts_and_marks_what_values_have_not_in_common(wanted: object, seen: object) -> None:
    finding = of_values(wanted, seen)
    left, right = difference(finding)
    assert ("".join(text for text, _ in left), "".join(text for text, _ in right)) == (
        finding.expected,
        finding.observed,
    )
    assert any(marked for _, marked in (*left, *right)) == (paths.show(wanted) != paths.show(seen))
    assert (left[0][1], right[0][1]) == (False, False), "the words around a value are never marked"


def test_a_difference_without_two_values_marks_nothing() -> None:
    gone = replace(of_values("x", None), observed="200, stored value absent", values=Values(("x",), {"absent": True}))
    bare = RecordedFinding("m", "f", "200", "500, out of memory", "")
    for finding in (gone, bare):
        assert difference(finding) == (((finding.expected, False),), ((finding.observed, False),))


def test_a_difference_marks_the_word_that_differs() -> None:
    row = with_finding("x").requirements[0]
    finding = of_values("a b", "a <c>")
    page = conformance_page(replace(SOUND, requirements=(replace(row, findings=(finding,)),)), "sha256:0")
    assert re.findall("<mark>(.*?)</mark>", page) == ["b", "&lt;c&gt;"]
    assert '<pre class="diff"><span class="minus"><span class="faint">expected:</span> refused, or stored' in page


def test_findings_beyond_the_first_are_folded_away() -> None:
    row = replace(with_finding("x").requirements[0], findings=with_finding("x").requirements[0].findings * 5)
    page = conformance_page(replace(SOUND, requirements=(row,)), "sha256:0")
    assert "<summary>2 more against" in page
    assert page.count('class="finding"') == 5
