"""Family concurrency: versions, and clients that write at the same time (Kubernetes API conventions)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contracts.casekit.guards import guarded
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import Probe, Prober, deepest_changes
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import with_values
from contracts.spec.fields import GENERATION, VERSION

VERSION_FIELD = "metadata.resourceVersion"
WRITERS = 8
RACES = 6
CROWD = 4
# Seconds in which nobody else may be seen to write before a refusal is said to have written, and how often it is tried.
QUIET = 0.3
REFUSALS = 3


@requirement("concurrency.stale-refused", "status.refusal-changes-nothing")
@cost(16)
def test_stale_version(job: Job) -> None:
    """Versions one and several replacements old are refused with 409, changing nothing, nor the version."""
    old = job.version()
    moved = []
    for pretty in (None, None, "true"):
        job.replace(job.fresh_values())
        now = job.version()
        if now == old:
            continue  # the version does not advance, which is another requirement's finding
        reply = job.replace({**job.fresh_values(), VERSION_FIELD: old}, retry=False, pretty=pretty)
        job.witness("outdated")
        reply.expect_status(409, field=VERSION_FIELD)
        reply.expect_no_findings("status.refusal-changes-nothing")
        moved.append(_has_moved(reply, now))
    if moved and all(moved):
        _expect_version_kept(job, lambda: job.replace({**job.fresh_values(), VERSION_FIELD: old}, retry=False))


@requirement("status.refusal-changes-nothing")
@cost(18)
def test_refusals_keep_the_version(job: Job) -> None:
    """What is refused leaves the version as it is, whatever it is refused for."""
    before = job.known()
    job.replace(job.fresh_values())
    found = [one for one in deepest_changes(job) if job.contract.owner(one.path, "immutable")]
    changes = [("", partial(job.replace, one, retry=False)) for one in found]
    others = [one for one in guarded(job, before, "version") if not job.harms(one.make)]
    changes += [(one.field, partial(job.replace, one.make, raw=one.raw, retry=False)) for one in others]
    for who, credential in job.invalid_credentials().items():
        changes.append(("", partial(job.replace, job.marked(who), credential=credential, retry=False)))
    for field, ask in changes:
        live = job.known()
        reply = ask()
        if _has_moved(reply, paths.get(live, VERSION)):
            _expect_version_kept(job, ask)
        elif reply.accepted and field in job.fields:  # what a target takes is told of elsewhere, and may not stay
            job.replace({field: paths.get(live, paths.parse(field))})


def _has_moved(reply: Reply, version: Json) -> bool:
    return reply.refused and reply.stored is not MISSING and paths.get(reply.stored, VERSION) != version


def _expect_version_kept(job: Job, ask: Callable[[], Reply]) -> None:
    """A replacement that is refused leaves the version as it is, while nobody else is seen to write."""
    for _ in range(REFUSALS):
        if job.is_written_within(QUIET):
            return
        now = job.version()
        reply = ask()
        if not _has_moved(reply, now):
            return
    seen = Observed(Seen.STORED, reply.status, paths.get(reply.stored, VERSION))
    job.add_finding(Expected(Demand.UNCHANGED, (now,)), seen, VERSION, "status.refusal-changes-nothing", reply)


@requirement("concurrency.stale-refused")
def test_version_of_no_object(job: Job) -> None:
    """A version that the object never had is not accepted, be it greater or less than its own."""
    now = job.version()
    # Which has the same last 8, 16 and 32 bits: whoever compares numbers that are cut takes it for the same.
    greater = str(int(now) + 2**32) if isinstance(now, str) and now.isdecimal() else f"{now}0"
    for version in (greater, "1"):
        reply = job.replace({**job.fresh_values(), VERSION_FIELD: version}, retry=False)
        if reply.accepted and version != now:
            reply.expect_status(409, field=VERSION_FIELD)
    # Another writer may have made the next version meanwhile: it is asked again when nobody has written for a while.
    if _taken_with_the_next_version(job) and not job.is_written_within(QUIET):
        for reply in _taken_with_the_next_version(job):
            reply.expect_status(409, field=VERSION_FIELD)


def _taken_with_the_next_version(job: Job) -> list[Reply]:
    """The answer to a replacement with the version behind the stored one, if that is a number, and it is accepted."""
    now = job.version()
    if not isinstance(now, str) or not now.isdecimal():
        return []
    reply = job.replace({**job.fresh_values(), VERSION_FIELD: str(int(now) + 1)}, retry=False)
    return [reply] if reply.accepted else []


@requirement("concurrency.read-after-write")
def test_read_after_replacement(job: Job) -> None:
    """The read that follows an accepted replacement shows what it stored, laid out in either way."""
    for _ in range(2):
        reply = job.replace(job.fresh_values())
        if not reply.expect_accepted():
            continue
        for pretty in ("true", "false"):
            shown = job.read(pretty)
            if paths.get(shown, VERSION) != paths.get(reply.stored, VERSION) and not reply.is_outdated(shown):
                continue  # another writer's
            for change in paths.differences(reply.stored, shown, spared=job.server_owned):
                seen = Observed(Seen.STORED, reply.status, change.after)
                job.add_finding(Expected(Demand.STORED, (change.before,)), seen, change.path, reply=reply)


@requirement("concurrency.one-winner")
def test_one_winner(job: Job) -> None:
    """Of simultaneous replacements with one version exactly one is accepted and stored, the others get 409."""
    judged = 0
    failed: list[Reply] = []
    unanswered: list[Reply] = []
    # What one writer alone does not get stored, no race has lost.
    sound = not job.replace(_marked(job, 0, WRITERS)).found(*job.contract.families)
    labelled = {"Content-Type": f"{job.contract.write.media_type}; charset=utf-8"}
    # A target may not take the media type so, which no race has to show.
    labels = ({}, labelled) if job.replace(_marked(job, 1, WRITERS), headers=labelled).accepted else ({},)
    for number in range(RACES * 4):
        live = job.known()
        sent = [_sent(job, live, number, writer) for writer in range(WRITERS)]
        # In two races of three they ask in two ways, by which a target may tell requests apart that exclude each other.
        queries = ("", "pretty=true") if number % 3 == 2 else ("",)
        headers = labels if number % 3 == 1 else ({},)
        replies = job.race([with_values(live, one) for one in sent], queries=queries, headers=headers)
        if closed := [reply for reply in replies if reply.is_unanswered]:
            unanswered += closed[:1]
            continue  # nobody knows who has won
        winners = [writer for writer, reply in enumerate(replies) if reply.accepted]
        if not winners and job.look_past(live) and not _stands(job, sent, replies):
            continue  # a controller was faster than all of them
        judged += 1
        failed += next(([reply] for reply in replies if reply.exchange.response.failed), [])
        if len(winners) != 1:
            reply = replies[winners[0]] if winners else replies[0]
            observed = Observed(Seen.COUNT, reply.status, len(winners))
            job.add_finding(Expected(Demand.ACCEPTED_COUNT, (1,)), observed, reply=reply)
        elif sound:
            _expect_marked(job, sent[winners[0]], replies[winners[0]])
        for reply in replies:
            if not reply.accepted and not reply.exchange.response.failed:
                reply.expect_status(409)
        if judged == RACES:
            break
    job.expect_no_failures(failed, judged * WRITERS)
    if len(unanswered) >= max(judged, RACES // 2):
        unanswered[0].expect_status(409)


def _stands(job: Job, sent: list[Json], replies: list[Reply]) -> bool:
    """Whether one of those who were all refused is stored; of a request that was repeated the first may have been."""
    now = job.live()
    refused = all(reply.refused and not reply.exchange.repeated for reply in replies)
    return refused and any(not any(job.deviations(field, value, now) for field, value in one.items()) for one in sent)


@requirement("immutable.no-bypass")
@cost(45)
def test_immutable_change_in_a_crowd(job: Job) -> None:
    """An immutable change is not stored either while other replacements are under way."""
    prober = Prober(job)
    for attempt in deepest_changes(job):
        for number in range(CROWD - 1):
            live = job.known()
            changed = attempt.apply(live)
            allowed = [with_values(live, _marked(job, number, writer)) for writer in range(number)]
            replies = job.race([changed] * (CROWD - number) + allowed)
            probe = Probe(replies[0].exchange, live, changed, job.live())
            if prober.immutable(probe):
                prober.blame_undone(probe, attempt, "beside other replacements")


@requirement("concurrency.version-advances")
@cost(18)
def test_version_advances(job: Job) -> None:
    """Every change gives a version not seen before, and the answered version is good for the next replacement."""
    seen = {job.version()}
    statuses = set()
    for _ in range(4):
        reply = job.replace(job.fresh_values())
        answered = paths.get(reply.value, VERSION)
        if answered in seen and answered is not MISSING and reply.changed:
            observed = Observed(Seen.ANSWERED, reply.status, answered)
            job.add_finding(Expected(Demand.NEW_VALUE), observed, VERSION, reply=reply)
        seen.add(answered)
        last = job.replace({**job.fresh_values(), VERSION_FIELD: answered}, retry=False)
        others = reply.is_disturbed or last.is_disturbed or not last.is_outdated(reply.stored)
        if not others:  # who wrote before, between or behind the two may have been faster
            statuses.add(last.status)
    if statuses == {409}:
        last.expect_status(200, field=VERSION_FIELD)


@requirement("concurrency.generation")
@cost(14)
def test_generation(job: Job) -> None:
    """metadata.generation counts replacements that change spec, and only those."""
    if paths.get(job.live(), GENERATION) is MISSING:
        raise job.nothing_to_try("the object has no metadata.generation")
    for field, value in job.fresh_values().items():
        job.replace({field: value})
        job.replace({field: value})
    job.replace(job.nothing())


def _marked(job: Job, number: int, writer: int) -> dict[str, Json]:
    return job.marked(f"{number}x{writer}", "metadata.annotations")


def _sent(job: Job, live: Json, number: int, writer: int) -> dict[str, Json]:
    """What a writer of a race sends: in every other race each another field, in the others all the same one.

    Always a change: what changes nothing may be accepted beside a winner.
    """
    field = job.fields[writer % len(job.fields)]
    value = job.fresh_values()[field]
    if number % 2 == 0 or paths.same(value, paths.get(live, paths.parse(field))):
        return _marked(job, number, writer)
    return {field: value}


def _expect_marked(job: Job, sent: dict[str, Json], reply: Reply) -> None:
    """The replacement that was accepted is the one that is answered and stored, whatever else others have added."""
    stored, status = job.live(), reply.status
    for field, wanted in sent.items():
        path = paths.parse(field)
        for seen, shown in ((Seen.STORED, stored), (Seen.ANSWERED, reply.value)):
            now = paths.get(shown, path)
            if isinstance(wanted, dict) and isinstance(now, dict):
                now = {key: value for key, value in now.items() if key in wanted}
            if not paths.same(now, wanted):
                broken = "response.is-stored-state" if seen is Seen.ANSWERED else ""
                found = Observed(seen, None if seen is Seen.STORED else status, now)
                job.add_finding(Expected(Demand.STORED, (wanted,)), found, path, broken, reply if broken else None)
