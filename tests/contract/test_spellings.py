"""Families status and immutable: the same object under other spellings of its URL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober, deepest_changes
from contracts.casekit.reply import Reply
from contracts.client.credentials import Credential
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.spellings import Spelling, other_names, spellings
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import with_values

# After how many spellings the object is read, to see whether one of them has been carried out in spite of its answer.
READ_TOGETHER = 3


@requirement("status.401")
@cost(30)
def test_no_credential_by_other_spellings(job: Job) -> None:
    """Without a valid credential the object cannot be replaced by any spelling of its URL."""
    _expect_closed(job, job.invalid_credentials(), 401)


@requirement("status.403")
@cost(20)
def test_denied_credential_by_other_spellings(job: Job) -> None:
    """Who may not replace the object may not do it by any spelling of its URL."""
    _expect_closed(job, {"a denied one": job.denied_credential()}, 403)


@requirement("immutable.no-bypass")
@cost(30)
def test_immutable_by_other_spellings(job: Job) -> None:
    """What is immutable by the documented URL is so by every spelling of it."""
    changes = list(deepest_changes(job))
    if not changes:
        raise job.nothing_to_try("the object has nothing to change there")
    prober = Prober(job)
    for (name, spelling), change in zip(_spelled(job), cycle(changes)):
        prober.bypassed(change, How(spelling.path, spelling.query, spelling.headers), name)


@requirement("status.400")
@cost(6)
def test_other_names_in_the_url(job: Job) -> None:
    """An object is not replaced by a URL with another name, one in other capitals or a pattern for its own."""
    if job.adopted:
        raise job.nothing_to_try("somebody's other object may have such a name")
    prober, before, sent = Prober(job), job.known(), []
    for name, path in other_names(job.run.resource.path).items():
        job.run.resource.leftovers.may_create(path.rpartition("/")[2])
        change = job.marked(name)
        exchange = prober.send(with_values(before, change), How(path))
        sent.append((change, Reply(job, exchange, about=name)))
    _expect_not_made(job, prober, sent, 400)


def _spelled(job: Job) -> Iterator[tuple[str, Spelling]]:
    """The spellings of the object's URL; of an adopted one none that might create another object."""
    for name, spelling in spellings(job.run.resource.path, job.run.target.public_url).items():
        if spelling.extra and job.adopted:
            job.leave_out(f"{name} ({spelling.extra})")
            continue
        if spelling.extra:
            job.run.resource.leftovers.may_create(f"{job.run.resource.name}{spelling.extra}")
        yield name, spelling


def _expect_closed(job: Job, credentials: dict[str, Credential], status: int) -> None:
    """A replacement with any of these credentials is neither answered as made nor stored, in any spelling."""
    prober = Prober(job)
    # A mark of each tells what is stored; what one has stored makes the version of the others of a group old.
    spelled = list(enumerate(_spelled(job)))
    for start in range(0, len(spelled), READ_TOGETHER):
        sent, before = [], job.known()
        for number, (name, spelling) in spelled[start : start + READ_TOGETHER]:
            for who, credential in credentials.items():
                change = job.marked(f"{number} {who}")
                how = How(spelling.path, spelling.query, spelling.headers, credential=credential)
                exchange = prober.send(with_values(before, change), how)
                sent.append((change, Reply(job, exchange, about=f"{name}, {who}")))
        _expect_not_made(job, prober, sent, status)


def _expect_not_made(job: Job, prober: Prober, sent: list[tuple[dict[str, Json], Reply]], status: int) -> None:
    """None of several replacements, each with a mark of its own, is answered as made or stored."""
    after = job.known()
    for change, reply in sent:
        if prober.carried_out(reply.exchange):
            reply.expect_status(status)
        for field, wanted in change.items():
            if not job.deviations(field, wanted, after):
                seen = Observed(Seen.STORED, reply.status, paths.get(after, paths.parse(field)))
                job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED), seen, paths.parse(field), reply=reply)
