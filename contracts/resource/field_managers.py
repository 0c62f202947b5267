"""Under which names a run owns fields of an object (`metadata.managedFields`), and how it gives them back."""

from __future__ import annotations

from typing import Final

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import USER_AGENT, Exchange
from contracts.resource import ownership
from contracts.spec.fields import MANAGED, VERSION

# What a server makes of the User-Agent: the name under which the run owns fields.
MANAGER: Final = USER_AGENT.partition("/")[0]


class FieldManagers:
    """The names, learnt from what accepted writes were answered with: each gateway of several may put its own there."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = (MANAGER,)

    def learn(self, exchange: Exchange, before: Json, answer: Json) -> bool:
        """Whether an accepted write shows another name; `before`: what it replaced, if that was what was known."""
        if exchange.body is None or paths.get(answer, MANAGED) is MISSING:
            return False
        pinned = paths.get(strict.decode_leniently(exchange.body), VERSION)
        if pinned is MISSING or not paths.same(pinned, paths.get(before, VERSION)):
            return False
        grown = ownership.grown(paths.get(before, MANAGED), paths.get(answer, MANAGED))
        if grown is None or grown in self.names:
            return False
        self.names = (*self.names, grown)
        return True

    def given_back(self, original: Json, live: Json) -> list[Json] | None:
        """The managedFields that give back what the run took; None where it took nothing."""
        return ownership.given_back(paths.get(original, MANAGED), paths.get(live, MANAGED), self.names)
