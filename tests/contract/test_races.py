"""Families status and concurrency: requests of several users, operations and objects at the same time.

Whether two requests meet is chance, so each case makes them meet several times.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus

from contracts.casekit.at_once import at_once
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.reply import Reply
from contracts.casekit.second_object import INTERVAL, expect_alone, is_gone
from contracts.client.errors import ConnectionDropped
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.kept import kept
from contracts.judge.model import Exchange
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.resource.lagging_reads import LONGEST_LAG
from contracts.resource.stored_object import JSON
from contracts.run.trial import with_values
from contracts.spec.fields import DELETED, VERSION

MEETINGS = 6
# Of requests that take longer, so that they meet more often.
FEWER_MEETINGS = 4
# A conflict may be another writer's once.
CONFLICTS = 2


@requirement("status.403")
@cost(20)
def test_denied_credential_beside_another_one(job: Job) -> None:
    """Who may not replace the object gets 403 also at the moment in which somebody replaces it who may."""
    denied = job.denied_credential()
    for number in range(MEETINGS):
        live = job.known()
        values = [job.marked(f"denied{number}"), job.marked(f"allowed{number}", "metadata.annotations")]
        sent, credentials = [with_values(live, one) for one in values], [denied, None]
        turn = -1 if number % 2 else 1  # who of the two begins first may matter
        reply = job.race(sent[::turn], credentials=credentials[::turn])[::turn][0]
        if reply.is_unanswered:
            continue
        if reply.exchange.response.failed:
            job.run.examiner.keep_failure(reply.exchange)
            continue
        job.check_expiry(reply.exchange, denied)
        job.judge(reply)
        reply.expect_status(403)
        if _expect_not_stored(job, values[0], live, reply) or reply.status != HTTPStatus.FORBIDDEN:
            break


def _expect_not_stored(job: Job, values: dict[str, Json], before: Json, reply: Reply) -> bool:
    """Nothing of what was sent stands there now; whether it does."""
    now = job.live()
    stored = [
        path
        for field, value in values.items()
        if not paths.same(paths.get(before, path := paths.parse(field)), value)
        and not any(job.deviations(field, value, now))
    ]
    for path in stored:
        seen = Observed(Seen.STORED, reply.status, paths.get(now, path))
        job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (paths.get(before, path),)), seen, path, reply=reply)
    return bool(stored)


@requirement("status.201")
@cost(28)
def test_deletion_beside_a_replacement(job: Job) -> None:
    """An object that is deleted while it is replaced is gone afterwards: the replacement does not bring it back."""
    expect_alone(job)
    name, target, write = job.new_name(), job.run.target, job.contract.write
    path = job.path_of(name)

    def deletion() -> Exchange:
        job.stored_at(path)  # a deletion has less to do than a replacement, and would else be there first
        return target.send("DELETE", path, headers=JSON)

    job.create(name)
    deletion()
    if not is_gone(job, path):
        raise job.nothing_to_try("the second object does not go")
    for _ in range(FEWER_MEETINGS):
        job.create(name)
        stored = job.stored_at(path)  # a controller has written its status since it was created
        if stored is MISSING:
            raise job.nothing_to_try("the second object cannot be read")
        body = write.body(stored, kept(job.run.resource.keep, stored, with_values(stored, job.marked("late"))))
        put = partial(target.send, write.method, path, headers=write.headers, body=body)
        replaced, deleted = _at_once(job, put, deletion)
        if is_gone(job, path):
            continue
        is_back = deleted is not None and deleted.response.accepted
        if replaced and replaced.response.accepted and is_back and paths.get(job.stored_at(path), DELETED) is MISSING:
            # what is made anew says so
            Reply(job, replaced, about="an object that is being deleted").expect_status(201)
            break
        job.discard(name)
    job.discard(name)


@requirement("concurrency.one-winner")
@cost(14)
def test_replacements_of_two_objects(job: Job) -> None:
    """Replacements of two objects at the same time are no conflict: each is accepted."""
    expect_alone(job)
    name, target, write = job.new_name(), job.run.target, job.contract.write
    lost: list[Reply] = []
    own, other, path = job.known(), job.create(name), job.path_of(name)
    for number in range(FEWER_MEETINGS):
        marked = [with_values(one, job.marked(f"two{number}")) for one in (own, other)]
        wanted = job.announced(marked[0], own), kept(job.run.resource.keep, other, marked[1])
        bodies = write.body(own, wanted[0]), write.body(other, wanted[1])
        puts = (
            partial(job.run.resource.write, bodies[0]),
            partial(target.send, write.method, path, headers=write.headers, body=bodies[1]),
        )
        answers = _at_once(job, *puts)
        reads: tuple[Callable[[], Json], ...] = (job.live, partial(job.stored_at, path))
        for answer, before, read in zip(answers, (own, other), reads, strict=True):
            if answer and answer.response.status == HTTPStatus.CONFLICT and not _moves(before, read):
                lost.append(Reply(job, answer, about="beside a replacement of another object"))
        own, other = (_now(answer, read) for answer, read in zip(answers, reads, strict=True))
        if len(lost) >= CONFLICTS or other is MISSING:
            break
    if len(lost) >= CONFLICTS:
        lost[0].expect_status(200)
    job.discard(name)


def _at_once(job: Job, *asks: Callable[[], Exchange]) -> list[Exchange | None]:
    """The answers to simultaneous requests, None where the connection was closed instead."""

    def answered(ask: Callable[[], Exchange]) -> Exchange | None:
        with suppress(ConnectionDropped):
            return ask()
        return None

    answers = at_once(job.run.target.sessions, [partial(answered, ask) for ask in asks])
    for one in answers:
        job.run.evidence.judged += 1
        if one and one.response.failed:
            job.run.examiner.keep_failure(one)
    return answers


def _now(answer: Exchange | None, read: Callable[[], Json]) -> Json:
    """The object as its replacement was answered, or as it is read where that was not accepted."""
    told = answer.response.value if answer and answer.response.accepted else MISSING
    return told if isinstance(told, dict) else read()


def _moves(before: Json, read: Callable[[], Json]) -> bool:
    """Whether the object has another version than before, of somebody who was faster; what a lag may hide comes yet."""
    until = time.monotonic() + LONGEST_LAG
    while paths.same(*(paths.get(one, VERSION) for one in (before, read()))):
        if time.monotonic() > until:
            return False
        time.sleep(INTERVAL)
    return True
