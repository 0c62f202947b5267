"""What sort of problem kept a run from judging: `error.kind` of the record, by which scripts decide what to do."""

import traceback
from collections.abc import Iterable
from enum import StrEnum


class ErrorKind(StrEnum):
    """The kinds, the one first that a person has to look at first."""

    INTERNAL = "internal"
    CASE = "case"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    CONCURRENT_MODIFICATION = "concurrent-modification"
    LEFT_BEHIND = "left-behind"
    CREDENTIAL = "credential"
    CONFIGURATION = "configuration"
    TARGET = "target"
    REPORT = "report"
    NOTHING_JUDGED = "nothing-judged"
    OUT_OF_TIME = "out-of-time"
    UNREACHABLE = "unreachable"


def first(kinds: Iterable[str]) -> ErrorKind:
    """The one that counts where there are several: `unreachable` only where there is nothing else."""
    found = {ErrorKind(one) for one in kinds}
    return next((one for one in ErrorKind if one in found), ErrorKind.UNKNOWN)


def internal(error: Exception) -> str:
    """An error of ours, in words: where it came up, without its message, which might hold what is secret."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"internal error: {type(error).__name__} in {where.filename}, line {where.lineno}"
