"""An object that may be somebody's: what somebody else changes of it is told from what the run does, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge.stored import NOTHING, lost_status
from contracts.resource.adoption_guard import ConcurrentModification, StoredLate, is_converted, merge_foreign_change
from contracts.resource.journal import Journal, JournalError
from contracts.resource.owners_patch import owners_values
from contracts.resource.sent_values import SentValues
from contracts.resource.stored_object import StoredObject, Unreadable, uid_of
from contracts.resource.versions import version_in
from contracts.spec.fields import GENERATION, STATUS, VERSION

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange, Scope

# What helps, behind what has happened.
_OWN: Final = "; without --name an object of the run's own is judged, beside whoever writes"


class GuardedObject(StoredObject):
    """An object whose every look is compared with what the run knows of it, if it is an adopted one.

    `original`: as it was in the beginning, and what others have changed since.
    """

    def __init__(self, scope: Scope, target: Client, namespace: str, name: str, *, adopted: bool) -> None:
        super().__init__(scope, target, namespace, name)
        self.adopted = adopted
        self.original: Json = MISSING
        self._sent = SentValues(scope.replaceable)
        self._journal: Journal | None = None
        self._stopped: TargetUnavailable | None = None
        self._servers: set[Path] = set()
        # Whether the run has chosen to send a value at a path; what it has sent there and came to stand there later.
        self.was_chosen: Callable[[Path, Json], bool] = lambda _path, _value: False
        self.stored_late: list[Path] = []
        self._known: list[Json] = []
        self._writes_known = 0

    def is_another(self, live: Json) -> bool:
        """Whether the object has another uid than the one that was adopted, and is thus another one of its name."""
        uid = uid_of(self.original)
        return self.adopted and uid is not None and uid_of(live) not in (None, uid)

    @property
    def _spared(self) -> tuple[Path, ...]:
        """What is no part of what an adopted object is: the replaceable fields, and what others may write any time."""
        conventional = map(paths.parse, self.contract.writable_by_convention)
        return (*self.scope.server_owned, GENERATION, *self.scope.replaceable, *conventional)

    def changed_between(self, before: Json, after: Json) -> list[Path]:
        """The paths of what no replacement may change and is otherwise than before, but for what the server adds.

        Of the status, which controllers write, only that it is gone.
        """
        found = paths.differences(before, after, spared=self._spared)
        changed = [one.path for one in found if not self._is_servers(one.path)]
        return [*changed, STATUS] if lost_status(before, after) else changed

    def _is_servers(self, path: Path) -> bool:
        """Whether the server is known to write there, and the owner had nothing there."""
        if not paths.starts_with(path, self.added.paths):
            return False
        return paths.get(self.original, path) is MISSING or paths.starts_with(path, self._servers)

    def note_servers(self, places: Iterable[Path]) -> None:
        """Note what is the server's own though the original seems to have it: put into its lists, or shown by turns."""
        for path in places:
            self._servers.add(path)
            self.added = self.added.also(path, moving=True)

    def check_foreign_change(self, before: Json, after: Json, sent: Json = MISSING) -> None:
        """Check that nobody else has changed an adopted object since it was `before`, as read or as answered.

        Raises `ConcurrentModification` when it is gone, or holds in a replaceable field neither what it held before
        nor what was sent. From then on nothing more is sent to it, and `finish` keeps the foreign change, but for what
        the run has sent there at any time: that may be a look at what it held then. An old version shows nothing.
        """
        if not self.adopted:
            return
        if after is MISSING:
            raise ConcurrentModification(f"{self.path} is gone: somebody has deleted it during the run")
        if self.is_another(after):
            raise ConcurrentModification(f"{self.path} is another object now: somebody has deleted it during the run")
        if self.versions.is_old(after) or (self.versions.is_old(before) and self.versions.is_own(after)):
            return
        changed, put_back, ours = [], False, True
        for path in self.scope.replaceable if before is not MISSING else ():
            was, now = paths.get(before, path), paths.get(after, path)
            if not self._is_own(path, before, after, sent):
                changed.append(paths.render(path))
                ours &= self._was_sent(path, (), now)
                owners, sent_there = paths.get(self.original, path), partial(self._was_sent, path)
                kept = merge_foreign_change(owners, was, now, sent_there)
                put_back |= not paths.same(kept, merge_foreign_change(owners, was, now))
                self.original = paths.put(self.original, path, kept)
        others = paths.differences(before, after, spared=self._spared) if before is not MISSING else ()
        # what was sent and stands there now is the target's doing, which is judged
        unsent = [
            one
            for one in others
            if not paths.same(one.after, paths.get(sent, one.path)) and not self._is_servers(one.path)
        ]
        unsent = self._without_new_defaults(unsent, before, after)
        if unsent and ours and all(self.was_chosen(one.path, one.after) for one in unsent):
            raise self._stored_late(unsent)
        changed += [paths.render(one.path) for one in unsent]
        if changed:
            self._note(original=self.replaceable_of(self.original))
            names = ", ".join(sorted(changed))
            but = ", but for values that this run has sent there too" if put_back else ""
            message = f"{self.path}: somebody else has changed {names} during the run; their change is kept{but}{_OWN}"
            self._stopped = ConcurrentModification(message)
            raise self._stopped

    def _is_own(self, path: Path, before: Json, after: Json, sent: Json) -> bool:
        """Whether a field holds what it held, or what was sent, or what the target has made of that, which is noted."""
        was, now = paths.get(before, path), paths.get(after, path)
        expected = (was, *(() if sent is MISSING else (paths.get(sent, path),)))
        if any(same_or_nothing(now, one) for one in expected):
            return True
        if not is_converted(was, now, paths.get(sent, path)):
            return False
        self._sent.note(after)
        if self._journal:
            self._journal.about_to_send(self.replaceable_of(after))
        return True

    def _without_new_defaults(self, changes: Sequence[Difference], before: Json, after: Json) -> list[Difference]:
        """The changes but for what came to be shown under the version from before, so that nobody has written it.

        A schema that gets a default shows it in every object from then on; it is known for the server's own.
        """
        versions = [paths.get(one, VERSION) for one in (before, after)]
        if MISSING in versions or not paths.same(*versions):
            return list(changes)
        new = [one for one in changes if one.before is MISSING and not self.was_chosen(one.path, one.after)]
        for one in new:
            self.added = self.added.also(one.path)
        return [one for one in changes if one not in new]

    def _stored_late(self, changes: Sequence[Difference]) -> TargetUnavailable:
        """What stands where no replacement may change anything, as this run has sent it some time before."""
        self.stored_late += [one.path for one in changes]
        names = ", ".join(sorted(paths.render(one.path) for one in changes))
        message = f"{self.path} holds in {names} what this run had sent before, and was not stored then"
        self._stopped = StoredLate(f"{message}; nothing more is sent but what puts it back", changes)
        return self._stopped

    def _was_sent(self, field: Path, place: Path, value: Json) -> bool:
        return self._sent.holds((*field, *place), value)

    def make_readable(self, before: Json, unreadable: Exchange) -> bool:
        """Give an object that cannot be read any more what it was `before`; an adopted one its owner's values, or else.

        Without a version, which is cut off, a replacement of an adopted one would undo what others have changed since.
        """
        pinned = version_in(unreadable.response.body) is not None
        if (pinned or not self.adopted) and super().make_readable(before, unreadable):
            return True
        try:
            return self.adopted and self._see() is not MISSING
        except Unreadable:
            return False

    def _see(self) -> Json:
        """As `see`, of the run's own values; what others have written unseen is theirs, which is raised as ever."""
        sent, writes = self._journal.entry.sent if self._journal else (), self.target.accepted_writes
        live = self.see(self.replaceable_of(self.original), sent, uid_of(self.original))
        if self.target.accepted_writes > writes:
            self.check_foreign_change(self.original, live)
        return live

    def see(self, original: Mapping[str, Json], sent: Sequence[Mapping[str, Json]], uid: str | None) -> Json:
        """The object as it is stored now; `MISSING` where it is gone. What is no object is made one by a merge patch.

        A target that cannot write what it was sent answers no read any more, and no replacement takes it back where
        that needs the version. `original`, `sent`: the owner's values, and the run's last ones. Raises as `read` does.
        """
        try:
            return self.read()
        except Unreadable as error:
            if not error.exchange.response.accepted:
                raise
            self._patch(owners_values(original, sent, uid))
            return self.read()

    def patch_back(self, field: Path, live: Json) -> None:
        """Give a field of an object, as it was read, its owner's value."""
        name = paths.render(field)
        owners, now = (
            {key: item for key, item in self.replaceable_of(value).items() if key == name}
            for value in (self.original, live)
        )
        self._patch(owners_values(owners, [now], uid_of(live)))

    def note_state(self, *values: Json) -> None:
        """Note as what the object stands now, or may stand by what was sent since; nothing where that is not known."""
        known = [value for value in values if isinstance(value, dict)]
        is_old = bool(known) and all(map(self.versions.is_old, known))
        self._known = [*self._known, *known] if is_old and self._known else known
        self._writes_known = self.target.accepted_writes

    def note_answer(self, value: Json) -> None:
        """Note as what the object may stand now, too."""
        if self._known and isinstance(value, dict):
            self._known.append(value)
        self._writes_known = self.target.accepted_writes

    def check_since(self, live: Json) -> None:
        """Check a fresh look at an adopted object against what was noted; raises as `check_foreign_change` does.

        Nothing is said where a case has sent something by itself, which was not noted, nor of a look at an old version,
        or at one with which a write of this run was answered.
        """
        if self.is_another(live):
            self.check_foreign_change(MISSING, live)
        if self.versions.is_old(live):
            return
        known, self._known = self._known, [live] if isinstance(live, dict) else []
        if self.versions.is_own(live):
            return
        if self.target.accepted_writes == self._writes_known and known and self.adopted and live is not MISSING:
            expected = known[0]
            for path in (*self.scope.replaceable, *self.changed_between(known[0], live)):
                now = paths.get(live, path)
                if any(same_or_nothing(paths.get(one, path), now) for one in known):
                    expected = paths.put(expected, path, now)
            self.check_foreign_change(expected, live)

    def replaceable_of(self, value: Json) -> dict[str, Json]:
        """The replaceable fields of an object by dotted path, absent ones left out."""
        found = {paths.render(path): paths.get(value, path) for path in self.scope.replaceable}
        return {name: item for name, item in found.items() if item is not MISSING}

    def release(self) -> None:
        """Say that nothing more will be done to the object; what is not undone is for `restore` from now on."""
        if self._journal:
            self._journal.release()

    def _note_undone(self, *, wholly: bool) -> None:
        """Note that the object is as it was; `wholly`: and nothing else is left. Raises `JournalError`."""
        if self._journal and wholly:
            self._journal.close()
        elif self._journal:
            with suppress(JournalError):  # it is undone once more then
                self._journal.put_back()

    def _note(self, **changes: object) -> None:
        if self._journal:
            self._journal.write(**changes)


def same_or_nothing(one: Json, other: Json) -> bool:
    """Whether two values are the same, or both nothing."""
    return paths.same(one, other) or (one in NOTHING and other in NOTHING)
