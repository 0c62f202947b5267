"""Circumstances of an attempt on an immutable field: what else is sent, how it is asked for, how it arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from contracts.casekit.key_capitals import beside, member_at
from contracts.casekit.twice import innermost_twice, outermost_twice
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge.client_headers import BROWSER, CONTROLLER
from contracts.judge.map_limits import WELL_KNOWN
from contracts.judge.unusual_texts import LONG
from contracts.judge.value_schemas import schema_of
from contracts.run.trial import with_values
from contracts.spec.fields import GENERATION, LABELS, NAMESPACE, STATUS, VERSION

if TYPE_CHECKING:
    from contracts.casekit.job import Job
    from contracts.casekit.reply import Reply

RETRY: Final = "retry"
MANY_CHANGES: Final = 120

# Makes an attempt in some way, and has it judged.
Circumstance = Callable[["Job", Mutation], "Reply"]


def _with(change: Callable[[Json], Json] = lambda sent: sent, **how: Any) -> Circumstance:
    """The attempt in an object that `change` changes too, sent in some way."""
    return lambda job, attempt: job.replace(lambda live: change(attempt.apply(live)), attempt=attempt, **how)


def _mixed(job: Job, attempt: Mutation) -> Reply:
    allowed = job.fresh_values()
    return job.replace(lambda live: attempt.apply(with_values(live, allowed)), attempt=attempt, about="mixed")


def beside_one(job: Job, attempt: Mutation, field: str, *, cleared: bool) -> Reply:
    """The attempt in an object of which one replaceable field changes too, or is cleared."""
    value = MISSING if cleared else job.fresh_values()[field]
    return _with(lambda sent: with_values(sent, {field: value}))(job, attempt)


def _cleared(job: Job, attempt: Mutation) -> Reply:
    return _with(lambda sent: with_values(sent, job.nothing()))(job, attempt)


def _by_hand(job: Job, attempt: Mutation) -> Reply:
    """With what a client keeps that writes its objects by hand; to an adopted object with all that its owners need."""
    kept: tuple[str, ...] = ("name", "namespace", "resourceVersion", "labels", "annotations")
    if job.adopted:
        kept += ("finalizers", "ownerReferences")
        job.leave_out(paths.render(STATUS))

    def bare(sent: Json) -> Json:
        metadata = {key: item for key, item in sent["metadata"].items() if key in kept}
        return {**(sent if job.adopted else paths.remove(sent, STATUS)), "metadata": metadata}

    return _with(bare)(job, attempt)


def _with_many(sent: Json) -> Json:
    """So many changes that stand before those of spec that a list of differences may be cut before it comes to them."""
    many = {f"contract-{number}": str(number) for number in range(MANY_CHANGES)}
    labels = paths.get(sent, LABELS)
    return paths.put(sent, LABELS, {**many, **labels} if isinstance(labels, dict) else many)


def _as_tools_send_it(job: Job, attempt: Mutation) -> Reply:
    """With what tools write, behind a proxy, and without the namespace, which the URL has.

    To an adopted object behind a proxy alone: a controller may act on what its own keys say, and a target that looks
    its object up by the namespace may take it for another one.
    """

    def make(live: Json) -> Json:
        sent = attempt.apply(live)
        if job.adopted:
            job.leave_out(paths.render(NAMESPACE))
            return sent
        sent = paths.remove(sent, NAMESPACE)
        for field in job.fields:
            known = schema_of(job.sendable, field).get(WELL_KNOWN, {})
            own = paths.get(sent, paths.parse(field))
            if known:
                sent = paths.put(sent, paths.parse(field), {**(own if isinstance(own, dict) else {}), **known})
        return sent

    return job.replace(make, attempt=attempt, headers={"X-Forwarded-For": "192.0.2.7"})


def _without_labels(job: Job, attempt: Mutation) -> Reply:
    """To an object that has nothing that may be absent, and gets nothing; asked for in layout by another word."""
    if any(paths.get(job.known(), paths.parse(field)) is not MISSING for field in job.fields):
        job.replace(job.nothing())
    return _with(pretty="1")(job, attempt)


def _newer(sent: Json) -> Json:
    generation = paths.get(sent, GENERATION)
    return paths.put(sent, GENERATION, generation + 5 if isinstance(generation, int) else 5)


def _with_a_parameter(job: Job, attempt: Mutation) -> Reply:
    headers = {"Content-Type": f"{job.contract.write.media_type}; charset=utf-8"}
    return _with(headers=headers, query="fieldValidation=Ignore")(job, attempt)


def _in_every_place(job: Job, attempt: Mutation) -> Reply:
    """The same change at the same place of every neighbour too, of another replica type say."""

    def make(live: Json) -> Json:
        for path in places(live, attempt.path):
            live = paths.put(live, path, attempt.new)
        return attempt.apply(live)

    return job.replace(make, attempt=attempt)


def places(live: Json, path: Path) -> Iterator[Path]:
    """The paths that lie in a neighbour, whatever its name, as `path` lies in its own container."""
    for index, step in enumerate(path):
        container = paths.get(live, path[:index])
        for other in container if isinstance(container, dict) and isinstance(step, str) else ():
            there = (*path[:index], other, *path[index + 1 :])
            if other != step and index + 1 < len(path) and paths.get(live, there) is not MISSING:
                yield there


def _in_other_capitals(job: Job, attempt: Mutation, *, place: int, first: bool) -> Reply:
    """Beside a member in which the attempt lies, one whose key differs in capitals only, with the attempt in it.

    A parser that matches keys without case has to choose. A key that is refused, or dropped as unknown, says nothing of
    what the target refuses.
    """
    member = member_at(attempt.path, place)
    return job.replace(lambda live: beside(live, attempt.apply(live), member, first=first))


def _outdated(job: Job, attempt: Mutation) -> Reply:
    """In the first version that was seen: a server that merges what is outdated has another way to store it."""
    first = job.run.resource.versions.first
    if first is None or first == job.version():
        raise job.nothing_to_try("the version does not advance")
    return _with(lambda sent: paths.put(sent, VERSION, first), retry=False)(job, attempt)


def _on_a_connection_of_its_own(job: Job, attempt: Mutation) -> Reply:
    with job.run.target.sessions.threads(1) as pool:  # each thread has its own
        return pool.submit(job.replace, attempt).result()


VARIATIONS: Final[Mapping[str, Circumstance]] = {
    RETRY: _with(about=RETRY, alone=False),
    "pretty": _with(pretty="true", about="pretty"),
    "mixed": _mixed,
}
# What else a replacement may hold, how it may be asked for, and how it may arrive.
CIRCUMSTANCES: Final[Mapping[str, Circumstance]] = {
    "every replaceable field cleared": _cleared,
    "a large body": _with(lambda sent: paths.put(sent, ("metadata", "annotations"), {"contract-long": "x" * LONG})),
    "many other changes": _with(_with_many),
    "a bare object": _by_hand,
    "what tools and proxies add": _as_tools_send_it,
    "nothing replaceable before and after it": _without_labels,
    "a greater generation": _with(_newer),
    "managed fields, by a controller": _with(
        lambda sent: paths.put(sent, ("metadata", "managedFields"), []), headers=CONTROLLER
    ),
    "no version": _with(lambda sent: paths.remove(sent, VERSION)),
    "pretty=false, in a browser": _with(pretty="false", headers=BROWSER),
    "a media type with a parameter": _with_a_parameter,
    "the member twice, stored last": partial(outermost_twice, first=True),
    "the member twice, stored first": partial(outermost_twice, first=False),
    "the innermost member twice, stored last": partial(innermost_twice, first=True),
    "the innermost member twice, stored first": partial(innermost_twice, first=False),
    "the same change in every neighbour": _in_every_place,
    "force=true": _with(query="force=true&fieldValidation=Warn", headers={"Connection": "close"}),
    "overwrite=true": _with(query="overwrite=true&validate=false", headers={"If-Match": "*"}),
    **{
        f"a key in other capitals, {name}, {order}": partial(_in_other_capitals, place=place, first=order == "first")
        for name, place in {"top": 0, "below": 1, "deepest": -1}.items()
        for order in ("last", "first")
    },
    "the first request of a connection": _on_a_connection_of_its_own,
    "no kind": _with(lambda sent: paths.without(sent, [("apiVersion",), ("kind",)])),
    "an invalid label": _with(lambda sent: paths.put(sent, LABELS, {"contract-a": "not valid!"})),
    "an outdated version": _outdated,
}
