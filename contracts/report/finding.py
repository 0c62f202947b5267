"""A finding as data: what is expected and observed as values. `contracts.report.words` puts it into words."""

from dataclasses import dataclass
from enum import StrEnum

from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path


class Demand(StrEnum):
    """What an expectation is about; `Expected.values` are those of which one is right."""

    STATUS = "status"
    STATUS_CLASS = "status-class"
    OTHER_STATUS = "other-status"
    HTTP = "http"
    STORED = "stored"
    UNCHANGED = "unchanged"
    REFUSED_OR_UNCHANGED = "refused-or-unchanged"
    PRESENT = "present"
    NOTHING_SHOWN = "nothing-shown"
    NEW_VALUE = "new-value"
    ANSWERED = "answered"
    MEDIA_TYPE = "media-type"
    JSON = "json"
    OBJECT = "object"
    PRETTY = "pretty"
    COMPACT = "compact"
    SCHEMA = "schema"
    ERROR_OBJECT = "error-object"
    NON_EMPTY_TEXT = "non-empty-text"
    ACCEPTED_COUNT = "accepted-count"
    WHOLE_NUMBER = "whole-number"
    NO_FAILURE = "no-failure"
    LAST_WRITE = "last-write"
    ASSERTION = "assertion"
    SPECIFICATION = "specification"


class Seen(StrEnum):
    """What an observation is about."""

    STATUS = "status"
    STORED = "stored"
    ANSWERED = "answered"
    VALUE = "value"
    NOTE = "note"
    COUNT = "count"


@dataclass(frozen=True, eq=False)
class Expected:
    """What a requirement demands: one of `values` of what `demand` names."""

    demand: Demand
    values: tuple[Json, ...] = ()


@dataclass(frozen=True, eq=False)
class Observed:
    """What there was instead: the status of the response, and a value, or what a parser or the target said of it."""

    seen: Seen
    status: int | None = None
    value: Json = MISSING
    note: str = ""


@dataclass(frozen=True, eq=False)
class Finding:
    """One way in which a target breaks a requirement, as data; `contracts.report.words` puts it into words.

    `rule`: the check that made it, a rule of the judge or a case. `path`: the field that it is about; empty for none.
    `attempt`: the change of an immutable field that was tried. `sentence`: what the case says that must hold,
    `subject`: which of several things it has sent; both empty for a rule of the judge.
    """

    requirement: str
    expected: Expected
    observed: Observed
    path: Path = ()
    rule: str = ""
    attempt: Mutation | None = None
    sentence: str = ""
    subject: str = ""

    @property
    def key(self) -> tuple[str, str, Path]:
        """What makes two findings the same: requirement, rule and path."""
        return self.requirement, self.rule, self.path
