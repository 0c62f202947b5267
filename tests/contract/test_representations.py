"""Families replaceable and immutable: one and the same replacement in other representations."""

from __future__ import annotations

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober, deepest_changes
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths
from contracts.judge.representations import representations
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import assign


@requirement("replaceable.together", "status.500")
@cost(20)
def test_allowed_in_other_representations(job: Job) -> None:
    """JSON is taken however it is labelled, escaped and framed; what is taken in another format is stored as sent."""
    prober = Prober(job)
    for name, form in representations(job.contract.write.media_type).items():
        how = How(headers=form.headers, encode=form.encode)
        probe = prober.probe(assign(job.fresh_values()), how)
        reply = Reply(job, probe.exchange, about=name, made_of=probe.made_of)
        if reply.accepted:
            for change in probe.lost:
                seen = Observed(Seen.STORED, reply.status, paths.get(probe.after, change.path))
                expected = Expected(Demand.STORED, (change.after,))
                job.add_finding(expected, seen, change.path, reply=reply, alone=True)
        elif reply.refused:
            if form.refusable is not None and reply.status not in form.refusable and not probe.outrun:
                reply.expect_status(200)
        elif failed := prober.failing(assign(job.fresh_values())(job.known()), how):
            Reply(job, failed, about=name).expect_refused(requirement="status.500")


@requirement("immutable.no-bypass")
@cost(50)
def test_immutable_in_other_representations(job: Job) -> None:
    """What is immutable is so in every representation of the object."""
    prober = Prober(job)
    for change in deepest_changes(job):
        for name, form in representations(job.contract.write.media_type).items():
            prober.bypassed(change, How(headers=form.headers, encode=form.encode), name)
