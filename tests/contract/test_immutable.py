"""Family immutable: whatever the client tries outside the replaceable fields, the stored object stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from contracts import fields, values
from contracts.case import NothingToTry
from contracts.contract import Requirement
from contracts.examiner import Examiner, Trial, assign, with_values
from contracts.exchange import Finding
from contracts.fields import Json
from contracts.job import UID
from contracts.mutations import PROBE, Mutation
from contracts.parameters import attempts, attempts_by_way
from contracts.run import Run

MARKS = count(100)
# a repetition costs twice
VARIANTS = (pytest.param("retry", marks=pytest.mark.cost(2)), "pretty", "mixed")
# A target that stores all it is sent is known after this many attempts; each more costs it half a dozen requests.
ENOUGH = 25


@pytest.mark.parametrize("case", attempts_by_way())
def test_every_attempt(contract_run: Run, examiner: Examiner, case: tuple[Requirement, str]) -> None:
    """Every field of the group is tried in one way, at every depth."""
    requirement, way = case
    moved = 0
    for attempt in _attempts(contract_run, requirement, way):
        trial = examiner.replace(attempt.apply, mutation=attempt)
        if _moved(trial):
            moved += 1
            examiner.ledger.broken.add((attempt.way, attempt.field))
        if moved == ENOUGH:
            examiner.ledger.worn_out.add((requirement.id, way))
            return


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", attempts_by_way())
@pytest.mark.requirement("immutable.no-bypass", "immutable.atomic")
def test_no_bypass(contract_run: Run, examiner: Examiner, case: tuple[Requirement, str], variant: str) -> None:
    """The same attempts again: repeated at once, with pretty=true, mixed with changes that are allowed."""
    requirement, way = case
    moved = 0
    for attempt in _attempts(contract_run, requirement, way):
        if _is_broken(examiner, requirement, attempt):
            continue
        trial = _vary(examiner, attempt, variant)
        if _moved(trial):
            moved += 1
            if not _needs_the_variation(examiner, requirement, attempt, variant):
                continue
            first = next(finding for finding in trial.findings if finding.requirement.startswith("immutable."))
            message = f"{attempt.title} ({variant})"
            found = Finding("immutable.no-bypass", message, first.field, first.expected, first.observed)
            examiner.fault(found, trial)
        if moved == ENOUGH:
            return


@pytest.mark.requirement("immutable.other-metadata")
@pytest.mark.parametrize("field", ["metadata.finalizers", "metadata.ownerReferences"])
def test_writable_by_convention(contract_run: Run, examiner: Examiner, field: str) -> None:
    """What only the conventions let a client write: a gap of the document, or by the page alone a failure."""
    if contract_run.job.adopted:
        raise NothingToTry(f"{field} of an adopted object is left alone: it can keep it from being deleted")
    live = examiner.live()
    probe: dict[str, Json] = {
        "metadata.finalizers": [f"example.com/{PROBE}"],
        # its own owner, so that no garbage collector finds the owner missing
        "metadata.ownerReferences": [
            {
                "apiVersion": contract_run.contract.api_version,
                "kind": contract_run.contract.kind,
                "name": contract_run.job.name,
                "uid": str(fields.get(live, UID)),
            }
        ],
    }
    examiner.replace(assign({field: probe[field]}))


def _is_broken(examiner: Examiner, requirement: Requirement, attempt: Mutation) -> bool:
    """Whether the attempt is known to change the object without any variation."""
    ledger = examiner.ledger
    return (attempt.way, attempt.field) in ledger.broken or (requirement.id, attempt.way) in ledger.worn_out


def _needs_the_variation(examiner: Examiner, requirement: Requirement, attempt: Mutation, variant: str) -> bool:
    """Whether the plain attempt fails, made now unless its fate is known (a repetition's first half was one)."""
    if variant != "retry" and _moved(examiner.replace(attempt.apply, mutation=attempt)):
        examiner.ledger.broken.add((attempt.way, attempt.field))
    return not _is_broken(examiner, requirement, attempt)


def _attempts(run: Run, requirement: Requirement, way: str) -> Iterator[Mutation]:
    live = run.examiner.live()
    chosen = [
        attempt
        for attempt in attempts(run.contract, live, adopted=run.job.adopted)
        if way == attempt.way and run.contract.owner(attempt.field, "immutable") == requirement.id
    ]
    if not chosen:
        raise NothingToTry(f"the object has nothing to {way} there")
    for number, attempt in enumerate(chosen):
        if run.out_of_time():
            pytest.skip(f"the time budget is used up after {number} of {len(chosen)} attempts (--time-budget)")
        yield attempt


def _vary(examiner: Examiner, attempt: Mutation, variant: str) -> Trial:
    if variant == "retry":
        if _moved(examiner.replace(attempt.apply, mutation=attempt)):
            examiner.ledger.broken.add((attempt.way, attempt.field))
        return examiner.replace(attempt.apply, mutation=attempt)
    if variant == "pretty":
        return examiner.replace(attempt.apply, mutation=attempt, pretty="true")
    allowed = values.assignments(examiner.contract, next(MARKS))
    return examiner.replace(lambda live: attempt.apply(with_values(live, allowed)), mutation=attempt)


def _moved(trial: Trial) -> bool:
    """Whether an immutable field is stored otherwise than before."""
    return any(
        finding.requirement.startswith("immutable.") and finding.requirement != "immutable.atomic"
        for finding in trial.findings
    )
