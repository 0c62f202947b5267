"""Files that are written whole or not at all, so that nobody finds half a page."""

import os
from pathlib import Path
from uuid import uuid4


class ReportError(Exception):
    """A report that cannot be written or read; its text is one line."""


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
