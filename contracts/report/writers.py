"""Record, page and summary of a report, written into one directory."""

import json
from pathlib import Path

from contracts.report import record as json_report
from contracts.report import yaml_summary
from contracts.report.files import write_whole
from contracts.report.html import pages
from contracts.report.model import Report


def write_all(report: Report, directory: Path) -> Path:
    """Write record, page and summary, and give the record's path; raises `ReportError` when one cannot be written."""
    record = json_report.write(report, directory)
    digest = json.loads(record.read_text(encoding="utf-8"))[json_report.DIGEST]
    write_whole(directory / pages.FILE_NAME, pages.conformance_page(report, digest))
    write_whole(directory / yaml_summary.FILE_NAME, yaml_summary.to_yaml(report, digest))
    return record


def write_page(path: Path, output: Path | None) -> Path:
    """Write the page of a stored record again, beside it unless `output` says where; raises `ReportError`."""
    file = path / json_report.FILE_NAME if path.is_dir() else path
    report = json_report.load(file)
    stored = json.loads(file.read_text(encoding="utf-8")).get(json_report.DIGEST, "no digest")
    page = pages.conformance_page(report, stored)
    return write_whole(output or file.with_name(pages.FILE_NAME), page)
