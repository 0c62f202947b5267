"""Family replaceable: maps at their limits."""

from __future__ import annotations

from contracts.casekit.job import Job
from contracts.casekit.markers import requirement
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import value_schemas
from contracts.judge.map_limits import limits

# So many keys in each of several maps are more than one table for all of them may hold.
MANY = {f"contract-{number}": str(number) for number in range(70)}


@requirement("replaceable.invalid-refused")
def test_limits(job: Job) -> None:
    """What a map may hold is accepted and stored whole; what others reserve is refused or stored, never dropped."""
    tried = 0
    for field in job.fields:
        for limit in limits(value_schemas.schema_of(job.sendable, field)):
            if limit.reserved and job.adopted:
                job.leave_out(f"{field}: {limit.title}")  # a controller may act on what its own keys say
                continue
            reply = job.replace({field: dict(limit.value)}, about=f"{field}: {limit.title}")
            tried += 1
            if limit.demanded:
                reply.expect_accepted(field=field)
    if named := {} if job.adopted else _named_below(job):
        job.replace(named, about="keys that the wanted state has, too")
    if tried:
        job.replace(job.fresh_values())
    else:
        raise job.nothing_to_try("it is no map of texts")


def _named_below(job: Job) -> dict[str, Json]:
    """For each map of texts many keys, and those that maps of its name have in the wanted state, with another text."""
    found: dict[str, dict[str, Json]] = {}
    for path, item in paths.walk(job.known()):
        for field in job.fields if path[0] in job.contract.desired and isinstance(item, dict) else ():
            schema = value_schemas.schema_of(job.sendable, field)
            if path[-1] == paths.parse(field)[-1] and value_schemas.is_map_of_texts(schema):
                found.setdefault(field, dict(MANY)).update(dict.fromkeys(item, "contract"))
    return dict(found)
