"""Families replaceable and immutable: one and the same replacement in other representations."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober, deepest_changes, servers_own_changes
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Mutation
from contracts.judge import values
from contracts.judge.representations import ANSWERS, ESCAPES, Representation, representations
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import assign


@requirement("replaceable.together", "status.500")
@cost(30)
def test_allowed_in_other_representations(job: Job) -> None:
    """JSON is taken however it is labelled, escaped and framed; what is taken in another format is stored as sent."""
    prober = Prober(job)
    for name, form in {**representations(job.contract.write.media_type), **ESCAPES, **ANSWERS}.items():
        # whoever compresses answers leaves small ones as they are
        how, sent = _how(form), values.intricate(job.sendable) if form in ANSWERS.values() else job.escapable_values()
        probe = prober.probe(assign(sent), how)
        reply = Reply(job, probe.exchange, about=name, made_of=probe.made_of)
        if reply.accepted:
            prober.judge_answer(probe)
            for change in probe.lost:
                seen = Observed(Seen.STORED, reply.status, paths.get(probe.after, change.path))
                expected = Expected(Demand.STORED, (change.after,))
                job.add_finding(expected, seen, change.path, reply=reply, alone=True)
        elif reply.refused:
            wrong = form.refusable is not None and reply.status not in form.refusable and not probe.outrun
            if wrong and not job.replace(sent).refused:  # else it is about what was sent, which other cases send too
                reply.expect_status(200)
        elif failed := prober.failing(assign(job.fresh_values())(job.known()), how):
            Reply(job, failed, about=name).expect_refused(requirement="status.500")


@requirement("immutable.no-bypass")
@cost(70)
def test_immutable_in_other_representations(job: Job) -> None:
    """What is immutable is so in every representation of the object, be it a client's to set or the server's own."""
    prober = Prober(job)
    changes, own = list(deepest_changes(job)), servers_own_changes(job)
    for name, form in representations(job.contract.write.media_type).items():
        how = _how(form)
        for change in changes:
            probe = prober.bypassed(change, how, name)
            if probe.exchange.response.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
                break  # it is not understood, whatever it holds
        else:
            _expect_kept(prober, own, how, name)


def _how(form: Representation) -> How:
    return How(headers=form.headers, encode=form.encode)


def _expect_kept(prober: Prober, changes: list[Mutation], how: How, name: str) -> None:
    """None of several changes is stored that are sent together, or one by one where they are refused together."""

    def together(live: Json) -> Json:
        for change in changes:
            live = change.apply(live)
        return live

    if not changes:
        return
    probe = prober.probe(together, how)
    for change in changes:
        if probe.exchange.response.refused and len(changes) > 1:
            prober.bypassed(change, how, name)
        else:
            prober.expect_kept(replace(probe, sent=change.apply(probe.before)), change, name)
