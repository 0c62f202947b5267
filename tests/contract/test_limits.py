"""Family replaceable: maps at their limits."""

from __future__ import annotations

from contracts.casekit.job import Job
from contracts.casekit.markers import requirement
from contracts.judge import value_schemas
from contracts.judge.map_limits import limits


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
    if tried:
        job.replace(job.fresh_values())
    else:
        raise job.nothing_to_try("it is no map of texts")
