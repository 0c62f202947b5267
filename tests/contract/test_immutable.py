"""Family immutable: whatever the client tries outside the replaceable fields, the stored object stays as it was."""

from __future__ import annotations

import pytest

from contracts.casekit.immutability import CIRCUMSTANCES, RETRY, VARIATIONS, ImmutableFields
from contracts.casekit.job import Job
from contracts.casekit.markers import AttemptGroup, cost, requirement
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.mutations import PROBE
from contracts.spec.contract import Requirement
from contracts.spec.fields import UID

# a repetition costs twice
EACH_VARIATION = [pytest.param(name, marks=cost(2) if name == RETRY else ()) for name in VARIATIONS]


def test_every_attempt(job: Job, immutable_fields: ImmutableFields, attempts: AttemptGroup) -> None:
    """Every field of the group stays as it was when it is tried in one way, at every depth."""
    immutable_fields.try_each(job, attempts)


@pytest.mark.parametrize("variation", EACH_VARIATION)
@requirement("immutable.no-bypass", "immutable.atomic")
def test_no_bypass(job: Job, immutable_fields: ImmutableFields, attempts: AttemptGroup, variation: str) -> None:
    """The same attempts fail again: repeated at once, with pretty=true, mixed with changes that are allowed."""
    immutable_fields.try_again(job, attempts, variation)


def test_careless_comparison(job: Job, immutable_fields: ImmutableFields, immutable: Requirement) -> None:
    """Empty members, other capitals and white space are changes too, whatever a comparison takes them for."""
    immutable_fields.try_carelessly(job, immutable)


@pytest.mark.parametrize("circumstance", CIRCUMSTANCES)
@requirement("immutable.no-bypass")
def test_circumstances(job: Job, immutable_fields: ImmutableFields, circumstance: str) -> None:
    """What else a replacement holds, how it is asked for and how it arrives makes no difference either."""
    immutable_fields.try_in(job, circumstance)


@requirement("immutable.other-metadata")
@pytest.mark.parametrize("field", ["metadata.finalizers", "metadata.ownerReferences", "metadata.generateName"])
def test_writable_by_convention(job: Job, field: str) -> None:
    """What only the conventions let a client write: a gap of the document, or by the page alone a failure."""
    if job.adopted:
        raise job.nothing_to_try(f"{field} of an adopted object is left alone: it can keep it from being deleted")
    live = job.live()
    # its own owner, so that no garbage collector finds the owner missing
    owner: dict[str, Json] = {"apiVersion": job.contract.api_version, "kind": job.contract.kind}
    owner |= {"name": paths.get(live, ("metadata", "name")), "uid": str(paths.get(live, UID))}
    probe: dict[str, Json] = {
        "metadata.finalizers": [f"example.com/{PROBE}"],
        "metadata.ownerReferences": [owner],
        "metadata.generateName": PROBE,
    }
    job.replace({field: probe[field]})
