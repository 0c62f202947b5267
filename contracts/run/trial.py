"""One judged replacement: how what is sent is made of what is stored, and whether another writer came in between."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.client.credentials import Credential
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation, Path
from contracts.judge.attribution import holds_what_was_sent
from contracts.judge.model import Exchange, Replacement, Scope
from contracts.report.finding import Finding
from contracts.spec.fields import ANNOTATIONS, LABELS, VERSION

Make = Callable[[Json], Json]
# Seconds: the longest pause of somebody who writes again and again.
LONGEST_PAUSE: Final = 1.0
# So often at most is looked within such a pause.
LOOKS: Final = 4
CONTROL: Final = "contract-control"
# How often it is looked whether something comes again: while a webhook is rolled out, only some writes meet it.
MOST_LOOKS: Final = 4


@dataclass(frozen=True, eq=False)
class MadeOf:
    """What one request, which shows by itself what it shows, was made of: the object as it was read, and what was sent.

    `sent` is `MISSING` where the body was no JSON of ours. `credential`: another one than the target's.
    """

    before: Json
    sent: Json
    credential: Credential | Mapping[str, str] | None = None


@dataclass(frozen=True)
class Trial:
    """One judged replacement: what happened, and what it broke.

    Where another writer may have come between, `doubtful` are findings about what is stored as it was once sent, and
    `unlikely` those about what is stored and was never sent. `made_of`: None where others before it count, too.
    `others`: repetitions of it that have shown something else, each with what no earlier one shows.
    """

    replacement: Replacement
    exchange: Exchange
    findings: tuple[Finding, ...]
    doubtful: tuple[Finding, ...] = ()
    unlikely: tuple[Finding, ...] = ()
    made_of: MadeOf | None = None
    others: tuple["Trial", ...] = ()

    @property
    def found(self) -> tuple[Finding, ...]:
        """Its findings, and those of the `others`."""
        return (*self.findings, *(finding for one in self.others for finding in one.findings))

    @property
    def change(self) -> tuple[dict[str, Json], ...]:
        """What was sent otherwise than stored, as JSON Patch; empty where the body was no JSON of ours."""
        before, sent = self.replacement.before, self.replacement.sent
        return () if sent is MISSING else paths.patch(before, sent)


@dataclass(frozen=True)
class Send:
    """How a replacement is made and sent: `make` from the live object, `raw` from its encoded body to what is sent.

    The bytes that `raw` makes may be no JSON. `credential`: another one than the target's; `mutation`: what is tried.
    `alone`: whether it shows what it shows without what was sent before it. `patch`: makes the merge patch that is
    sent, where there are several that ask for the same.
    """

    make: Make
    mutation: Mutation | None = None
    pretty: str | None = None
    query: str = ""
    headers: Mapping[str, str] | None = None
    credential: Credential | Mapping[str, str] | None = None
    raw: Callable[[bytes], bytes] | None = None
    alone: bool = True
    patch: Callable[[Json], Json] | None = None

    @property
    def asked_pretty(self) -> str | None:
        """The parameter `pretty`; "" where its query has it, or another client is named, which may be a browser."""
        agent = any(name.lower() == "user-agent" for name in self.headers or ())
        return "" if self.pretty is None and ("pretty" in self.query or agent) else self.pretty


def with_values(live: Json, values: Mapping[str, Any]) -> Json:
    """A copy of the live object with other values in some fields; `MISSING` leaves a field out."""
    for name, value in values.items():
        live = paths.put(live, paths.parse(name), value)
    return live


def assign(values: Mapping[str, Any]) -> Make:
    """What makes a replacement of the live object that gives some fields other values."""
    return lambda live: with_values(live, values)


def unrelated(scope: Scope, value: str, *, without: Path | None = None) -> Send:
    """A control write, which changes a key of the run's own, to a value not sent before; `without`: what it lacks."""
    field = ANNOTATIONS if ANNOTATIONS in scope.replaceable else LABELS

    def make(live: Json) -> Json:
        live = live if without is None else paths.remove(live, without)
        return paths.put(live, (*field, CONTROL), value)

    return Send(make)


def lost_to_another(trial: Trial) -> bool:
    """Whether somebody else wrote between our read and our write (Kubernetes: optimistic locking).

    A read that shows exactly what the refused request held is nobody else's doing.
    """
    before, after, sent = trial.replacement.before, trial.replacement.after, trial.replacement.sent
    moved = after is not MISSING and paths.get(before, VERSION) != paths.get(after, VERSION)
    lost = moved and is_conflict(trial.exchange.response.status, before, sent)
    return lost and not holds_what_was_sent(before, sent, after)


def is_conflict(status: int, before: Json, sent: Json) -> bool:
    """Whether 409 was answered to a replacement of the version that was read before, or of none."""
    return status == 409 and paths.get(sent, VERSION) in (MISSING, paths.get(before, VERSION))


def moved_on(before: Json, answered: Json, stored: Json) -> bool:
    """Whether the stored object is of another version than the one that a replacement was answered with.

    Where it is of the version from before, nobody has written: the response shows what is not so.
    """
    was, told, now = (paths.get(value, VERSION) for value in (before, answered, stored))
    return MISSING not in (told, now) and now not in (told, was)


class OtherWriters:
    """Looks for writers other than the run; once none was seen, it is not looked for again."""

    def __init__(self, read: Callable[[], Json]) -> None:
        self._read = read
        self._alone = False

    def at_work(self) -> bool:
        """Whether the version moves while nothing is sent but reads; waits for `LONGEST_PAUSE` at most."""
        if not self._alone:
            self._alone = not self.seen_within(LONGEST_PAUSE)
        return not self._alone

    def seen_within(self, seconds: float) -> bool:
        """Whether the version moves within so many seconds in which nothing is sent but reads."""
        version, until = paths.get(self._read(), VERSION), time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(min(seconds, LONGEST_PAUSE) / LOOKS)
            if paths.get(self._read(), VERSION) != version:
                return True
        return False
