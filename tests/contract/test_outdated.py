"""Family concurrency: outdated versions by what comes with them, and by the connection that they come on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.casekit.clients import KUBECTL
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json, Path
from contracts.judge.representations import compressed
from contracts.judge.unusual_texts import LONG
from contracts.run.trial import Make, with_values
from contracts.spec.fields import ANNOTATIONS, GENERATION, LABELS, NAMESPACE, STATUS, UID, VERSION

VERSION_FIELD = "metadata.resourceVersion"
# What is left out of an outdated object, and the query that it is sent with.
WITHOUT: tuple[tuple[str, list[Path], str], ...] = (
    ("no uid", [UID], ""),
    ("no uid, no generation", [UID, GENERATION], ""),
    ("force=true", [], "force=true"),
)
IN_CHUNKS = {"Transfer-Encoding": "chunked"}
# More labels than objects in use have.
MANY = 12
# Seconds for which a server may remember a write, and nobody may be seen to write.
IDLE = 1.05


@requirement("concurrency.stale-refused")
@cost(14)
def test_outdated_by_content(job: Job) -> None:
    """An outdated version is refused whatever comes with it: other fields, no change, what stands there now."""
    fields = list(job.fields)
    for theirs, own in zip(fields, [*fields[1:], *fields[:1]], strict=True):
        old = job.known()
        if _moved(old, job.replace({theirs: job.fresh_values()[theirs]}).stored):
            outdated = with_values(old, {own: job.fresh_values()[own]})
            _expect_conflict(job, partial(_always, outdated), f"another field, {own}")
    old = job.known()
    if _moved(old, job.replace(job.fresh_values()).stored):
        _expect_conflict(job, partial(_always, old), "no change")
        _expect_conflict(job, lambda live: paths.put(live, VERSION, paths.get(old, VERSION)), "what stands there now")


@requirement("concurrency.stale-refused")
@cost(8)
def test_outdated_without_what_the_server_counts(job: Job) -> None:
    """An outdated version is refused also where nothing else tells objects and states apart, and by force."""
    old = job.known()
    if not _moved(old, job.replace(job.fresh_values()).stored):
        return  # that a version advances is another requirement's
    for about, left_out, query in WITHOUT:
        outdated = paths.without(with_values(old, job.fresh_values()), left_out)
        reply = job.replace(partial(_always, outdated), query=query, retry=False, about=about)
        job.witness("outdated")
        if reply.accepted:  # how what is incomplete is refused is the target's choice
            reply.expect_status(409, field=VERSION_FIELD)


@requirement("concurrency.stale-refused")
@cost(20)
def test_outdated_in_other_circumstances(job: Job) -> None:
    """An outdated version is refused whatever it takes away, however large it is and however it is sent.

    Also where the object has come to hold again what it held in that version, and where nobody has written for a while.
    """
    prober = Prober(job)
    job.replace(job.nothing())
    bare = job.known()
    if not _moved(bare, job.replace(job.fresh_values()).stored):
        raise job.nothing_to_try("the version does not advance")
    for about, wanted, how in _circumstances(job, bare):
        _expect_not_taken(job, prober, wanted, how, about)
    if not _moved(bare, job.replace(job.nothing()).stored):
        return
    _expect_not_taken(job, prober, with_values(bare, job.fresh_values()), How(), "what it held stands there again")
    if not job.is_written_within(IDLE):
        _expect_not_taken(job, prober, with_values(bare, job.fresh_values()), How(), "nobody writes")


def _circumstances(job: Job, bare: Json) -> Iterator[tuple[str, Json, How]]:
    """What is sent of an outdated object from which everything was taken away, and how."""
    media_type = job.contract.write.media_type
    # What an adopted object must not lose is sent with it.
    lost: list[list[Path]] = [[], []] if job.adopted else [[NAMESPACE], [STATUS]]
    if job.adopted:
        job.leave_out(paths.render(NAMESPACE), paths.render(STATUS))
    yield "everything is taken away", paths.without(bare, lost[0]), How(query="fieldManager=contract")
    large = paths.put(paths.without(bare, lost[1]), ANNOTATIONS, {"contract-long": "x" * LONG})
    large = paths.put(large, LABELS, {f"contract-{number}": "x" for number in range(MANY)})
    labelled = {**(KUBECTL.headers or {}), "Content-Type": f"{media_type}; charset=utf-8"}
    yield "much as kubectl sends it", large, How(query=KUBECTL.query, headers={**labelled, **IN_CHUNKS})
    fresh = with_values(bare, job.fresh_values())
    yield "compressed", fresh, How(headers={"Content-Encoding": "gzip"}, encode=compressed)
    yield "a slash behind the URL", fresh, How(path=f"{job.run.resource.path}/")
    version = paths.get(job.known(), VERSION)
    yield "the version in a header", fresh, How(headers={"If-Match": f'"{version}"'})


def _expect_not_taken(job: Job, prober: Prober, wanted: Json, how: How, about: str) -> None:
    """Any refusal will do: what is unusual may be refused for that."""
    if job.harms(partial(_always, wanted)):
        return
    exchange = prober.send(wanted, how)
    job.witness("outdated")
    if prober.carried_out(exchange):
        Reply(job, exchange, about=about).expect_status(409, field=VERSION_FIELD)
        job.live()


@requirement("concurrency.stale-refused")
@cost(8)
def test_outdated_on_the_connection_that_read_it(job: Job) -> None:
    """A version is outdated once somebody else has written, also on the connection on which it was read last."""
    with job.run.target.sessions.threads(1) as pool:  # its thread has a connection of its own
        for _ in range(2):
            old = job.live()
            if _moved(old, pool.submit(job.replace, job.fresh_values()).result().stored):
                job.witness("outdated")
                reply = job.send(with_values(old, job.fresh_values()), about="read on the same connection")
                reply.expect_status(409, field=VERSION_FIELD)


@requirement("concurrency.stale-refused")
@cost(3)
def test_outdated_since_the_beginning(job: Job) -> None:
    """The version that was seen first of all is outdated, too, and so is the one that is greatest as a text."""
    versions = job.run.resource.versions
    if versions.first is None or not _moved(job.known(), job.replace(job.fresh_values()).stored):
        raise job.nothing_to_try("the version does not advance")
    for about, version in (("the first version", versions.first), ("another old version", versions.greatest_text)):
        if version != job.version():
            job.witness("outdated")
            reply = job.replace({**job.fresh_values(), VERSION_FIELD: version}, retry=False, about=about)
            reply.expect_status(409, field=VERSION_FIELD)


def _always(wanted: Json, _live: Json) -> Json:
    return wanted


def _moved(old: Json, new: Json) -> bool:
    """Whether the version of one object advances; that it does is another requirement's."""
    same = paths.same(paths.get(old, UID), paths.get(new, UID))
    return same and not paths.same(paths.get(old, VERSION), paths.get(new, VERSION))


def _expect_conflict(job: Job, make: Make, about: str) -> None:
    reply = job.replace(make, retry=False, about=about)
    job.witness("outdated")
    reply.expect_status(409, field=VERSION_FIELD)
    reply.expect_no_findings("status.refusal-changes-nothing")
