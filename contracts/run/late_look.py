"""Looks for what a target stores some time after its answer, at one field: a case goes on before that shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.judge.attempts import attempts
from contracts.judge.kept import kept
from contracts.run.trial import Send

if TYPE_CHECKING:
    from contracts.jsonvalue.paths import Mutation
    from contracts.run.run import Run

# Of so many attempts on the field at most is waited for what comes of them.
MOST_ATTEMPTS: Final = 7


def look_late(run: Run, field: str) -> None:
    """Make the attempts on a field (dotted) again, each followed by a late look, and have them judged.

    Nothing is done on an adopted object: what comes to stand there later would be taken for another writer's.
    """
    if not field or run.resource.adopted:
        return
    for attempt in _on(run, field):
        run.examiner.replace(Send(attempt.apply, mutation=attempt))
        run.examiner.look_late()
        run.evidence.check_enough()


def _on(run: Run, field: str) -> list[Mutation]:
    """The attempts on the field, on what lies in it and on what it lies in, those on itself first."""
    live, place = run.examiner.live(), field.partition("[*]")[0]
    found = [
        one
        for one in attempts(run.contract, live, adopted=False)
        if (one.field.startswith(place) or place.startswith(one.field))
        and paths.same(kept(run.resource.keep, live, one.apply(live)), one.apply(live))
    ]
    return sorted(found, key=lambda one: abs(len(one.field) - len(place)))[:MOST_ATTEMPTS]
