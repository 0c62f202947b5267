"""Families status, concurrency and replaceable: what is refused is refused in whichever way it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.casekit.clients import REPEATED, WAYS, then
from contracts.casekit.guards import Guarded, guarded
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Probe, Prober, is_failure
from contracts.casekit.reply import Reply
from contracts.casekit.titles import tries
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import assign

IN_WORDS = {
    REPEATED: "for the second time",
    "YAML": "in YAML",
    **{one: f"with {one}" for one in WAYS if "=" in one or ":" in one},
}


@pytest.mark.parametrize("way", WAYS)
@requirement(
    *("status.400", "concurrency.stale-refused", "replaceable.invalid-refused"),
    *("status.500", "status.refusal-changes-nothing"),
)
@cost(6)
@tries("Send what is to be refused {way}", way=IN_WORDS)
def test_guards(job: Job, way: str) -> None:
    """What is malformed, of another name, outdated or invalid is refused in each way in which a change is taken."""
    prober, how = Prober(job), WAYS[way]
    taken = prober.probe(assign(job.fresh_values()), how)
    if is_failure(taken.exchange):  # some server in between may fail now and then
        taken = prober.probe(assign(job.fresh_values()), how)
    if not taken.exchange.response.accepted:
        raise job.nothing_to_try("the target takes no change that is asked for so")
    refused: list[tuple[Guarded, Probe]] = []
    for one in guarded(job, taken.before, way):
        if job.harms(one.make):
            continue
        live = job.run.examiner.last_read
        if (probe := _asked(job, prober, one, how, live, way)) is None:
            refused.clear()  # what was taken, or failed, may have changed what the others have left alone
        else:
            refused.append((one, probe))
    after = job.live()
    for one, probe in refused:
        _expect_not_stored(job, one, replace(probe, after=after), way)


def _asked(job: Job, prober: Prober, one: Guarded, how: How, live: Json, way: str) -> Probe | None:
    """Ask for what a guard refuses, in some way; the probe where it was refused, not read back, else None."""
    wanted, spoilt = one.make(live), then(how, one.spoil)
    exchange = prober.answered(wanted, spoilt)
    again = prober.answered(wanted, spoilt) if way == REPEATED and exchange.response.refused else exchange
    if is_failure(again):
        Reply(job, again, about=f"{one.name}, {way}").expect_refused(requirement="status.500")
    elif again.response.accepted:
        # what is taken without the way, too, is told of elsewhere
        if again is not exchange or job.replace(one.make, raw=one.raw, retry=False).refused:
            Reply(job, again, about=f"{one.name}, {way}").expect_refused(requirement=one.requirement, field=one.field)
        if one.field in job.fields:
            job.replace({one.field: paths.get(live, paths.parse(one.field))})
        job.live()
    return Probe(again, live, wanted, live) if again.response.refused else None


def _expect_not_stored(job: Job, one: Guarded, probe: Probe, way: str) -> None:
    """Nothing stands there of what was refused."""
    for change in probe.stored:
        if change.after is MISSING and not job.run.examiner.has_sent(change.path):
            continue  # who has put it there may have taken it away
        if _comes_by_itself(job, change):
            continue
        seen = Observed(Seen.STORED, probe.exchange.response.status, change.after)
        expected = Expected(Demand.UNCHANGED, (change.before,))
        reply = Reply(job, probe.exchange, about=f"{one.name}, {way}")
        job.add_finding(expected, seen, change.path, "status.refusal-changes-nothing", reply)


def _comes_by_itself(job: Job, change: Difference) -> bool:
    """Whether it comes to stand so, too, when what stood before is given back and nothing is refused after that."""
    given_back = job.replace(lambda live: paths.put(live, change.path, change.before))
    if not paths.same(paths.get(given_back.value, change.path), change.before):
        return False  # it was not taken, so that what stands there says nothing
    job.run.examiner.watch()
    return paths.same(paths.get(job.live(), change.path), change.after)
