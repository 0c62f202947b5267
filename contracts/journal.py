"""What a run is about to touch, on disk before it is touched, so that whatever ends the run can be undone later.

One file a run in the state directory, mode 0600, written whole and synced before the request goes out. It holds no
credential.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

SUFFIX: Final = ".journal.json"
KEPT: Final = 16


@dataclass(frozen=True)
class Entry:
    """The object under test of one run.

    `uid` is None until it is known. `original` holds an adopted object's replaceable fields by dotted path, absent
    ones left out; `sent` the same fields of the last replacements: a value that is neither is somebody else's.
    """

    run_id: str
    url: str
    namespace: str
    name: str
    adopted: bool
    uid: str | None = None
    original: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[Mapping[str, Any], ...] = ()


class Journal:
    """The entry of one run, kept on disk for as long as there is something to undo."""

    def __init__(self, directory: Path, entry: Entry) -> None:
        self.entry = entry
        self.path = directory / f"{entry.run_id}{SUFFIX}"

    def write(self, **changes: Any) -> None:
        """Change the entry and put it on disk; raises `OSError` when that cannot be done."""
        self.entry = replace(self.entry, **changes)
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(self.entry), stream)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(self.path)
        _sync(self.path.parent)

    def about_to_send(self, values: Mapping[str, Any]) -> None:
        """Note the replaceable fields of a replacement that is about to be sent; the last few are kept."""
        self.write(sent=(*self.entry.sent[1 - KEPT :], values))

    def close(self) -> None:
        """Forget the entry: everything is undone."""
        self.path.unlink(missing_ok=True)


def state_directory() -> Path:
    """Where journals live (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "pytorchjob-contract"


def entries(directory: Path) -> list[Journal]:
    """The journals of runs that have not been undone, oldest first; files that are none are left alone."""
    found = []
    for path in sorted(directory.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime):
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            entry = Entry(**{**raw, "sent": tuple(raw["sent"])})
        except (OSError, ValueError, TypeError, KeyError):
            continue
        found.append(Journal(directory, entry))
    return found


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
