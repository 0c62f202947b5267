"""Where a run writes: looked at before anything is sent, so that nobody else's file is overwritten."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from contracts.pytest_plugin import allure_environment
from contracts.report import junit
from contracts.report.files import may_overwrite
from contracts.settings.config_file import SettingsError

OPTION: Final = "--report-dir"


def prepare(directory: Path) -> Path:
    """Make the report directory ready and give where Allure results go; results of the run before are removed.

    Raises `SettingsError` when it cannot be written to, or holds what would be overwritten and is not this suite's.
    """
    record, results = directory / junit.FILE_NAME, directory / "allure-results"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
        if not may_overwrite(record, junit.MARK):
            raise SettingsError(_foreign(record))
        if not allure_environment.begin(results):
            raise SettingsError(_foreign(results))
    except OSError as error:
        raise SettingsError(f"{OPTION}: {error.filename or directory}: {error.strerror}") from None
    return results


def _foreign(path: Path) -> str:
    return f"{OPTION}: {path} is not from this suite, and is left alone; choose another directory"
