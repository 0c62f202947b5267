"""The last step against leaks: a file that was written and still holds a secret is withheld."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from contracts.masking.masker import Masker

NOTICE: Final = "withheld: a credential stood in this file\n"
_GONE: Final = ()


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


def withhold(files: Iterable[Path], secrets: Masker, journals: Sequence[Path] = ()) -> Iterator[str]:
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
            if secrets.found(journal.read_bytes()):
                yield f"{journal}: holds a credential; run pytorchjob-contract restore, which removes it"
        except FileNotFoundError:
            continue
        except OSError as error:
            yield f"{journal}: cannot be searched for credentials ({error.strerror})"


def _overwrite(path: Path) -> None:
    """Write the notice over the file itself, so that no other link to it keeps the text."""
    try:
        path.write_text(NOTICE, encoding="utf-8")
    except OSError:
        path.unlink()
