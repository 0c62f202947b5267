"""The command `run` for a specification of several operations: a run for each, and one record of all of them."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from contracts.pytest_plugin import allure_results
from contracts.report import junit, record, writers
from contracts.report.files import ALLURE_RESULTS
from contracts.report.html.pages import FILE_NAME
from contracts.report.model import Report
from contracts.report.outcomes import ERROR, INTERRUPTED, worst
from contracts.report.runs.comparison import compare
from contracts.report.text import comparison, summary
from contracts.run import signals
from contracts.run.baseline import baseline_for
from contracts.run.merged_report import merged_report
from contracts.settings import show
from contracts.settings.config_file import SettingsError
from contracts.settings.options import BY_KEY, OPTIONS, Settings
from contracts.spec.load import operations_of

# Seconds between two looks at a run.
LOOK: Final = 0.05
# Given anew for each operation, or of no use to a run of one alone.
REPLACED: Final = ("report_dir", "operation", "seed", "baseline")


def several(settings: Settings) -> tuple[str, ...]:
    """The operations to be judged one after the other; empty where one run judges all that there is."""
    there = operations_of(settings.spec) if settings.spec and not settings.operation else ()
    return there if len(there) > 1 else ()


def run(
    operations: Sequence[str], settings: Settings, options: argparse.Namespace, given: Mapping[str, Any], results: Path
) -> int:
    """Judge each operation in a run of its own, below the report directory, and write the record of all of them.

    Gives the worst exit status. `results`: where Allure results go. Raises `SettingsError` for options that only make
    sense for one operation, `ReportError` for a record that cannot be written, or a baseline that cannot be read.
    """
    if settings.plan or (settings.har and not settings.har_of_findings):
        option = "--plan" if settings.plan else "--har"
        raise SettingsError(f"{option}: the specification has {' and '.join(operations)}; add --operation")
    try:
        baseline = baseline_for(settings)
    except record.ReportError as error:
        raise SettingsError(f"--baseline: {error}") from None
    reports: list[Report] = []
    statuses: list[int] = []
    with signals.counted() as stop:
        for operation in operations:
            directory, begun = settings.report_dir / operation, datetime.now(UTC)
            print(f"\n== {operation} ==", flush=True)
            status = _wait(_start(operation, directory, settings, options, given), stop)
            try:
                report = record.load(directory)
            except record.ReportError:
                report = None
            known = report is not None and report.started_at >= begun
            if report is not None and known:
                reports.append(report)
            if report is None or not known or report.exit_status != status:
                statuses.append(status)  # what the records do not tell
            if stop.count:
                break
    if not reports:
        return INTERRUPTED if stop.count else worst(statuses)
    merged = merged_report(reports, show.command(settings))
    _write(merged, settings.report_dir, operations, results)
    print(f"\n== {' and '.join(operations)} ==")
    print("\n".join(filter(None, (summary.verdict_line(merged), summary.exit_line(merged)))))
    sys.stdout.write(summary.report_line(str(settings.report_dir / FILE_NAME)))
    if baseline is not None:
        compared = compare(baseline, merged)
        comparison.write(compared, settings.report_dir)
        sys.stdout.write("\n" + comparison.written(compared, "text"))
    return INTERRUPTED if stop.count else worst((merged.exit_status, *statuses))


def _start(
    operation: str, directory: Path, settings: Settings, options: argparse.Namespace, given: Mapping[str, Any]
) -> "subprocess.Popen[bytes]":
    told = {key: value for key, value in given.items() if value is not None and key not in REPLACED}
    command = [sys.executable, "-m", "contracts", "run", f"--report-dir={directory}", f"--operation={operation}"]
    command += [f"--seed={settings.seed}", *([f"--config={options.config}"] if options.config else [])]
    for option in OPTIONS:
        value = told.get(option.key)
        for one in value if option.several and value else [] if value is None else [value]:
            command.append(f"--{option.name}" if option.is_switch else f"--{option.name}={one}")
    own = {BY_KEY[key].variable for key in REPLACED}
    environment = {name: value for name, value in os.environ.items() if name not in own}
    rest = ["--", *options.rest] if options.rest else []
    return subprocess.Popen([*command, *rest], env=environment)  # noqa: S603


def _wait(process: "subprocess.Popen[bytes]", stop: signals.StopRequests) -> int:
    """Wait for a run, which cleans up when it is told to end; a terminal's Ctrl-C it has heard itself."""
    told = False
    while process.poll() is None:
        if stop.count and not told:
            told = True
            process.terminate()
        time.sleep(LOOK)
    return process.returncode if process.returncode >= 0 else ERROR


def _write(report: Report, directory: Path, operations: Sequence[str], results: Path) -> None:
    writers.write_all(report, directory)
    junit.write(report, directory)
    for operation in operations:
        if (directory / operation / ALLURE_RESULTS).is_dir():
            shutil.copytree(directory / operation / ALLURE_RESULTS, results, dirs_exist_ok=True)
    allure_results.write(results, report, os.environ)
