"""Notes which immutable values the run has sent and when, and which of them come to stand some time later."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge.attribution import Chosen
from contracts.judge.model import Scope
from contracts.resource.stored_object import uid_of
from contracts.run.trial import Send

# Seconds: what was sent earlier than this is not waited for as long as it took.
LONGEST_DELAY: Final = 2.5


@dataclass(frozen=True)
class LateValue:
    """What came to stand some time after it had been sent: how it was sent, and how many seconds it took."""

    send: Send
    change: Difference
    seconds: float


class LateValues:
    """The attempts of a run by the values that they had in the place that they were about.

    Who else asks for such a value in another way is to `forget` it: what stands there then may be that one's doing.
    """

    def __init__(self, scope: Scope, chosen: Chosen) -> None:
        self._spared = (*scope.replaceable, *scope.volatile, *scope.gaps)
        self._chosen = chosen
        self._sent: defaultdict[Path, list[tuple[Send, Json, float]]] = defaultdict(list)
        self._seen: dict[Path, LateValue] = {}

    def note_sent(self, send: Send) -> None:
        """Note an attempt that was answered just now."""
        if send.mutation is not None:
            self._sent[send.mutation.path].append((send, send.mutation.new, time.monotonic()))

    def forget(self, live: Json, wanted: Json) -> None:
        """Take what an object asks for otherwise than it stands for sent by nobody else before."""
        for change in paths.differences(live, wanted, spared=self._spared) if self._sent else ():
            if change.path in self._sent:
                sent = self._sent[change.path]
                self._sent[change.path] = [one for one in sent if not paths.same(one[1], change.after)]

    def note_read(self, before: Json, now: Json, wanted: Json = MISSING, send: Send | None = None) -> None:
        """Keep what a read shows of the immutable part as it was sent before, and as it did not stand since.

        `wanted`: what was sent in between, by `send`, of which what stands there is no late doing.
        """
        if not isinstance(before, dict) or uid_of(before) != uid_of(now):
            return
        for change in paths.differences(before, now, spared=self._spared):
            asked = [paths.get(wanted, change.path)]
            if send is not None and send.mutation is not None and send.mutation.path == change.path:
                asked.append(send.mutation.new)  # where bytes or a member in other capitals hold it, too
            is_late = change.after is not MISSING and not any(paths.same(one, change.after) for one in asked)
            if is_late and self._chosen.holds(change.path, change.after):
                self._note(change)

    def _note(self, change: Difference) -> None:
        now = time.monotonic()
        sent = [one for one in self._sent.get(change.path, ()) if paths.same(one[1], change.after)]
        if sent:
            # sent more than once, it may be the first one that took so long
            took = max((now - at for _, _, at in sent if now - at <= LONGEST_DELAY), default=LONGEST_DELAY)
            self._seen[change.path] = LateValue(sent[-1][0], change, took)

    def pop(self) -> Iterator[LateValue]:
        """What was seen last, until there is nothing more."""
        while self._seen:
            yield self._seen.popitem()[1]

    def clear(self) -> None:
        """Nothing that was seen so far is of interest any more."""
        self._seen.clear()
