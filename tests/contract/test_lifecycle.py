"""Families status and immutable: an object that was deleted is gone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from contracts.casekit.carried_metadata import removable
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import ROUNDS, How, Probe, Prober, deepest_changes
from contracts.casekit.reply import Reply
from contracts.casekit.second_object import expect_alone, is_gone
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.model import Exchange
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.resource.finalizers import PROBE_FINALIZER
from contracts.resource.stored_object import JSON
from contracts.run.trial import with_values
from contracts.spec.fields import DELETED, FINALIZERS, UID, VERSION


@requirement("status.201", "immutable.identity", "immutable.other-objects")
@cost(12)
def test_deleted_object(job: Job) -> None:
    """An object that was deleted does not come back: a replacement is refused, or makes another one and says so."""
    expect_alone(job)
    prober, name, sent = Prober(job), job.new_name(), job.fresh_values()
    job.create(name)
    path = job.path_of(name)
    _replaced(job, prober, path, sent)
    old = job.stored_at(path)
    job.discard(name)
    if old is MISSING or not is_gone(job, path):
        raise job.nothing_to_try("the second object cannot be read, or does not go")
    unconditional = paths.remove(old, VERSION)
    for about, wanted in {
        "as it was": old,
        "without its version": unconditional,
        "without version and uid": paths.remove(unconditional, UID),
    }.items():
        job.run.resource.leftovers.may_create(name)
        reply = Reply(job, prober.send(wanted, How(path=path)), about=f"the deleted object {about}")
        if reply.accepted:
            stored = job.stored_at(path)
            reply.expect_status(201)
            for seen, value in ((Seen.ANSWERED, reply.value), (Seen.STORED, stored)):
                uid = paths.get(value, UID)
                if uid is not MISSING and paths.same(uid, paths.get(old, UID)):
                    found = Observed(seen, reply.status, uid)
                    job.add_finding(Expected(Demand.NEW_VALUE), found, UID, "immutable.identity", reply)
        elif not is_gone(job, path):
            reply.expect_status(201)
        job.discard(name)
    _expect_nothing_of(job, prober, name, sent)


def _expect_nothing_of(job: Job, prober: Prober, name: str, sent: dict[str, Json]) -> None:
    """An object has nothing of the one that had its name before, neither when it is made nor when it is replaced."""
    job.create(name)
    path = job.path_of(name)
    for field in ("", *job.fields[:1]):
        wanted, exchange = _replaced(job, prober, path, {field: job.fresh_values()[field]} if field else {})
        reply = Reply(job, exchange, about="an object of a name that was used before")
        _expect_not_in(job, sent, wanted, job.stored_at(path), reply, "immutable.other-objects")
    job.discard(name)


def _replaced(job: Job, prober: Prober, path: str, change: dict[str, Json]) -> tuple[Json, Exchange]:
    """What was sent to a second object, and the answer; again where a controller was faster."""
    for _ in range(ROUNDS):
        stored = job.stored_at(path)
        if stored is MISSING:
            raise job.nothing_to_try("the second object cannot be read")
        wanted = with_values(stored, change)
        exchange = prober.send(wanted, How(path=path), stored)
        if exchange.response.status != HTTPStatus.CONFLICT:
            break
    return wanted, exchange


@requirement("immutable.no-bypass")
@cost(10)
def test_first_replacement(job: Job) -> None:
    """An immutable change is no more stored by the very first replacement of an object than by a later one."""
    expect_alone(job)
    prober = Prober(job)
    for attempt in deepest_changes(job):
        name = job.new_name()
        created, path = job.create(name), job.path_of(name)
        for _ in range(ROUNDS):
            changed = attempt.apply(created)
            exchange = prober.send(changed, How(path=path), created)
            stored = job.stored_at(path)
            if exchange.response.status != 409 or stored is MISSING:
                break
            created = stored  # a controller was faster
        probe = Probe(exchange, created, changed, stored)
        job.discard(name)
        prober.blame(probe, attempt, "the first replacement of an object")


@requirement("immutable.no-bypass", "immutable.other-metadata", "replaceable.together")
@cost(12)
def test_object_that_is_being_deleted(job: Job) -> None:
    """While an object waits for its finalizers to go, its immutable fields are not open, and it is still to go."""
    expect_alone(job)
    if not removable(job, {paths.render(FINALIZERS): [PROBE_FINALIZER]}):
        raise job.nothing_to_try("the target lets no client put finalizers on an object and take them away again")
    name = job.new_name()
    job.create(name, {FINALIZERS: [PROBE_FINALIZER]})
    path = job.path_of(name)
    job.run.target.send("DELETE", path, headers=JSON)
    _expect_closed(job, path, lambda stored: paths.get(stored, DELETED) is not MISSING, "an object that is deleted")
    _expect_still_deleted(job, path)
    job.discard(name)


def _expect_still_deleted(job: Job, path: str) -> None:
    """A replacement that does not say that an object is being deleted is no reason to keep it, nor to delete it."""
    stored = job.stored_at(path)
    if paths.get(stored, DELETED) is not MISSING:
        _expect_replaced(job, path, stored, DELETED, "an object that is deleted, without saying so")


def _expect_replaced(job: Job, path: str, before: Json, state: Path, about: str) -> None:
    """In a state of its own a second object is replaced as in any other, or refused to be, and stays in that state."""
    sent = job.fresh_values()
    exchange = Prober(job).send(paths.without(with_values(before, sent), [DELETED]), How(path=path), before)
    answered, after = exchange.response.value, job.stored_at(path)
    if not exchange.response.accepted:
        return
    reply = Reply(job, exchange, about=about)
    if after is not MISSING and not paths.same(paths.get(answered, VERSION), paths.get(after, VERSION)):
        return  # a lag, or another writer
    was, stands = paths.get(before, state), paths.get(after, state)
    if not paths.same(was, stands) and (after is not MISSING or is_gone(job, path)):
        owner = job.contract.owner(state, "immutable")
        seen = Observed(Seen.STORED, reply.status, stands)
        job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (was,)), seen, state, owner, reply)
    for field, value in sent.items() if after is not MISSING else ():
        for one in job.deviations(field, value, after):
            seen = Observed(Seen.STORED, reply.status, one.after)
            job.add_finding(Expected(Demand.STORED, (one.before,)), seen, one.path, "replaceable.together", reply)


@requirement("immutable.no-bypass", "immutable.other-spec", "replaceable.together")
@cost(10)
def test_suspended_object(job: Job) -> None:
    """While an object is suspended, its immutable fields are not open, the others are, and it stays suspended."""
    expect_alone(job)
    for field in job.contract.suspend:
        name = job.new_name()
        job.create(name, {field: True})
        path = job.path_of(name)
        _expect_closed(job, path, partial(_is_suspended, field), "a suspended object")
        if _is_suspended(field, stored := job.stored_at(path)):
            _expect_replaced(job, path, stored, field, "a suspended object")
        job.discard(name)


def _is_suspended(field: Path, stored: Json) -> bool:
    return paths.get(stored, field) is True


def _expect_closed(job: Job, path: str, is_so: Callable[[Json], bool], about: str) -> None:
    """No immutable change of a second object is stored while it is in some state."""
    prober = Prober(job)
    for attempt in deepest_changes(job):
        for _ in range(ROUNDS):
            stored = job.stored_at(path)
            if stored is MISSING or not is_so(stored):
                return
            changed = attempt.apply(stored)
            probe = Probe(prober.send(changed, How(path=path), stored), stored, changed, job.stored_at(path))
            if not probe.outrun:
                break
        prober.blame(probe, attempt, about)


@requirement("immutable.other-objects", "concurrency.stale-refused", "replaceable.sequence")
@cost(11)
def test_other_objects(job: Job) -> None:
    """A replacement changes no other object, also where one name begins like the other and both hold the same."""
    expect_alone(job)
    prober, same, name = Prober(job), job.fresh_values(), job.new_name()
    first = _beside(job.run.resource.new_object(), job.fresh_values())
    job.create(name, {paths.parse(field): value for field, value in first.items()})
    path = job.path_of(name)
    job.replace(same)
    _replaced(job, prober, path, same)
    other = job.stored_at(path)
    if other is MISSING:
        raise job.nothing_to_try("the second object cannot be read")
    sent = job.fresh_values()
    reply = job.replace(sent)
    other, before = job.stored_at(path), other
    _expect_not_in(job, sent, before, other, reply)
    own, sent = job.live(), job.fresh_values()
    _expect_not_taken_by_version_of(job, prober, own, other)
    exchange = prober.send(with_values(other, sent), How(path=path), other)
    _expect_not_in(job, sent, own, job.live(), Reply(job, exchange, about="a replacement of another object"))
    _expect_again(job, prober, path, first)
    job.discard(name)


def _beside(value: Json, wanted: dict[str, Json]) -> dict[str, Json]:
    """What is wanted of an object, in maps beside the keys that it has."""
    held = {field: paths.get(value, paths.parse(field)) for field in wanted}
    return {
        field: {**held[field], **one} if isinstance(one, dict) and isinstance(held[field], dict) else one
        for field, one in wanted.items()
    }


def _expect_again(job: Job, prober: Prober, path: str, first: dict[str, Json]) -> None:
    """What a second object was created with, and has lost since, is stored when it is sent again."""
    _, exchange = _replaced(job, prober, path, first)
    answered, stored = exchange.response.value, job.stored_at(path)
    if not prober.carried_out(exchange) or not paths.same(paths.get(answered, VERSION), paths.get(stored, VERSION)):
        return  # a lag, or another writer
    reply = Reply(job, exchange, about="the values of its creation")
    for field, value in first.items():
        for one in job.deviations(field, value, stored):
            seen = Observed(Seen.STORED, reply.status, one.after)
            job.add_finding(Expected(Demand.STORED, (one.before,)), seen, one.path, "replaceable.sequence", reply)


def _expect_not_taken_by_version_of(job: Job, prober: Prober, own: Json, other: Json) -> None:
    """The current version of another object is none of this one's, unless each object counts its own."""
    version = paths.get(other, VERSION)
    if version is MISSING or paths.same(version, paths.get(own, VERSION)):
        return
    exchange = prober.send(paths.put(with_values(own, job.fresh_values()), VERSION, version), How())
    if prober.carried_out(exchange):
        reply = Reply(job, exchange, about="the version of another object")
        reply.expect_status(409, requirement="concurrency.stale-refused", field=paths.render(VERSION))


def _expect_not_in(
    job: Job, sent: dict[str, Json], before: Json, after: Json, reply: Reply, requirement: str = ""
) -> None:
    """Nothing that was sent to one object has come to stand in another one; what others write there is no matter."""
    for path, value in ((paths.parse(field), value) for field, value in sent.items()):
        stood, stands = paths.get(before, path), paths.get(after, path)
        keys = value if isinstance(value, dict) else {}
        taken = [key for key, item in keys.items() if isinstance(stands, dict) and paths.same(stands.get(key), item)]
        if not paths.same(stood, stands) and (taken or paths.same(stands, value)):
            seen = Observed(Seen.STORED, reply.status, stands)
            job.add_finding(Expected(Demand.UNCHANGED, (stood,)), seen, path, requirement, reply)
