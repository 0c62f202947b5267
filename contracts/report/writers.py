"""What is written of a report into one directory: record, page, and a summary for a registry of reports."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Final

import yaml

from contracts.report import codec, junit, record
from contracts.report.files import ReportError, may_overwrite, write_whole
from contracts.report.html.pages import FILE_NAME, conformance_page
from contracts.report.model import Report
from contracts.report.reproduction import script as reproduce_script
from contracts.report.strength import finding_count, strength

YAML_NAME: Final = "conformance.yaml"


def write_all(report: Report, directory: Path, scripts: Mapping[str, str] | None = None) -> Path:
    """Write record, page and summary, and give the record's path; raises `ReportError` when one cannot be written.

    `scripts`: by the id of a finding what shows it again.
    """
    content, path = record.to_json(report), record.write(report, directory)
    # As it will be read, so that what is written of the record again is the same.
    report, digest = record.from_json(content), record.digest(content)
    write_whole(directory / FILE_NAME, conformance_page(report, digest))
    write_whole(directory / YAML_NAME, to_yaml(report, digest))
    ids = {finding.id for requirement in report.requirements for finding in requirement.findings}
    write_scripts({name: text for name, text in (scripts or {}).items() if name in ids}, directory)
    return path


def write_scripts(scripts: Mapping[str, str], directory: Path) -> None:
    """Write each script below the directory, in place of those of an earlier run; raises `ReportError`."""
    try:
        for old in (directory / reproduce_script.DIRECTORY).glob("*.sh"):
            if may_overwrite(old, reproduce_script.MARK):
                old.unlink()
    except OSError as error:
        raise ReportError(f"{directory / reproduce_script.DIRECTORY}: cannot be replaced ({error.strerror})") from error
    for name, text in scripts.items():
        write_whole(directory / reproduce_script.file_name(name), text)


def write_page(path: Path, output: Path | None) -> Path:
    """Write the page of a stored record again, beside it unless `output` says where; raises `ReportError`."""
    found = record.stored(path)
    page = conformance_page(found.report, found.content.get(record.DIGEST, "no digest"))
    return write_whole(output or found.file.with_name(FILE_NAME), page)


def to_yaml(report: Report, digest: str) -> str:
    """The summary as YAML, ending in a newline; `digest` is the record's that it stands for."""
    outcomes: dict[str, list[str]] = {}
    for requirement in report.requirements:
        outcomes.setdefault(str(requirement.outcome), []).append(requirement.id)
    done = strength(report)
    summary = {
        "apiVersion": "pytorchjob-contract/v1",
        "kind": "ConformanceReport",
        "verdict": str(report.verdict),
        "date": report.started_at.astimezone(UTC).isoformat(timespec="seconds"),
        "implementation": codec.to_json(report.implementation),
        "target": codec.to_json(report.target),
        "profile": report.profile,
        "document": {key: value for key, value in asdict(report.document).items() if value},
        "suite": asdict(report.suite),
        "seed": report.seed,
        "error": {"kind": report.error_kind, "message": report.error} if report.error else None,
        "judged": {
            "cases": done.cases,
            "requests": done.requests,
            "correctGeneratedRequests": asdict(done.positive) if done.positive else None,
            "pageUnits": {"judged": done.covered, "asked": done.units},
        },
        "weakened": [*report.weakened],
        "findings": finding_count(report),
        **({"har": codec.to_json(report.har)} if report.har else {}),
        "causes": [
            {"message": one.message, "requirements": [*one.requirements], "options": [*one.options]}
            for one in report.causes
        ],
        "outcomes": outcomes,
        "sources": {one.id: str(one.source) for one in report.requirements},
        "record": {"file": "conformance.json", "digest": digest},
    }
    return yaml.safe_dump(summary, sort_keys=False, allow_unicode=True, width=120)


# What is written of a record and its digest alone, by the name of the file beside it.
FORMATS: Final[Mapping[str, Callable[[Report, str], str]]] = {
    FILE_NAME: conformance_page,
    YAML_NAME: to_yaml,
    junit.FILE_NAME: junit.to_text,
}
