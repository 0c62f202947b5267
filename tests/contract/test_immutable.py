"""Family immutable: whatever the client tries outside the replaceable fields, the stored object stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

import pytest

from contracts import fields, jsontext, values
from contracts.case import NothingToTry
from contracts.contract import Requirement
from contracts.examiner import Examiner, Trial, assign, with_values
from contracts.exchange import Finding
from contracts.fields import MISSING, Json
from contracts.job import UID, VERSION
from contracts.mutations import PROBE, Mutation
from contracts.parameters import attempts, attempts_by_way, careless_attempts, with_fields
from contracts.run import Run

MARKS = count(100)
VARIANTS = ("retry", "pretty", "mixed")
# A target that stores all it is sent is known after this many attempts; each more costs it half a dozen requests.
ENOUGH = 25

Circumstance = Callable[[Examiner, Mutation], Trial]


def _with(change: Callable[[Json], Json], **how: Any) -> Circumstance:
    """The attempt in an object that `change` changes too, sent in some way."""
    return lambda examiner, attempt: examiner.replace(lambda live: change(attempt.apply(live)), mutation=attempt, **how)


def _cleared(examiner: Examiner, attempt: Mutation) -> Trial:
    nothing = dict.fromkeys(examiner.contract.replaceable, MISSING)
    return _with(lambda sent: with_values(sent, nothing))(examiner, attempt)


def _large(examiner: Examiner, attempt: Mutation) -> Trial:
    large = {"contract-long": "x" * values.LONG}
    return _with(lambda sent: fields.put(sent, ("metadata", "annotations"), large))(examiner, attempt)


def _bare(sent: Json) -> Json:
    """What a client keeps that writes its objects by hand."""
    kept = ("name", "namespace", "resourceVersion", "labels", "annotations")
    metadata = {key: item for key, item in sent["metadata"].items() if key in kept}
    return {**fields.remove(sent, ("status",)), "metadata": metadata}


def _newer(sent: Json) -> Json:
    generation = fields.get(sent, ("metadata", "generation"))
    return fields.put(sent, ("metadata", "generation"), generation + 5 if isinstance(generation, int) else 5)


def _twice(examiner: Examiner, attempt: Mutation, *, first: bool) -> Trial:
    """The member of the object in which the attempt lies stands there twice, once as it is stored.

    Which of the two counts is the parser's choice (RFC 8259, 4), so this says nothing of what the target refuses.
    """
    key = str(attempt.path[0])
    changed = jsontext.encode({key: attempt.apply(examiner.live()).get(key)})

    def raw(body: bytes) -> bytes:
        return changed[:-1] + b"," + body[1:] if first else body[:-1] + b"," + changed[1:]

    return examiner.replace(assign({}), raw=raw)


def _on_a_connection_of_its_own(examiner: Examiner, attempt: Mutation) -> Trial:
    with ThreadPoolExecutor(1) as pool:  # each thread has its own
        return pool.submit(examiner.replace, attempt.apply, mutation=attempt).result()


CIRCUMSTANCES: dict[str, Circumstance] = {
    "every replaceable field cleared": _cleared,
    "a large body": _large,
    "a bare object": _with(_bare),
    "a greater generation": _with(_newer),
    "managed fields": _with(lambda sent: fields.put(sent, ("metadata", "managedFields"), [])),
    "no version": _with(lambda sent: fields.remove(sent, VERSION)),
    "pretty=false": _with(lambda sent: sent, pretty="false"),
    "a media type with a parameter": _with(
        lambda sent: sent, headers={"Content-Type": "application/json; charset=utf-8"}, query="fieldValidation=Ignore"
    ),
    "the member twice, stored last": partial(_twice, first=True),
    "the member twice, stored first": partial(_twice, first=False),
    "the first request of a connection": _on_a_connection_of_its_own,
}


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
def test_circumstances(contract_run: Run, examiner: Examiner, circumstance: str) -> None:
    """What else a replacement holds, how it is asked for and how it arrives makes no difference either."""
    for requirement, attempt in _deepest(contract_run, examiner.live()):
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
                "uid": str(fields.get(live, UID)),
            }
        ],
    }
    examiner.replace(assign({field: probe[field]}))


def _deepest(run: Run, live: Json) -> Iterator[tuple[Requirement, Mutation]]:
    """For each requirement about something in spec the deepest value to change, or a member to add."""
    for requirement in run.contract.requirements.values():
        chosen = [
            attempt
            for attempt in attempts(run.contract, live, adopted=run.job.adopted)
            if attempt.path[0] == "spec" and run.contract.owner(attempt.field, "immutable") == requirement.id
        ]
        changes = [attempt for attempt in chosen if attempt.way == "change"]
        if chosen:
            yield requirement, max(changes or chosen, key=lambda attempt: len(attempt.path))


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
