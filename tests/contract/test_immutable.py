"""Family immutable: whatever the client tries outside the replaceable fields, the stored object stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from contracts.casekit.circumstances import CIRCUMSTANCES
from contracts.casekit.parametrize import Attempts, attempts_by_way, careless_attempts, with_fields
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import values
from contracts.judge.model import Finding
from contracts.judge.mutations import PROBE, WAYS, Mutation
from contracts.pytest_plugin.case import NothingToTry
from contracts.run.examiner import Examiner, Trial, assign, with_values
from contracts.run.run import Run
from contracts.spec.fields import UID
from contracts.spec.requirements import Requirement

MARKS = count(100)
# a repetition costs twice
VARIANTS = (pytest.param("retry", marks=pytest.mark.cost(2)), "pretty", "mixed")
# A target that stores all it is sent is known after this many attempts; each more costs it half a dozen requests.
ENOUGH = 25


@pytest.fixture(scope="module")
def tries(contract_run: Run) -> Attempts:
    """The attempts on the object under test."""
    return Attempts(contract_run.contract, adopted=contract_run.job.adopted)


@pytest.mark.parametrize("case", attempts_by_way())
def test_every_attempt(contract_run: Run, examiner: Examiner, tries: Attempts, case: tuple[Requirement, str]) -> None:
    """Every field of the group is tried in one way, at every depth."""
    requirement, way = case
    moved = 0
    for attempt in _attempts(contract_run, tries, requirement, way):
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
def test_no_bypass(
    contract_run: Run, examiner: Examiner, tries: Attempts, case: tuple[Requirement, str], variant: str
) -> None:
    """The same attempts again: repeated at once, with pretty=true, mixed with changes that are allowed."""
    requirement, way = case
    moved = 0
    for attempt in _attempts(contract_run, tries, requirement, way):
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


@pytest.mark.parametrize("requirement", with_fields("immutable"))
def test_careless_comparison(contract_run: Run, examiner: Examiner, requirement: Requirement) -> None:
    """Empty members, other capitals and white space are changes too, whatever a comparison takes them for."""
    moved = 0
    for attempt in list(careless_attempts(contract_run.contract, examiner.live(), adopted=contract_run.job.adopted)):
        if contract_run.contract.owner(attempt.field, "immutable") != requirement.id:
            continue
        moved += _moved(examiner.replace(attempt.apply, mutation=attempt))
        if moved == ENOUGH:
            return


@pytest.mark.parametrize("circumstance", CIRCUMSTANCES)
@pytest.mark.requirement("immutable.no-bypass")
def test_circumstances(contract_run: Run, examiner: Examiner, tries: Attempts, circumstance: str) -> None:
    """What else a replacement holds, how it is asked for and how it arrives makes no difference either."""
    for requirement, attempt in list(_deepest(contract_run, tries)):
        if _is_broken(examiner, requirement, attempt):
            continue
        trial = CIRCUMSTANCES[circumstance](examiner, attempt)
        if _moved(trial) and _needs_the_variation(examiner, requirement, attempt, circumstance):
            first = next(finding for finding in trial.findings if finding.requirement.startswith("immutable."))
            message = f"{attempt.title} ({circumstance})"
            found = Finding("immutable.no-bypass", message, first.field, first.expected, first.observed)
            examiner.fault(found, trial)


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
                "uid": str(paths.get(live, UID)),
            }
        ],
    }
    examiner.replace(assign({field: probe[field]}))


def _deepest(run: Run, tries: Attempts) -> Iterator[tuple[Requirement, Mutation]]:
    """For each requirement about something in spec the deepest value to change, or a member to add."""
    live = run.examiner.live()
    for requirement in run.contract.requirements.values():
        within = [one for way in WAYS for one in tries.on(live, requirement.id, way) if one.path[0] == "spec"]
        changes = [one for one in within if one.way == "change"]
        if within:
            yield requirement, max(changes or within, key=lambda attempt: len(attempt.path))


def _is_broken(examiner: Examiner, requirement: Requirement, attempt: Mutation) -> bool:
    """Whether the attempt is known to change the object without any variation."""
    ledger = examiner.ledger
    return (attempt.way, attempt.field) in ledger.broken or (requirement.id, attempt.way) in ledger.worn_out


def _needs_the_variation(examiner: Examiner, requirement: Requirement, attempt: Mutation, variant: str) -> bool:
    """Whether the plain attempt fails, made now unless its fate is known (a repetition's first half was one)."""
    if variant != "retry" and _moved(examiner.replace(attempt.apply, mutation=attempt)):
        examiner.ledger.broken.add((attempt.way, attempt.field))
    return not _is_broken(examiner, requirement, attempt)


def _attempts(run: Run, tries: Attempts, requirement: Requirement, way: str) -> Iterator[Mutation]:
    chosen = tries.on(run.examiner.live(), requirement.id, way)
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
