"""`junit.xml` for CI systems, out of the record alone: one test case for each case, whatever it stands under.

A requirement that failed or could not be judged, and has no case that says so, is a test case itself: a run that is not
conformant is never all green.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from contracts.report import record
from contracts.report.files import NAME, write_whole
from contracts.report.model import CaseResult, Outcome, RecordedFinding, Report, RequirementResult
from contracts.report.strength import finding_count
from contracts.report.text.layout import visible

FILE_NAME: Final = "junit.xml"
# By this a file of that name is known to be this suite's.
MARK: Final = f'name="{NAME}"'
# The worst comes first; a case has the worst outcome of all requirements that it stands under.
_ELEMENT: Final = {
    Outcome.FAILED: "failure",
    Outcome.ERROR: "error",
    Outcome.WAIVED: "skipped",
    Outcome.SKIPPED: "skipped",
    Outcome.PASSED: "",
    Outcome.NOT_APPLICABLE: "skipped",
}
# Characters that XML 1.0 has no way to write.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Entry(NamedTuple):
    """What a case says of one requirement that it stands under."""

    requirement: RequirementResult
    case: CaseResult


def write(report: Report, directory: Path) -> Path:
    """Write `junit.xml` into the directory and give its path; raises `ReportError` when it cannot be written."""
    content = record.to_json(report)
    return write_whole(directory / FILE_NAME, to_text(record.from_json(content), record.digest(content)))


def to_text(report: Report, digest: str) -> str:
    """The file, ending in a newline; `digest` is the record's that it stands for."""
    root = to_xml(report, digest)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def to_xml(report: Report, digest: str) -> ET.Element:
    """The report as one test suite; a case that had nothing to try (`optional`) is left out."""
    cases = [_case(entries) for entries in (*_by_case(report.requirements), *_without_case(report.requirements))]
    root = ET.Element("testsuites", name=NAME)
    counted = {"tests": len(cases)}
    for name, tag in (("errors", "error"), ("failures", "failure"), ("skipped", "skipped")):
        counted[name] = sum(case.find(tag) is not None for case in cases)
    attributes = {"name": NAME, **{name: str(number) for name, number in counted.items()}}
    attributes |= {"time": f"{report.duration_seconds:.3f}", "timestamp": report.started_at.isoformat()}
    suite = ET.SubElement(root, "testsuite", attributes)
    properties = ET.SubElement(suite, "properties")
    told = [("record", digest), ("findings", str(finding_count(report)))]
    told += [("cause", one.message) for one in report.causes] + [("weakened", one) for one in report.weakened]
    for name, value in told:
        ET.SubElement(properties, "property", name=name, value=_xml(visible(value)))
    suite.extend(cases)
    if report.error:
        ET.SubElement(suite, "system-err").text = _xml(visible(report.error))
    return root


def _by_case(requirements: Iterable[RequirementResult]) -> Iterator[list[Entry]]:
    entries: dict[str, list[Entry]] = {}
    for requirement in requirements:
        for case in requirement.cases:
            entries.setdefault(case.id, []).append(Entry(requirement, case))
    for found in entries.values():
        if any(case.outcome is not Outcome.SKIPPED or not case.optional for _, case in found):
            yield found


def _without_case(requirements: Iterable[RequirementResult]) -> Iterator[list[Entry]]:
    for one in requirements:
        if one.outcome in (Outcome.FAILED, Outcome.ERROR) and one.outcome not in {case.outcome for case in one.cases}:
            yield [Entry(one, CaseResult(f"requirements::{one.id}", one.outcome))]


def _case(entries: list[Entry]) -> ET.Element:
    case = entries[0].case
    file, _, name = case.id.partition("::")
    seconds = max(one.case.duration_seconds for one in entries)
    classname = file.removesuffix(".py").replace("/", ".")
    element = ET.Element("testcase", classname=_xml(classname), name=_xml(name or file), time=f"{seconds:.3f}")
    properties = ET.SubElement(element, "properties")
    for one, _ in entries:
        for key, value in (("requirement", one.id), ("level", one.level), ("source", str(one.source))):
            ET.SubElement(properties, "property", name=key, value=_xml(value))
    outcome = min((one.case.outcome for one in entries), key=[*_ELEMENT].index)
    if _ELEMENT[outcome]:
        _add_outcome(element, outcome, [one for one in entries if one.case.outcome is outcome])
    return element


def _add_outcome(element: ET.Element, outcome: Outcome, entries: list[Entry]) -> None:
    found = [(one.requirement, finding) for one in entries for finding in _findings(one)]
    reasons = dict.fromkeys(one.case.reason or one.requirement.reason for one in entries)
    said = [reason for reason in reasons if reason]
    if found and outcome in (Outcome.FAILED, Outcome.WAIVED):
        said = [visible(line) for one, finding in found for line in finding.lines(one.id, one.source)]
    text = _xml("\n".join(said) or str(outcome))
    child = ET.SubElement(element, _ELEMENT[outcome], message=text.partition("\n")[0])
    if outcome is Outcome.FAILED:
        child.text = text
        again = dict.fromkeys(f"reproduce: {visible(one.reproduce)}" for _, one in found if one.reproduce)
        if again:
            ET.SubElement(element, "system-out").text = _xml("\n".join(again))


def _findings(entry: Entry) -> list[RecordedFinding]:
    """What the case found against the requirement; what any case found, in a record that does not tell them apart."""
    found = entry.requirement.findings
    return [one for one in found if not entry.case.findings or one.id in entry.case.findings]


def _xml(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
