"""Files that are written whole or not at all, so that nobody finds half a page, and over nobody else's work."""

import hashlib
import os
from pathlib import Path
from typing import Final
from uuid import uuid4

NAME: Final = "pytorchjob-contract"
# The directory of Allure's results within that of the reports: thousands of files.
ALLURE_RESULTS: Final = "allure-results"
# How a file begins that was withheld since it held a credential.
WITHHELD: Final = "withheld:"
BEGINNING: Final = 4096


class ReportError(Exception):
    """A report that cannot be written or read; its text is one line."""


def may_overwrite(path: Path, mark: str) -> bool:
    """Whether nothing would be lost: no file is there, or an empty one, or one with `mark` in its first 4 KiB.

    Raises `OSError` when that cannot be found out, as for a directory.
    """
    if not path.exists():
        return True
    with path.open("rb") as file:
        beginning = file.read(BEGINNING) if path.is_file() else b"a device"
    return not beginning.strip() or mark.encode() in beginning or beginning.startswith(WITHHELD.encode())


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal; raises `OSError` when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> Path:
    """Write the text as UTF-8 and give the path; what was there before stays until all is written.

    Text that UTF-8 cannot carry is written as its escape. Raises `ReportError` when the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as stream:
                stream.write(text.encode("utf-8", "backslashreplace"))
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ReportError(f"{path}: cannot be written ({error.strerror})") from error
    return path
