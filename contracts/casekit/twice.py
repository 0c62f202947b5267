"""Immutable changes by a member that a body holds twice: which of the two counts is the parser's choice (RFC 8259, 4).

So this says nothing of what the target refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contracts.casekit.key_capitals import member_at
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path

if TYPE_CHECKING:
    from contracts.casekit.job import Job
    from contracts.casekit.reply import Reply

TWIN: Final = "contract-twin"


def outermost_twice(job: Job, attempt: Mutation, *, first: bool) -> Reply:
    """The member of the object in which the attempt lies stands there twice, once as it is stored."""
    key = str(attempt.path[0])
    changed = strict.encode({key: attempt.apply(job.known()).get(key)})

    def raw(body: bytes) -> bytes:
        return changed[:-1] + b"," + body[1:] if first else body[:-1] + b"," + changed[1:]

    return job.replace({}, raw=raw)


def innermost_twice(job: Job, attempt: Mutation, *, first: bool) -> Reply:
    """The innermost member in which the attempt lies stands there twice; `first`: the new value before the old one."""
    member = member_at(attempt.path, -1)
    stored = paths.get(job.known(), member)
    return job.replace(attempt.apply, raw=lambda body: doubled(body, member, stored, behind=first))


def doubled(body: bytes, member: Path, other: Json, *, behind: bool) -> bytes:
    """A JSON body in which a member stands twice: as it does, and with another value (`MISSING`: null) beside it."""
    value = strict.decode(body)
    parent, twin = paths.get(value, member[:-1]), {TWIN: None if other is MISSING else other}
    members = {**parent, **twin} if behind else {**twin, **parent}
    text = strict.encode(paths.put(value, member[:-1], members))
    return text.replace(strict.encode(TWIN), strict.encode(member[-1]))
