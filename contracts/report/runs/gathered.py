"""All records below a directory, at any depth; an archive of the newest ones."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from contracts.report.files import ALLURE_RESULTS, write_whole
from contracts.report.model import Report
from contracts.report.record import FILE_NAME, ReportError, Stored, load, stored

_NIGHT: Final = "%Y-%m-%d-%H%M%S"
MARKS: Final = frozenset({"schemaVersion", "verdict", "requirements"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """The reports, and a line for each record that cannot be read."""

    reports: tuple[Report, ...]
    unreadable: tuple[str, ...]


def gather(directory: Path) -> Gathered:
    """All records below the directory: files `conformance.json`, and every other `.json` file that holds one.

    Raises `ReportError` when the directory cannot be read.
    """
    found = [one if isinstance(one, str) else one.report for one in each(directory)]
    unreadable = [one for one in found if isinstance(one, str)]
    return Gathered(tuple(one for one in found if isinstance(one, Report)), tuple(unreadable))


def each(directory: Path) -> Iterator[Stored | str]:
    """One after the other the records that `gather` takes together; of one that cannot be read a line.

    Of a run of several operations the record of all, not those of each, which it holds.
    Raises `ReportError` when the directory cannot be read.
    """
    if not directory.is_dir():
        raise ReportError(f"{directory}: is no directory")
    for path in _records(directory):
        try:
            found = stored(path)
        except ReportError as error:
            yield str(error)
        else:
            if found.file.parent == directory or not _is_part(found):
                yield found


def _is_part(record: Stored) -> bool:
    """Whether a record is of one operation of a run that judged several, whose record stands above it."""
    where = record.file.parent
    judged = {one.value for one in record.report.configuration if one.name == "operation"}
    return where.name in judged and (where.parent / FILE_NAME).exists()


def keep(record: Path, archive: Path, last: int) -> Path:
    """Copy a record (a file, or the directory that holds it) into the archive, in which the `last` newest ones stay.

    In the archive each has a directory, named after the time at which its run began, in UTC. Gives the copy's path.
    Raises `ReportError` when the record cannot be read or the archive cannot be written.
    """
    begun = load(record).started_at.astimezone(UTC)
    source = record / FILE_NAME if record.is_dir() else record
    try:
        kept = write_whole(archive / f"{begun:{_NIGHT}}" / FILE_NAME, source.read_text(encoding="utf-8"))
        nights = sorted(one for one in archive.iterdir() if _is_night(one.name) and one.is_dir())
        for old in nights[: max(0, len(nights) - last)]:
            shutil.rmtree(old)
    except OSError as error:
        raise ReportError(f"{archive}: cannot be written ({error.strerror})") from error
    return kept


def _is_night(name: str) -> bool:
    try:
        datetime.strptime(name, _NIGHT).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _records(directory: Path) -> Iterator[Path]:
    for path in sorted(_below(directory)):
        if path.name == FILE_NAME or _is_record(path):
            yield path


def _below(directory: Path) -> Iterator[Path]:
    """Every `.json` file below the directory that may be a record."""
    for where, directories, files in os.walk(directory):
        directories[:] = (one for one in directories if one != ALLURE_RESULTS)
        yield from (Path(where, name) for name in files if name.endswith(".json"))


def _is_record(path: Path) -> bool:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.keys() >= MARKS
