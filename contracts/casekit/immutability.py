"""Trying the immutable fields: as they are, varied, carelessly, in other circumstances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest

from contracts.casekit.circumstances import CIRCUMSTANCES
from contracts.casekit.job import Job
from contracts.casekit.parametrize import AttemptGroup
from contracts.casekit.reply import Reply
from contracts.jsonvalue.mutation import Mutation
from contracts.judge.mutations import WAYS, Attempts, careless_attempts
from contracts.run.trial import with_values
from contracts.spec.contract import Contract
from contracts.spec.requirements import Requirement

# A target that stores all it is sent is known after this many attempts; each more costs it half a dozen requests.
ENOUGH: Final = 25
RETRY: Final = "retry"


def _repeated(job: Job, attempt: Mutation) -> Reply:
    return job.replace(attempt, about=RETRY)


def _pretty(job: Job, attempt: Mutation) -> Reply:
    return job.replace(attempt, pretty="true", about="pretty")


def _mixed(job: Job, attempt: Mutation) -> Reply:
    allowed = job.fresh_values()
    return job.replace(lambda live: attempt.apply(with_values(live, allowed)), attempt=attempt, about="mixed")


VARIATIONS: Final[dict[str, Callable[[Job, Mutation], Reply]]] = {RETRY: _repeated, "pretty": _pretty, "mixed": _mixed}


def moved(reply: Reply) -> bool:
    """Whether an immutable field is stored otherwise than before."""
    return any(one.requirement != "immutable.atomic" for one in reply.found("immutable"))


class ImmutableFields:
    """The attempts of a session on the immutable part of the object, and which of them are known to change it."""

    def __init__(self, contract: Contract, *, adopted: bool) -> None:
        self._attempts = Attempts(contract, adopted=adopted)
        self._broken: set[tuple[str, str]] = set()
        self._given_up: set[tuple[str, str]] = set()

    def try_each(self, job: Job, group: AttemptGroup) -> None:
        """Every attempt of a group, as it is."""
        changed = 0
        for attempt in self._of(job, group):
            changed += self._changes(job, attempt)
            if changed == ENOUGH:
                self._given_up.add((group.requirement.id, group.way))
                return

    def try_again(self, job: Job, group: AttemptGroup, variation: str) -> None:
        """Every attempt of a group that fails as it is, in a variation; only what the variation gets stored counts."""
        changed = 0
        for attempt in self._of(job, group):
            if self._is_broken(group.requirement, attempt):
                continue
            if variation == RETRY and self._changes(job, attempt):
                changed += 1
            else:
                reply = VARIATIONS[variation](job, attempt)
                changed += self._expect_no_bypass(job, group.requirement, attempt, reply)
            if changed == ENOUGH:
                return

    def try_carelessly(self, job: Job, requirement: Requirement) -> None:
        """Every change that a careless comparison takes for none."""
        changed = 0
        for attempt in list(careless_attempts(job.contract, job.live(), adopted=job.adopted)):
            if job.contract.owner(attempt.path, "immutable") == requirement.id:
                changed += moved(job.replace(attempt))
            if changed == ENOUGH:
                return

    def try_in(self, job: Job, circumstance: str) -> None:
        """For each requirement the deepest attempt in spec, in other circumstances."""
        for requirement, attempt in list(self._deepest(job)):
            if not self._is_broken(requirement, attempt):
                self._expect_no_bypass(job, requirement, attempt, CIRCUMSTANCES[circumstance](job, attempt))

    def _expect_no_bypass(self, job: Job, requirement: Requirement, attempt: Mutation, reply: Reply) -> bool:
        """Whether the object has changed; a finding where it has not with the plain attempt."""
        if not moved(reply):
            return False
        # The first half of a repetition was the plain attempt.
        if reply.about != RETRY:
            self._changes(job, attempt)
        if not self._is_broken(requirement, attempt):
            first = reply.found("immutable")[0]
            name = "immutable.no-bypass"
            job.add_finding(first.expected, first.observed, first.path, name, reply, attempt=attempt)
        return True

    def _changes(self, job: Job, attempt: Mutation) -> bool:
        """Whether the plain attempt, made now, changes the object."""
        if not moved(job.replace(attempt)):
            return False
        self._broken.add((attempt.way, attempt.field))
        return True

    def _is_broken(self, requirement: Requirement, attempt: Mutation) -> bool:
        """Whether the attempt is known to change the object without any variation."""
        return (attempt.way, attempt.field) in self._broken or (requirement.id, attempt.way) in self._given_up

    def _of(self, job: Job, group: AttemptGroup) -> Iterator[Mutation]:
        chosen = self._attempts.on(job.live(), group.requirement.id, group.way)
        if not chosen:
            raise job.nothing_to_try(f"the object has nothing to {group.way} there")
        for number, attempt in enumerate(chosen):
            if job.run.out_of_time():
                pytest.skip(f"the time budget is used up after {number} of {len(chosen)} attempts (--time-budget)")
            yield attempt

    def _deepest(self, job: Job) -> Iterator[tuple[Requirement, Mutation]]:
        """For each requirement about something in spec the deepest value to change, or a member to add."""
        live = job.live()
        for requirement in job.contract.requirements.values():
            within = [
                one for way in WAYS for one in self._attempts.on(live, requirement.id, way) if one.path[0] == "spec"
            ]
            changes = [one for one in within if one.way == "change"]
            if within:
                yield requirement, max(changes or within, key=lambda attempt: len(attempt.path))
