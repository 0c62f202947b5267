"""Whether what was written from a record still says what the record says: page, summary, JUnit file."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import yaml

from contracts.report import junit, writers
from contracts.report.files import WITHHELD
from contracts.report.html import pages
from contracts.report.model import Report
from contracts.report.outcomes import counts
from contracts.report.record import DIGEST, Stored
from contracts.report.text.layout import visible
from contracts.report.trust import suite

# With another version of these the same suite may write other bytes.
WRITING: Final = ("python", "jinja2", "markupsafe", "pyyaml")
BY_FACTS: Final = "ok by digest, verdict and outcomes (another suite wrote it)"

_TAG: Final = re.compile(r"<[^>]*>")
_BADGE: Final = re.compile(r'<span class="badge[^"]*">([^<]*)</span>')
_FIRST: Final = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_ROW: Final = re.compile(rf'id="is-([^"]*)">\s*<p>{_BADGE.pattern}')


@dataclass(frozen=True)
class Agreement:
    """What is said of one file; `problem` is empty when it says what the record says."""

    state: str
    problem: str = ""


def compare(name: str, file: Path, record: Stored) -> Agreement:
    """Compare a file of one of the formats (`writers.FORMATS`) with what is written of the record.

    Where the installed suite is the one that wrote it, every byte counts; else digest, verdict and outcomes.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return Agreement(f"no {file.name}")
    except OSError as error:
        return Agreement("", f"{file}: cannot be read ({error.strerror})")
    if content.startswith(WITHHELD.encode()):
        return Agreement(f"{file.name} withheld")
    report, digest = record.report, str(record.content.get(DIGEST, ""))
    expected = writers.FORMATS[name](report, digest).encode("utf-8", "backslashreplace")
    if content == expected:
        return Agreement(f"{file.name} ok")
    if not carries(file, record) and (name != junit.FILE_NAME or report.suite.judge):
        return Agreement("", f"{file}: is not of this record: it does not carry its digest")
    if _is_writer(report):
        return Agreement("", f"{file}: was changed after it was written: {_first_difference(content, expected)}")
    if name == pages.FILE_NAME and not _ROW.search(content.decode("utf-8", "replace")):
        return Agreement(f"{file.name} has the digest, its content is not compared (another suite wrote it)")
    problem = next(_FACTS[name](content.decode("utf-8", "replace"), expected.decode(), report), "")
    if problem:
        return Agreement("", f"{file}: says something else than the record: {problem}")
    return Agreement(f"{file.name} {BY_FACTS}")


def carries(file: Path, record: Stored) -> bool:
    """Whether a file names the record's digest; a file that cannot be read does not."""
    digest = record.content.get(DIGEST)
    try:
        return isinstance(digest, str) and digest.encode() in file.read_bytes()
    except OSError:
        return False


def _is_writer(report: Report) -> bool:
    """Whether the installed suite writes the same bytes as the one that has made the record."""
    here, installed = suite.versions(), suite.judge()
    same_code = installed is not None and report.suite.judge == installed
    return same_code and all(report.versions.get(name) == here.get(name) for name in WRITING)


def _first_difference(content: bytes, expected: bytes) -> str:
    pairs = zip_longest(content.split(b"\n"), expected.split(b"\n"))
    return f"line {next(number for number, (one, other) in enumerate(pairs, 1) if one != other)}"


def _page(text: str, _expected: str, report: Report) -> Iterator[str]:
    """What a page says otherwise: verdict, counts, the outcomes of the requirements, the findings' messages."""
    outcomes = {html.unescape(name): outcome for name, outcome in _ROW.findall(text)}
    shown = _words(html.unescape(_TAG.sub("", text)))
    first = _FIRST.search(text)
    if first is None or report.verdict not in _BADGE.findall(first[1]):
        yield f"its first paragraph does not say {report.verdict}"
    elif counts(report.requirements) not in first[1]:
        yield f"its first paragraph does not say {counts(report.requirements)}"
    for requirement in report.requirements:
        if (said := outcomes.get(visible(requirement.id))) != requirement.outcome:
            yield f"{requirement.id}: {said or 'nothing'} instead of {requirement.outcome}"
        for finding in requirement.findings:
            if _words(visible(finding.message)) not in shown:
                yield f"a finding against {requirement.id} is not there"


def _words(text: str) -> str:
    return " ".join(text.split())


def _summary(text: str, expected: str, _report: Report) -> Iterator[str]:
    """What a summary says otherwise, of what both hold; verdict and outcomes it must hold."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    due = yaml.safe_load(expected)
    if not isinstance(found, dict):
        yield "no YAML object"
        return
    for key in due:
        required = key in ("verdict", "outcomes", "record")
        if (key in found or required) and not _is_part(found.get(key), due[key], whole=key == "outcomes"):
            yield key


def _is_part(found: Any, due: Any, *, whole: bool = False) -> bool:
    """Whether two values agree in all keys that both have; `whole`: in all."""
    if whole or not isinstance(found, dict) or not isinstance(due, dict):
        return bool(found == due)
    return all(_is_part(found[key], due[key]) for key in found.keys() & due.keys())


def _junit(text: str, expected: str, _report: Report) -> Iterator[str]:
    """What a JUnit file says otherwise: the counts, or what became of a case."""
    try:
        found = dict(_cases(ET.fromstring(text)))  # noqa: S314  (expat resolves no external entities)
    except ET.ParseError:
        yield "no XML"
        return
    due = dict(_cases(ET.fromstring(expected)))  # noqa: S314
    for key in (*due, *found):
        if found.get(key) != due.get(key):
            yield f"{key}: {found.get(key, 'nothing')} instead of {due.get(key, 'nothing')}"


def _cases(root: ET.Element) -> Iterator[tuple[str, str]]:
    for one in root.iter("testsuite"):
        yield from ((name, one.get(name, "")) for name in ("tests", "errors", "failures", "skipped"))
    for one in root.iter("testcase"):
        outcome = next((child.tag for child in one if child.tag in ("failure", "error", "skipped")), "passed")
        yield f"{one.get('classname')}::{one.get('name')}", outcome


_FACTS: Final[Mapping[str, Callable[[str, str, Report], Iterator[str]]]] = {
    pages.FILE_NAME: _page,
    writers.YAML_NAME: _summary,
    junit.FILE_NAME: _junit,
}
