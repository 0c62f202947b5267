"""The last step against leaks: what pytest tells is masked, and a file that still holds a secret is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.journal import Journal
from contracts.masking import Masker

NOTICE: Final = "withheld: a credential stood in this file\n"
_GONE: Final = ()


def harmless(error: Exception, secrets: Masker) -> Exception:
    """The error itself, or one that says the same with the secrets in it masked."""
    said = f"{type(error).__name__}: {error}"
    masked = secrets.mask(said)
    return error if masked == said else RuntimeError(masked)


def mask_report(report: pytest.TestReport, secrets: Masker) -> None:
    """Mask a test report before plugins write it: its text, and what was printed and logged meanwhile."""
    report.sections = [(name, secrets.mask(text)) for name, text in report.sections]
    if isinstance(report.longrepr, tuple):
        path, line, message = report.longrepr
        report.longrepr = (path, line, secrets.mask(message))
    elif report.longrepr is not None:
        text = str(report.longrepr)
        masked = secrets.mask(text)
        if masked != text:
            report.longrepr = masked


def mask_traceback(representation: Any, secrets: Masker) -> None:
    """Mask the lines of a traceback as pytest has it ready to be printed, chained ones too; in place."""
    chain = getattr(representation, "chain", None) or [(getattr(representation, "reprtraceback", None), None, None)]
    for traceback, _, _ in chain:
        for entry in getattr(traceback, "reprentries", ()):
            entry.lines[:] = [secrets.mask(line) for line in entry.lines]
            shown_locals = getattr(entry, "reprlocals", None)
            if shown_locals is not None:
                shown_locals.lines[:] = [secrets.mask(line) for line in shown_locals.lines]


class Written:
    """The files in some places (files or directories) that are not as they were when this was made.

    What lay there before, a user's token file among the reports say, is no run's to touch; nor are `inputs`, which
    somebody else may write anew while the run reads them.
    """

    def __init__(self, places: Iterable[Path]) -> None:
        self._places = list(places)
        self._before = {path: _state(path) for path in _files(self._places)}

    def files(self, inputs: Iterable[Path] = (), more: Iterable[Path] = ()) -> Iterator[Path]:
        """The files that were written since, those of `more` among them, which are new; links are not followed."""
        spared = {path.resolve() for path in inputs}
        for path in dict.fromkeys((*_files(self._places), *_files(more))):
            if self._before.get(path, _GONE) != _state(path) and path.resolve() not in spared:
                yield path


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path


def _state(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return _GONE
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def withhold(files: Iterable[Path], secrets: Masker, journals: Sequence[Journal] = ()) -> Iterator[str]:
    """Replace every file that holds a secret by a notice, or remove it; gives a line for each.

    A journal is named only: without it nothing could be undone any more, and it is readable by its owner alone.
    """
    for path in files:
        try:
            if secrets.found(path.read_bytes()):
                _overwrite(path)
                yield f"{path}: withheld, it held a credential"
        except OSError as error:
            yield f"{path}: cannot be searched for credentials ({error.strerror})"
    for journal in journals:
        try:
            if secrets.found(journal.path.read_bytes()):
                yield f"{journal.path}: holds a credential; run pytorchjob-contract restore, which removes it"
        except FileNotFoundError:
            continue
        except OSError as error:
            yield f"{journal.path}: cannot be searched for credentials ({error.strerror})"


def _overwrite(path: Path) -> None:
    """Write the notice over the file itself, so that no other link to it keeps the text."""
    try:
        path.write_text(NOTICE, encoding="utf-8")
    except OSError:
        path.unlink()
