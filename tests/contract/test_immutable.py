"""Family immutable: whatever the client tries outside the replaceable fields, the stored object stays as it was."""

from __future__ import annotations

from functools import partial

import pytest

from contracts.casekit.carried_metadata import expect_carried, probes, removable
from contracts.casekit.circumstances import CIRCUMSTANCES, RETRY, VARIATIONS, beside_one
from contracts.casekit.immutability import ImmutableFields
from contracts.casekit.job import Job
from contracts.casekit.markers import AttemptGroup, cost, requirement
from contracts.casekit.titles import tries
from contracts.judge.mutations import PROBE
from contracts.spec.contract import Requirement

# a repetition costs twice
EACH_VARIATION = [pytest.param(name, marks=cost(2) if name == RETRY else ()) for name in VARIATIONS]
VARIATIONS_IN_WORDS = {RETRY: "twice in a row", "pretty": "with pretty=true", "mixed": "together with allowed changes"}
PLACES = {"top": "at the top of the object", "below": "one level below the top", "deepest": "at its own depth"}
CIRCUMSTANCES_IN_WORDS = {
    "the member twice, stored last": "the member twice, the stored value behind the new one",
    "the member twice, stored first": "the member twice, the stored value before the new one",
    "the innermost member twice, stored last": "the innermost member twice, the stored value behind the new one",
    "the innermost member twice, stored first": "the innermost member twice, the stored value before the new one",
    "managed fields, by a controller": "an empty list of managed fields, by a controller",
    **{
        f"a key in other capitals, {place}, {order}": f"a key in other capitals {where}, {side} the right one"
        for place, where in PLACES.items()
        for order, side in (("first", "before"), ("last", "behind"))
    },
}


@tries("{attempts}")
def test_every_attempt(job: Job, immutable_fields: ImmutableFields, attempts: AttemptGroup) -> None:
    """Fields of the group, at every depth, stay as they were when they are tried in one way."""
    immutable_fields.try_each(job, attempts)


@pytest.mark.parametrize("variation", EACH_VARIATION)
@requirement("immutable.no-bypass", "immutable.atomic")
@tries("{sampled_attempts}, {variation}", variation=VARIATIONS_IN_WORDS)
def test_no_bypass(job: Job, immutable_fields: ImmutableFields, attempts: AttemptGroup, variation: str) -> None:
    """At each depth an attempt fails again: repeated at once, with pretty=true, mixed with changes that are allowed."""
    immutable_fields.try_again(job, attempts, variation)


@cost(12)
@tries("Change {immutable} so that normalising, trimming or parsing may take it for no change")
def test_careless_comparison(job: Job, immutable_fields: ImmutableFields, immutable: Requirement) -> None:
    """What normalising, trimming, parsing or comparing a part takes for the same value is a change too."""
    immutable_fields.try_carelessly(job, immutable)


@cost(20)
@tries("Change a field of each name in {immutable} so that normalising, trimming or parsing may take it for no change")
def test_careless_comparison_of_each_name(job: Job, immutable_fields: ImmutableFields, immutable: Requirement) -> None:
    """What normalising, trimming, parsing or comparing a part takes for the same value is a change of every field."""
    immutable_fields.try_each_name_carelessly(job, immutable)


@pytest.mark.parametrize("circumstance", CIRCUMSTANCES)
@requirement("immutable.no-bypass")
@tries("Change an immutable field with {circumstance}", circumstance=CIRCUMSTANCES_IN_WORDS)
def test_circumstances(job: Job, immutable_fields: ImmutableFields, circumstance: str) -> None:
    """What else a replacement holds, how it is asked for and how it arrives makes no difference either."""
    immutable_fields.try_in(job, CIRCUMSTANCES[circumstance])


@requirement("immutable.no-bypass")
@tries("Change an immutable field beside {replaceable} alone")
def test_beside_one_allowed_change(job: Job, immutable_fields: ImmutableFields, replaceable: Requirement) -> None:
    """An allowed change of one field, or its removal, is no reason to take another one over unseen."""
    for field in job.fields_of(replaceable):
        for cleared in (False, True):
            immutable_fields.try_in(job, partial(beside_one, field=field, cleared=cleared))


@requirement("immutable.other-metadata")
@pytest.mark.parametrize("field", ["metadata.finalizers", "metadata.ownerReferences", "metadata.generateName"])
@tries("Change {field}, which only the conventions let a client write")
def test_writable_by_convention(job: Job, field: str) -> None:
    """What only the conventions let a client write: a gap of the document, or by the page alone a failure."""
    if job.adopted:
        raise job.not_tried(f"{field} of an adopted object is left alone: it can keep it from being deleted", field)
    job.replace({field: {**probes(job), "metadata.generateName": PROBE}[field]})


@requirement("immutable.other-metadata")
def test_carried_metadata(job: Job) -> None:
    """Finalizers and owner references that an object has stay with a replacement that carries them as they are."""
    if job.adopted:
        raise job.not_tried("finalizers and owners of an adopted object are left alone", *probes(job))
    carried = removable(job, probes(job))
    if not carried:
        raise job.nothing_to_try("the target lets no client put finalizers or owner references on an object")
    expect_carried(job, carried)
