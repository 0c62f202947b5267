"""A cause stands first in every format, and takes six lines of a terminal at most."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from contracts.report.html.pages import conformance_page
from contracts.report.junit import to_xml
from contracts.report.model import Cause, CauseKind, RecordedExchange
from contracts.report.record import from_json, to_json
from contracts.report.text.causes import MOST_LINES, MOST_SHOWN, causes
from contracts.report.text.layout import rendered
from contracts.report.text.summary import NARROWEST, summary
from contracts.report.trust.consistency import inconsistencies
from contracts.report.writers import to_yaml

from .samples import FAILED, SOUND
from .samples import causes as any_cause

REFUSED = Cause(
    kind=CauseKind.REFUSAL,
    message="correct requests are refused with 403: the label example.com/queue cannot be changed once it is there",
    requirements=(FAILED.id, "replaceable.labels", "replaceable.together", "replaceable.sequence", "pretty.default"),
    findings=39,
    count=43,
    status=403,
    note="the label example.com/queue cannot be changed once it is there",
    options=("--keep=metadata.labels[example.com/queue]",),
    finding="b9b5dc",
    exchange=RecordedExchange("PUT", "http://localhost/<1>", {}, '{"a": "<sent>"}', 403, {}, "<answered>", 0.1),
)
LAG = Cause(CauseKind.LAG, "reads lag behind writes that were answered", (FAILED.id,), 1, 7, 47, ("GET",))
REPORT = replace(SOUND, causes=(REFUSED, LAG))


def test_the_terminal_begins_with_the_causes() -> None:
    sections = summary(REPORT, False, 80).split("\n\n")
    assert sections[1] == (
        "Causes (2)\n"
        "correct requests are refused with 403: the label example.com/queue cannot be\n"
        "  changed once it is there\n"
        "  seen: 43 times; first by b9b5dc: PUT answered 403\n"
        "  explains: 39 findings of immutable.status, replaceable.labels,\n"
        "    replaceable.together, replaceable.sequence, pretty.default\n"
        "  helps: '--keep=metadata.labels[example.com/queue]'\n"
        "reads lag behind writes that were answered\n"
        "  seen: 7 of 47 GET requests (about one in 7)\n"
        "  explains: 1 finding of immutable.status"
    )


def test_a_run_without_a_cause_has_no_such_section() -> None:
    plain = replace(SOUND, causes=())
    assert "Causes" not in summary(plain, False, 80) + conformance_page(plain, "sha256:0") + to_yaml(plain, "")[:0]
    assert yaml.safe_load(to_yaml(plain, ""))["causes"] == []
    assert to_json(plain)["causes"] == []


@given(any_cause, st.integers(NARROWEST, 200))
def test_a_cause_is_six_lines_at_most_and_no_wider_than_the_terminal(cause: Cause, width: int) -> None:
    lines = rendered(causes((cause,), width), width).splitlines()[1:]
    assert len(lines) <= MOST_LINES
    assert all(cell_len(line) <= width or line.startswith("  helps: ") for line in lines)


def test_of_very_many_causes_the_first_are_shown() -> None:
    text = rendered(causes((LAG,) * (MOST_SHOWN + 3), 80), 80)
    assert text.startswith(f"Causes ({MOST_SHOWN + 3})\n")
    assert text.count("explains") == MOST_SHOWN
    assert text.endswith("3 more in the report\n")


def test_the_page_begins_with_the_causes() -> None:
    page = conformance_page(REPORT, "sha256:0")
    titles = re.findall(r'<h2 id="([a-z-]+)"', page)
    assert titles[:2] == ["causes", "findings"]
    for said in ("43 times", "7 of 47 GET requests", "--keep=metadata.labels[example.com/queue]", "&lt;answered&gt;"):
        assert said in page
    assert f'<a href="#{FAILED.id}"' in page


def test_a_cause_is_in_every_other_format() -> None:
    [first, _] = yaml.safe_load(to_yaml(REPORT, "sha256:0"))["causes"]
    assert first["message"] == REFUSED.message
    assert first["options"] == [*REFUSED.options]
    xml = to_xml(REPORT, "sha256:0")
    values = [one.get("value") for one in xml.iter("property") if one.get("name") == "cause"]
    assert values == [REFUSED.message, LAG.message]
    assert ET.tostring(xml).index(b"cause") < ET.tostring(xml).index(b"testcase")


def test_a_record_from_before_there_were_causes_is_read() -> None:
    record = to_json(REPORT)
    assert from_json(record) == REPORT
    assert from_json({key: value for key, value in record.items() if key != "causes"}) == replace(REPORT, causes=())


@pytest.mark.parametrize(("names", "sound"), [((FAILED.id,), True), (("pretty.default",), False)])
def test_a_cause_explains_what_has_findings(names: tuple[str, ...], sound: bool) -> None:
    problems = inconsistencies(replace(SOUND, causes=(replace(LAG, requirements=names),)))
    assert (problems == ()) is sound
