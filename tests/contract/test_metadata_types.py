"""Families status and immutable: values of the wrong type in every field of metadata."""

from __future__ import annotations

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Path
from contracts.judge.metadata_types import fields, wrong_values
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.spec.fields import VERSION


@requirement("status.500", "immutable.other-metadata", "immutable.identity", "replaceable.invalid-refused")
@cost(60)
def test_wrong_types_in_metadata(job: Job) -> None:
    """A field of metadata with a value of another type is refused or ignored; no server fails at it or stores it."""
    prober = Prober(job)
    tried_here = fields(job.contract, adopted=job.adopted)
    job.leave_out(*(paths.render(one) for one in fields(job.contract, adopted=False) if one not in tried_here))
    for path in tried_here:
        before = job.known()
        tried = [value for value in wrong_values(job.contract, path) if not _harms(job, before, path, value)]
        for value in tried:
            _expect_answered(job, prober, path, value, before)
        stored = paths.get(job.live(), path)
        if not paths.same(stored, paths.get(before, path)) and any(paths.same(stored, value) for value in tried):
            change = ({"op": "add", "path": paths.pointer(path), "value": stored},)
            family = "replaceable" if path in job.run.scope.replaceable else "immutable"
            broken = "replaceable.invalid-refused" if family == "replaceable" else job.contract.owner(path, family)
            expected = Expected(Demand.REFUSED_OR_UNCHANGED, (paths.get(before, path),))
            job.add_finding(expected, Observed(Seen.STORED, None, stored), path, broken, change=change)
            prober.undo(before, job.live())


def _harms(job: Job, before: Json, path: Path, value: Json) -> bool:
    return job.harms(lambda _: paths.put(before, path, value))


def _expect_answered(job: Job, prober: Prober, path: Path, value: Json, before: Json) -> None:
    """The request is answered, with no server error; but for a version that is some text, to which one is allowed."""
    allowed = (500,) if path == VERSION and isinstance(value, str) else ()
    if (failed := prober.failing(paths.put(before, path, value), How(), allowed=allowed)) is not None:
        answer = failed.response
        seen = Observed(Seen.STATUS, answer.status) if answer.status else Observed(Seen.NOTE, note=answer.defect)
        reply = Reply(job, failed, about=f"{paths.render(path)} as {paths.show(value, 60)}")
        change = ({"op": "add", "path": paths.pointer(path), "value": value},)
        job.add_finding(Expected(Demand.STATUS_CLASS, (2, 4)), seen, path, "status.500", reply, change=change)
