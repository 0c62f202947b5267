"""Whether what a run is about to change of an adopted object can be undone: tried once, before all other attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge import values
from contracts.judge.attempts import attempts
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.run.trial import Make, Send, Trial, assign

if TYPE_CHECKING:
    from contracts.judge.model import Scope
    from contracts.resource.lifecycle import ResourceUnderTest

# So many keys of a map are taken away each by itself, and the others together.
MOST_KEYS: Final = 12
# So many values of a field are looked at for another one than it has.
MOST_VALUES: Final = 6


def check(
    scope: Scope, job: ResourceUnderTest, replaced: Callable[[Send], Trial], returned: Callable[[], None]
) -> None:
    """Change each replaceable field that the owner has, and give it back; of a map key by key.

    A policy that came into force since the object was made may let its owner's values stand and not take them again.
    `replaced`: makes a replacement, and has it judged. `returned`: called when something was given back.
    Raises `ObjectDamaged` at the first that is refused: that one is lost then, and not all of them.
    """
    for path in scope.replaceable:
        for fields, make in _changes(job, path):
            with suppress(HarmfulReplacement):
                trial = replaced(Send(make))
                if trial.exchange.response.accepted:
                    job.give_owners(fields, trial.replacement.after)
                    returned()


def mildest(scope: Scope, live: Json) -> tuple[Mutation, ...]:
    """For each requirement about what a controller acts on the deepest change: a target that stores it shows by that.

    The run then ends, and has not tried what a controller would make more of.
    """
    found: dict[str, Mutation] = {}
    for attempt in attempts(scope.contract, live, adopted=True):
        requirement = scope.contract.owner(attempt.path, "immutable")
        deepest = requirement not in found or len(attempt.path) > len(found[requirement].path)
        if attempt.way == "change" and attempt.path[:1] in scope.desired and deepest:
            found[requirement] = attempt
    return tuple(found.values())


def _changes(job: ResourceUnderTest, path: Path) -> Iterator[tuple[Sequence[Path], Make]]:
    """Harmless changes of a field: where, and what makes them; none where the owner has nothing there."""
    owners = paths.get(job.original, path)
    if owners in (MISSING, None, {}):
        return
    if isinstance(owners, dict):
        names = list(owners)
        for gone in filter(None, [*([name] for name in names[:MOST_KEYS]), names[MOST_KEYS:]]):
            fields = [(*path, name) for name in gone]
            yield fields, partial(paths.without, paths=fields)
        return
    name = paths.render(path)
    found = (values.assignments(job.sendable, mark).get(name, MISSING) for mark in range(MOST_VALUES))
    others = [one for one in found if one not in (MISSING, None) and not paths.same(one, owners)]
    yield from (([path], assign({name: one})) for one in others[:1])
