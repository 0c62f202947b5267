"""Family replaceable: the documented fields can be set, changed and cleared, and nothing else changes with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from threading import Event

from hypothesis import strategies as st

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.reply import Reply
from contracts.casekit.schemathesis_data import explore
from contracts.casekit.titles import tries
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.judge.response_rules import INVALID
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.resource.stored_object import uid_of
from contracts.run.trial import with_values
from contracts.spec.contract import Requirement
from contracts.spec.fields import VERSION

# How often a series is sent while others write in between.
MOST_SERIES = 3
# How often it is read at most while a replacement is under way.
MOST_READS = 20


@tries("Give {replaceable} every value in turn, and clear it")
def test_set_change_clear(job: Job, replaceable: Requirement) -> None:
    """Each field takes every value in turn, in answer and store."""
    for field in job.fields_of(replaceable):
        for step in values.series(job.sendable, field):
            reply = job.replace({field: step.value}, about=step.title)
            if step.is_open:
                job.note_boundary(field, step.value, reply)
            elif step.value is not None or job.profile == "kubernetes":  # the page does not speak of null
                reply.expect_accepted(job.about_syntax(reply, step.value), field=field)
        for value in values.inexact(job.sendable, field):
            job.replace({field: value})


@requirement(INVALID)
@tries("Send values that {replaceable} cannot take")
def test_invalid_value(job: Job, replaceable: Requirement) -> None:
    """A value that the field cannot take is refused, whatever stood there before."""
    for field in job.fields_of(replaceable):
        job.replace({field: job.fresh_values()[field]})
        for value in values.invalid(job.sendable, field):
            if job.harms({field: value}):
                continue
            reply = job.replace({field: value}, about=f"{field} as {paths.show(value, 60)}")
            if not reply.found(INVALID):
                reply.expect_refused(400, 413, 422, requirement=INVALID, field=field)


@requirement("replaceable.together")
def test_all_in_one_request(job: Job) -> None:
    """All fields are changed, cleared and set again, each time in one request."""
    for wanted in (job.fresh_values(), job.nothing(), job.fresh_values()):
        reply = job.replace(wanted)
        reply.expect_accepted()
        reply.expect_no_findings("replaceable")


@requirement("replaceable.together")
@cost(37)
def test_two_fields_at_a_time(job: Job) -> None:
    """Each two fields change together alone; two of a type are exchanged, two of the wanted state cleared together."""
    job.replace(job.fresh_values())
    for pair in combinations(job.fields, 2):
        for wanted in _of_two(job, *pair):
            job.replace(wanted, about=" and ".join(pair)).expect_accepted()


def _of_two(job: Job, one: str, other: str) -> Iterator[dict[str, Json]]:
    """What two fields get, one after the other."""
    fresh, nothing = job.fresh_values(), job.nothing()
    first, second = fresh[one], fresh[other]
    if not all(paths.parse(name)[0] in job.contract.desired for name in (one, other)):
        yield {one: first, other: second}
        if isinstance(first, dict) and isinstance(second, dict):  # one table for both holds the same lines then
            yield {one: second, other: first}
    elif type(first) is type(second) is int:
        another = max(first, second) + 1  # of one number nothing is exchanged
        yield {one: first, other: another}
        yield {one: another, other: first}
        yield {one: nothing[one], other: nothing[other]}
    else:
        yield {one: first, other: second}
        yield {one: nothing[one], other: nothing[other]}


@requirement("replaceable.together")
@cost(10)
def test_one_cleared_while_the_others_change(job: Job) -> None:
    """Each field is cleared in a request that sets all others."""
    job.replace(job.fresh_values())
    for field in job.fields:
        wanted = {**job.fresh_values(), field: job.nothing()[field]}
        job.replace(wanted, about=f"{field} cleared").expect_accepted()


@requirement("replaceable.sequence")
@cost(40)
def test_last_of_a_series_stands(job: Job) -> None:
    """After generated series of replacements each field has the last value that was sent for it."""
    choices = [*(job.fresh_values() for _ in range(9)), job.nothing()]
    options = {field: st.sampled_from([choice[field] for choice in choices]) for field in job.fields}
    series = st.lists(st.fixed_dictionaries({}, optional=options).filter(bool), min_size=2, max_size=6)

    def check(steps: list[dict[str, Json]]) -> None:
        for left in reversed(range(MOST_SERIES)):
            uid, foreign = uid_of(job.known()), job.foreign_writes
            for step in steps:
                job.replace(step).expect_accepted()
            if _expect_last(job, steps, uid, foreign, patient=left > 0):
                return

    # Each is several replacements, and no fault was ever seen by them alone (docs/quality.md).
    explore(job.run, series, check, max(1, job.run.settings.examples // 12))


@requirement("replaceable.sequence")
@cost(10)
def test_answer_is_the_next_request(job: Job) -> None:
    """Who never reads, but changes the last answer and sends it back, gets its last values stored for good."""
    steps = [job.fresh_values() for _ in range(8)]
    known = job.known()
    uid, foreign = uid_of(known), job.foreign_writes
    for step in steps:
        reply = job.send(with_values(known, step), made_of=known)
        if reply.accepted and isinstance(reply.value, dict):
            known = reply.value
        elif reply.status == 409:  # a controller was faster
            known = job.replace(step).stored
        elif job.uid() == uid:
            reply.expect_status(200)
            known = job.live()
        else:  # a controller has deleted the object
            return
    _expect_last(job, steps, uid, foreign)
    job.run.examiner.watch()
    _expect_last(job, steps, uid, foreign)


@requirement("replaceable.sequence", "concurrency.read-after-write")
def test_seen_on_another_connection(job: Job) -> None:
    """Who reads on a connection of its own, before, during and after a replacement, sees what was or what is stored."""
    with job.run.target.sessions.threads(1) as pool:  # its thread has a connection of its own
        for _ in range(2):
            versions = {job.version(), paths.get(pool.submit(job.run.resource.read).result(), VERSION)}
            over = Event()
            underway = pool.submit(_shown_until, job, over)
            try:
                reply = job.replace(job.fresh_values())
            finally:
                over.set()
            for shown in underway.result():
                if paths.get(shown, VERSION) == paths.get(reply.stored, VERSION):
                    _expect_same(job, reply, shown)
            elsewhere = pool.submit(job.run.resource.read).result()
            if reply.is_disturbed or paths.get(elsewhere, VERSION) not in versions | {paths.get(reply.stored, VERSION)}:
                continue  # another writer's version
            _expect_same(job, reply, elsewhere)


def _shown_until(job: Job, over: Event) -> list[Json]:
    """The object as it is read again and again until something is over, or `MOST_READS` times."""
    shown = []
    for _ in range(MOST_READS):
        if over.is_set():
            break
        answer = job.run.target.send("GET", job.run.resource.path).response
        shown += [answer.value] if answer.accepted else []
    return shown


def _expect_same(job: Job, reply: Reply, shown: Json) -> None:
    """A read on another connection shows what is stored after the replacement."""
    for change in paths.differences(reply.stored, shown, spared=job.server_owned):
        seen = Observed(Seen.STORED, reply.status, change.after)
        job.add_finding(Expected(Demand.STORED, (change.before,)), seen, change.path, reply=reply)


def _expect_last(
    job: Job, steps: list[dict[str, Json]], uid: str | None, foreign: int, *, patient: bool = False
) -> bool:
    """What was sent last is stored; whether that could be expected, see `Job.expect_stored`."""
    last: dict[str, Json] = {}
    for step in steps:
        last |= step
    return job.expect_stored(last, tuple(_operations(steps)), uid, foreign, patient=patient)


def _operations(steps: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """A series of replacements as JSON Patch, one operation for each field that each of them sent."""
    sent = [(paths.pointer(paths.parse(field)), value) for step in steps for field, value in step.items()]
    return [
        {"op": "remove", "path": path} if value is MISSING else {"op": "add", "path": path, "value": value}
        for path, value in sent
    ]
