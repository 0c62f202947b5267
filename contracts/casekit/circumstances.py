"""What else a replacement with an immutable change may hold, how it may be asked for, and how it may arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from contracts.casekit.job import Job
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge import values
from contracts.run.trial import with_values
from contracts.spec.fields import VERSION

# Makes an attempt in some way, and has it judged.
Circumstance = Callable[[Job, Mutation], Reply]


def _with(change: Callable[[Json], Json], **how: Any) -> Circumstance:
    """The attempt in an object that `change` changes too, sent in some way."""
    return lambda job, attempt: job.replace(lambda live: change(attempt.apply(live)), attempt=attempt, **how)


def _cleared(job: Job, attempt: Mutation) -> Reply:
    nothing = dict.fromkeys(job.fields, MISSING)
    return _with(lambda sent: with_values(sent, nothing))(job, attempt)


def _large(job: Job, attempt: Mutation) -> Reply:
    large = {"contract-long": "x" * values.LONG}
    return _with(lambda sent: paths.put(sent, ("metadata", "annotations"), large))(job, attempt)


def _bare(sent: Json) -> Json:
    """What a client keeps that writes its objects by hand."""
    kept = ("name", "namespace", "resourceVersion", "labels", "annotations")
    metadata = {key: item for key, item in sent["metadata"].items() if key in kept}
    return {**paths.remove(sent, ("status",)), "metadata": metadata}


def _newer(sent: Json) -> Json:
    generation = paths.get(sent, ("metadata", "generation"))
    return paths.put(sent, ("metadata", "generation"), generation + 5 if isinstance(generation, int) else 5)


def _twice(job: Job, attempt: Mutation, *, first: bool) -> Reply:
    """The member of the object in which the attempt lies stands there twice, once as it is stored.

    Which of the two counts is the parser's choice (RFC 8259, 4), so this says nothing of what the target refuses.
    """
    key = str(attempt.path[0])
    changed = strict.encode({key: attempt.apply(job.live()).get(key)})

    def raw(body: bytes) -> bytes:
        return changed[:-1] + b"," + body[1:] if first else body[:-1] + b"," + changed[1:]

    return job.replace({}, raw=raw)


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


def _on_a_connection_of_its_own(job: Job, attempt: Mutation) -> Reply:
    with ThreadPoolExecutor(1) as pool:  # each thread has its own
        return pool.submit(job.replace, attempt).result()


CIRCUMSTANCES: Final[Mapping[str, Circumstance]] = {
    "every replaceable field cleared": _cleared,
    "a large body": _large,
    "a bare object": _with(_bare),
    "a greater generation": _with(_newer),
    "managed fields": _with(lambda sent: paths.put(sent, ("metadata", "managedFields"), [])),
    "no version": _with(lambda sent: paths.remove(sent, VERSION)),
    "pretty=false": _with(lambda sent: sent, pretty="false"),
    "a media type with a parameter": _with(
        lambda sent: sent, headers={"Content-Type": "application/json; charset=utf-8"}, query="fieldValidation=Ignore"
    ),
    "the member twice, stored last": partial(_twice, first=True),
    "the member twice, stored first": partial(_twice, first=False),
    "the same change in every neighbour": _in_every_place,
    "the first request of a connection": _on_a_connection_of_its_own,
}
