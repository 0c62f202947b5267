"""What the command `report` does with a stored report: show it, or say what is wrong with it or with its formats."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from contracts.report import writers
from contracts.report.files import ReportError, sha256
from contracts.report.model import Har
from contracts.report.outcomes import counts
from contracts.report.record import FILE_NAME, Stored, stored
from contracts.report.text.layout import visible
from contracts.report.text.summary import summary
from contracts.report.trust import agreement, signature, suite
from contracts.report.trust.consistency import inconsistencies, problems

# The format of a file that is named instead of the record, by how its name ends.
SUFFIXES: Final = {Path(name).suffix: name for name in writers.FORMATS} | {".yml": writers.YAML_NAME}


@dataclass(frozen=True)
class Verified:
    """What is wrong with a report, one line each, and what was found to be right."""

    problems: tuple[str, ...]
    found: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """What was found, in a line."""
        return visible("; ".join(self.found))


def show(path: Path, colour: bool = False, width: int = 80) -> str:
    """The terminal summary of the report in a file or directory, ending in a newline.

    A report that contradicts itself is shown with a warning for each contradiction. Raises `ReportError` when there
    is no whole report to show.
    """
    found = stored(path)
    text = summary(found.report, colour, width, str(found.file))
    return text + "".join(f"warning: {visible(problem)}\n" for problem in inconsistencies(found.report))


def verify(path: Path, public_key: Path | None = None, *, har: Path | None = None, judge: bool = False) -> Verified:
    """Check a record, its signature, and that what was written from it beside it says the same.

    `path`: the record, the directory that holds it, or a page, summary or JUnit file beside it. `public_key`: by which
    it must be signed. `har`: the file that must be the run's HAR. `judge`: whether the installed code must be the one
    that judged. Raises `ReportError` when the key cannot be read.
    """
    try:
        record, beside = _located(path)
    except ReportError as error:
        return Verified((str(error),))
    if wrong := [*problems(record)]:
        return Verified(tuple(wrong))
    report = record.report
    found = [", ".join(filter(None, (str(report.verdict), counts(report.requirements)))), "digest ok"]
    if public_key is None:
        found.append("signature not checked (--public-key)" if signature.is_signed(record) else "not signed")
    elif (problem := signature.check(record, public_key)) is not None:
        wrong.append(problem)
    else:
        found.append(f"signed by {public_key} ({signature.fingerprint(public_key)})")
    if har is not None:
        problem = _other_har(report.har, har)
        wrong += [problem] if problem else []
        found.append(f"{har} ok")
    elif report.har:
        found.append(f"{report.har.file} not checked (--har)")
    if judge:
        problem = _other_judge(report.suite.judge)
        wrong += [problem] if problem else []
        found.append("the installed code judged it")
    said = [agreement.compare(name, file, record) for name, file in beside.items()]
    wrong += [one.problem for one in said if one.problem]
    found += [", ".join(one.state for one in said)] if said else []
    return Verified(tuple(wrong), tuple(found))


def _located(path: Path) -> tuple[Stored, Mapping[str, Path]]:
    """The record that a path means, and by format the files that must say the same."""
    name = SUFFIXES.get(path.suffix.lower()) if not path.is_dir() else None
    if name is None:
        record = stored(path)
        return record, dict(_beside(record))
    record = stored(path.with_name(_named(path) if name == writers.YAML_NAME else FILE_NAME))
    return record, {**dict(_beside(record)), name: path}


def _named(summary: Path) -> str:
    """The name of the record that a summary stands for."""
    try:
        content = yaml.safe_load(summary.read_text("utf-8"))
        return Path(str(content["record"]["file"])).name
    except OSError as error:
        raise ReportError(f"{summary}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeError, KeyError, TypeError) as error:
        raise ReportError(f"{summary}: this is no summary of a record") from error


def _beside(record: Stored) -> Iterator[tuple[str, Path]]:
    """The files beside a record by format; beside one of another name only those that carry its digest."""
    for name in writers.FORMATS:
        file = record.file.with_name(name)
        if record.file.name == FILE_NAME or agreement.carries(file, record):
            yield name, file


def _other_har(recorded: Har | None, file: Path) -> str:
    if recorded is None:
        return "the record is about no HAR: none was written (--har)"
    try:
        same = sha256(file) == recorded.sha256
    except OSError as error:
        return f"{file}: cannot be read ({error.strerror}) (--har)"
    return "" if same else f"{file}: is not the HAR of this run, or was changed after it was written (--har)"


def _other_judge(judge: str | None) -> str:
    installed = suite.judge()
    if judge is None:
        return "the record does not say which code judged (--judge)"
    return "" if judge == installed else f"other code judged than is installed: {judge}, here {installed} (--judge)"
