"""Control writes, which change something unrelated: what they show of the rest, the server has done by itself."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.run.trial import CONTROL, Send, unrelated

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# So often a control write is sent that another writer disturbs.
MOST_CONTROL_WRITES: Final = 3


class Controls:
    """Sends control writes to the object under test, or to a new one."""

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._numbers = count(1)

    def anew(self) -> None:
        """Make the created object anew."""
        self._replacer.resource.finish()
        self._replacer.resource.start()
        self._replacer.forget_read()

    def written(self, path: Path, *, removed: bool = False) -> tuple[Json, Json]:
        """What stands at a path before and after a replacement of an unrelated key; `removed`: of what it lacks.

        Nothing where it cannot be told, or holds the key's value.
        """
        value = f"{CONTROL}-{next(self._numbers)}"
        before, after = self._sent(unrelated(self._replacer.scope, value, without=path if removed else None), path)
        return (before, MISSING) if holds(after, value) else (before, after)

    def repeated(self, sent: Json, path: Path) -> Json:
        """What stands at a path after the replaceable fields were sent as they are in an object; nothing as above."""

        def make(live: Json) -> Json:
            for field in self._replacer.scope.replaceable:
                live = paths.put(live, field, paths.get(sent, field))
            return live

        return self._sent(Send(make), path)[1]

    def _sent(self, send: Send, path: Path) -> tuple[Json, Json]:
        for _ in range(MOST_CONTROL_WRITES):
            with suppress(HarmfulReplacement):
                trial = self._replacer.once(send)
                if trial.replacement.disturbed:
                    continue
                if trial.exchange.response.accepted:
                    return paths.get(trial.replacement.before, path), paths.get(trial.replacement.after, path)
            break
        return MISSING, MISSING


def holds(value: Json, text: str) -> bool:
    """Whether a value is a text, or holds it as one of its own."""
    return value == text or any(item == text for _, item in paths.walk(value))
