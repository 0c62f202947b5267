"""Whether a file that is about to be overwritten is this suite's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

NAME: Final = "pytorchjob-contract"
# How a file begins that was withheld since it held a credential.
WITHHELD: Final = "withheld:"
BEGINNING: Final = 4096


def is_ours(path: Path, mark: str) -> bool:
    """Whether nothing would be lost: no file is there, or an empty one, or one with `mark` in its first 4 KiB.

    Raises `OSError` when that cannot be found out, as for a directory.
    """
    if not path.exists():
        return True
    with path.open("rb") as file:
        beginning = file.read(BEGINNING) if path.is_file() else b"a device"
    return not beginning.strip() or mark.encode() in beginning or beginning.startswith(WITHHELD.encode())
