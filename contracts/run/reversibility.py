"""Whether what a run is about to change of an adopted object can be undone: tried once, before all other attempts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.judge import values
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.run.trial import Make, Send, assign

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# So many keys of a map are taken away each by itself, and the others together.
MOST_KEYS: Final = 12
# So many values of a field are looked at for another one than it has.
MOST_VALUES: Final = 6


def check(replacer: Replacer) -> None:
    """Change each replaceable field that the owner has, and give it back; of a map key by key.

    A policy that came into force since the object was made may let its owner's values stand and not take them again.
    Raises `ObjectDamaged` at the first that is refused: that one is lost then, and not all of them.
    """
    for path in replacer.scope.replaceable:
        for make in _changes(replacer, path):
            with suppress(HarmfulReplacement):
                trial = replacer.once(Send(make))
                if trial.exchange.response.accepted:
                    replacer.job.give_owners(path)
                    replacer.forget_read()


def _changes(replacer: Replacer, path: paths.Path) -> Iterator[Make]:
    """What makes harmless changes of a field; none where the owner has nothing there."""
    owners = paths.get(replacer.job.original, path)
    if owners in (MISSING, None, {}):
        return
    if isinstance(owners, dict):
        names = list(owners)
        for gone in filter(None, [*([name] for name in names[:MOST_KEYS]), names[MOST_KEYS:]]):
            yield partial(paths.without, paths=[(*path, name) for name in gone])
        return
    name = paths.render(path)
    found = (values.assignments(replacer.job.sendable, mark).get(name, MISSING) for mark in range(MOST_VALUES))
    others = [one for one in found if one not in (MISSING, None) and not paths.same(one, owners)]
    yield from (assign({name: one}) for one in others[:1])
