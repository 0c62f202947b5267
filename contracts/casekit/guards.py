"""The guards of a replacement: what each refuses, made of the live object and of the one from before a replacement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from contracts.casekit.job import Job
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import client_mistakes, values
from contracts.judge.response_rules import INVALID
from contracts.judge.value_schemas import has_type
from contracts.run.trial import Make, with_values
from contracts.spec.fields import VERSION


@dataclass(frozen=True)
class Guarded:
    """What a guard refuses: the object that `make` makes of the live one, its body spoilt by `spoil`.

    `name`: for reports. `requirement`: what is broken where it is accepted; `field`: the field that it is about.
    """

    name: str
    requirement: str
    make: Make
    spoil: Callable[[bytes], bytes] = bytes
    field: str = ""

    @property
    def raw(self) -> Callable[[bytes], bytes] | None:
        """What spoils the body, None where it is sent as it is encoded, so that what is sent is known."""
        return None if self.spoil is bytes else self.spoil


def guarded(job: Job, old: Json, purpose: str) -> Iterator[Guarded]:
    """For each guard what it refuses; `old`: the object as it stood before the last replacement.

    Of invalid values one of a field that says what is wanted, and one of any other, of the right type, which only
    validation refuses; the seed and `purpose` decide which.
    """
    wanted = job.marked(purpose)
    yield Guarded("a body that is cut", "status.400", lambda live: with_values(live, wanted), _unfinished)

    def another_name(live: Json) -> Json:
        return client_mistakes.mismatch(job.contract, "another name", with_values(live, wanted))

    yield Guarded("another name", "status.400", another_name, field="metadata.name")
    outdated, version = job.fresh_values(), paths.get(old, VERSION)
    if not paths.same(version, paths.get(job.known(), VERSION)):
        field = paths.render(VERSION)
        yield Guarded(
            "an outdated version",
            "concurrency.stale-refused",
            lambda live: paths.put(with_values(live, outdated), VERSION, version),
            field=field,
        )
    for field, value in _invalid(job, purpose):
        name = f"{field} as {paths.show(value, 60)}"
        yield Guarded(name, INVALID, _assigning(field, value), field=field)


def _unfinished(body: bytes) -> bytes:
    """A body that ends before it is complete, in JSON as in YAML."""
    return b"[" + body


def _assigning(field: str, value: Json) -> Make:
    return lambda live: with_values(live, {field: value})


def _invalid(job: Job, purpose: str) -> Iterator[tuple[str, Json]]:
    chance = Random(f"{job.run.settings.seed} {purpose}")  # noqa: S311 - a sample, no secret
    found = [(field, value) for field in job.fields for value in values.invalid(job.sendable, field)]
    chance.shuffle(found)
    # A wrong type is refused by whatever decodes the body, also where nothing is validated.
    typed = sorted(found, key=lambda one: not has_type(job.contract, *one))
    for kind, desired in ((found, True), (typed, False)):
        some = [one for one in kind if (paths.parse(one[0])[0] in job.contract.desired) is desired]
        yield from [one for one in some if not job.harms({one[0]: one[1]})][:1]
