"""Whose doing it is what stands in a read: the replacement's before it, or another writer's. Pure.

Source: Kubernetes API conventions, "Concurrency Control and Consistency": every write gives the object a new version.
"""

import json
from collections.abc import Iterable

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.report.finding import Finding, Seen
from contracts.spec.fields import VERSION, is_less_version


def is_disturbed(
    before: Json, sent: Json, answer: Json, after: Json, *, accepted: bool, new: bool, ordered: bool
) -> bool:
    """Whether another writer may have come between a replacement and the read after it.

    `answer`: the value of the response. `new`: whether the version that was read had never been seen before. Such a
    version is another writer's, unless only the target can have given it: what it holds is what was answered, or it is
    less than the answered one where they are `ordered`, as versions need not be (API concepts, "Resource versions").
    """
    was, told, now = (paths.get(value, VERSION) for value in (before, answer, after))
    if now is MISSING or now == was or not new:
        return False
    if not accepted:
        return True
    if told is MISSING or told == now or (ordered and is_less_version(now, told)):
        return False
    if told == was and not paths.same(sent, before):
        # the answer shows the version from before, though all that was sent stands there
        return not holds_what_was_sent(before, sent, after)
    return not paths.same(paths.remove(answer, VERSION), paths.remove(after, VERSION))


def holds_what_was_sent(before: Json, sent: Json, after: Json) -> bool:
    """Whether a read shows exactly what a refused request held, which no other writer can have known."""
    changes = [change for change in paths.differences(before, sent) if change.path != VERSION]
    told = [change for change in changes if change.after is not MISSING]
    return bool(told) and all(paths.same(change.after, paths.get(after, change.path)) for change in changes)


def _mark(value: Json) -> int:
    """The same for values that are the same, in whatever order their keys stand."""
    ordered = isinstance(value, dict | list)
    return hash(json.dumps(value, sort_keys=True) if ordered else repr(value))


class Chosen:
    """What a run has chosen to send: by path the values that it sent otherwise than they stood.

    A value that was read before it was ever sent there is no choice of the run: it comes back with an older object, and
    who has written it may write it again.
    """

    def __init__(self) -> None:
        self._values: dict[Path, set[int]] = {}
        self._read: dict[Path, set[int]] = {}
        self._names: set[str] = set()
        self._keys: dict[Path, set[str]] = {}

    def note(self, before: Json, sent: Json) -> None:
        """Take over what an object that is about to be sent holds otherwise than the one that is stored."""
        for change in paths.differences(before, sent):
            for path, value in [((), change.after), *paths.walk(change.after)]:
                self._take((*change.path, *path), value)

    def note_read(self, before: Json, now: Json) -> None:
        """Take over what a read shows otherwise than the one before it."""
        for change in paths.differences(before, now):
            for path, value in [((), change.after), *paths.walk(change.after)]:
                where = (*change.path, *path)
                if value is not MISSING and not self.holds(where, value):
                    self._read.setdefault(where, set()).add(_mark(value))

    def _take(self, path: Path, value: Json) -> None:
        mark = _mark(value)
        if mark in self._read.get(path, ()):
            return
        self._values.setdefault(path, set()).add(mark)
        if path and isinstance(path[-1], str):
            self._keys.setdefault(path[:-1], set()).add(path[-1])
            if value is not MISSING:
                self._names.add(path[-1])

    def keys(self, maps: Iterable[Path]) -> dict[Path, set[str]]:
        """By map the keys that were sent there."""
        return {path: self._keys[path] for path in maps if path in self._keys}

    def holds(self, path: Path, value: Json) -> bool:
        """Whether the value, or its absence, was ever sent there."""
        return _mark(value) in self._values.get(path, ())

    def has_sent(self, value: Json) -> bool:
        """Whether the value was ever sent, wherever."""
        mark = _mark(value)
        return any(mark in marks for marks in self._values.values())

    def is_path(self, path: Path) -> bool:
        """Whether anything was ever sent there otherwise than it stood."""
        return path in self._values

    def has_value(self, path: Path) -> bool:
        """Whether any value was ever sent there, which to leave it out is not."""
        return bool(self._values.get(path, set()) - {_mark(MISSING)})

    def is_name(self, path: Path) -> bool:
        """Whether the path ends in a key that was sent somewhere, and which the target may have taken from there."""
        return bool(path) and path[-1] in self._names


def split(findings: Iterable[Finding], sent: Json, chosen: Chosen) -> tuple[list[Finding], list[Finding]]:
    """Findings about what is stored while another writer may have come between: what was sent, and what was not.

    Only the first can be blamed on a request (a removal counts as sent where the request lacks the field).
    """
    ours: list[Finding] = []
    others: list[Finding] = []
    for one in findings:
        value = one.observed.value
        is_sent = chosen.holds(one.path, value) or (value is MISSING and paths.get(sent, one.path) is MISSING)
        (ours if is_sent else others).append(one)
    return ours, others


def is_about_the_store(finding: Finding) -> bool:
    """Whether a finding says what is stored, which another writer may have written."""
    return finding.observed.seen is Seen.STORED
