"""An object that may be somebody's, put back as it was: values, what the target stored later, field ownership."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge.stored import deviations
from contracts.resource import ownership
from contracts.resource.adoption_guard import ConcurrentModification, ObjectDamaged, StoredLate, ended
from contracts.resource.field_managers import FieldManagers
from contracts.resource.guarded import GuardedObject
from contracts.resource.journal import JournalError
from contracts.resource.lagging_reads import LONGEST_LAG_AT_THE_END
from contracts.resource.stored_object import REPLACE_ATTEMPTS, uid_of
from contracts.spec.fields import MANAGED, STATUS, VERSION

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange, Scope

# Seconds after which it is looked first whether a target has carried out what it has refused.
LATER: Final = 0.1


class ReturnedObject(GuardedObject):
    """An object that gets its owner's values again; `managers`: under which names the run owns fields of it."""

    def __init__(self, scope: Scope, target: Client, namespace: str, name: str, *, adopted: bool) -> None:
        super().__init__(scope, target, namespace, name, adopted=adopted)
        self.managers = FieldManagers()
        self._touched: list[Path] = []
        self._renewed: set[str | None] = set()

    def put_back(self, original: Mapping[str, Json], whole: Json) -> list[str]:
        """Give the live object the replaceable fields of `original`; `whole` is what it was, or `MISSING`.

        Gives what else is not as it was, by dotted path; raises `TargetError` when the fields cannot be put back.
        """
        self.reads.be_patient()
        live = self.read()
        self._renewed.add(uid_of(live))
        self.original = live if whole is MISSING else whole
        self._touched = self.changed_between(self.original, live)
        for path in self.scope.replaceable:
            value = original.get(paths.render(path), MISSING)
            self.original = paths.put(self.original, path, value)
        return self._put_back()

    def _put_back(self) -> list[str]:
        """Give the adopted object its owner's values again, all at once or else one by one; what else has changed.

        Raises `TargetError` naming the replaceable fields that are not as they were, or where no read shows that they
        are. What else has changed no further attempt would put back, nor what the server adds to whatever is sent.
        """
        self.reads.be_patient()
        with suppress(ConcurrentModification, StoredLate):
            self._see()
        fields, before, taken = self.scope.replaceable, self._its_own(), set[Path]()
        with suppress(ConcurrentModification, StoredLate):  # both are part of what is put back
            self.check_since(before)
        if self.stored_late:
            self._give_back_late()
        if not self._give_values(fields, before):
            first = self._its_own()
            for path in fields if not self.reads.is_in_doubt(first) else ():
                writes = self.target.accepted_writes
                if not self._give_values([path], before):
                    self._give_by_key(path, before)
                    self._give_by_patch(path)
                taken |= {path} if self.target.accepted_writes > writes else set()
            self._note_stamped(first, self._its_own())
        for path in {*self._touched} & {*map(paths.parse, self.contract.writable_by_convention)}:
            self._give([path], self.original)  # what the target itself has lost
        live = self._its_own()
        in_doubt = self.reads.is_in_doubt(live)
        owned = self._give_ownership_back(live)
        left = {path: found for path in fields if (found := self._not_as_it_was(path, live))}
        kept = [one.path for path in taken & left.keys() for one in left[path] if one.before is MISSING]
        if others := [one for found in left.values() for one in found if one.path not in kept]:
            raise TargetError(f"{self.path} could not be put back as it was: {', '.join(map(_now, others))}")
        if in_doubt:
            version, waited = paths.show(paths.get(live, VERSION)), f"{LONGEST_LAG_AT_THE_END:.0f} s"
            raise TargetError(
                f"{self.path} may not be as it was: no read within {waited} shows what was written last, but version"
                f" {version}"
            )
        told_apart = (*self._touched, *self.changed_between(before, live), *kept, *self.added.paths)
        changed = dict.fromkeys(one for one in told_apart if one != MANAGED)
        ours = self.added.taken_from(live, self.original)
        lost = [
            paths.render(one) for one in changed if not paths.same(*(paths.get(v, one) for v in (ours, self.original)))
        ]
        lost += self._ended_since(live)
        if not owned:
            lost.append(paths.render(MANAGED))
        return lost

    def _give_back_late(self) -> None:
        """Give back what the target stored later, until it stands so for a while.

        Each attempt may be refused, and carried out some time later, as the change itself was: once nothing else is
        sent for a while, so that each is waited for longer than the one before.
        """
        quiet = False
        for attempt in range(1, REPLACE_ATTEMPTS + 1):
            late = self.changed_between(self.original, self.read())
            if quiet and not late:
                return
            quiet = not late
            self._touched += late
            if late:
                self._give(late, self.original)
            self.target.sleep(LATER * attempt)

    def _ended_since(self, live: Json) -> list[str]:
        """What of its status is otherwise where the object has ended since the target has done it harm."""
        activity = self.contract.activity
        if activity is None or not isinstance(self._stopped, ObjectDamaged):
            return []
        if not ended(live, activity) - ended(self.original, activity):
            return []
        changes = paths.differences(*({STATUS[0]: paths.get(value, STATUS)} for value in (self.original, live)))
        return sorted({paths.render(one.path[:2]) for one in changes})

    def confirmed(self) -> Json:
        """The object as it is stored now: as it was read once a write that changes nothing of it was taken.

        Such a write is refused where the read was of an old version.
        """
        self.reads.be_patient()
        live = self.read()
        for _ in range(REPLACE_ATTEMPTS):
            if live is MISSING:
                break
            answer = self.write(self.contract.write.body(live, live, pinned=True)).response
            if answer.status == HTTPStatus.CONFLICT:
                self.versions.outdated(live)
            elif answer.accepted:
                self._note_stamps(live, answer.value)
            live = self.read()
            if answer.status != HTTPStatus.CONFLICT:
                break
        return live

    def _note_stamps(self, sent: Json, answer: Json) -> None:
        """Take for the server's own what a write that changed nothing was answered with another value of."""
        for field in self.scope.replaceable if isinstance(answer, dict) else ():
            for one in deviations(field, sent, sent, answer, self.added):
                if one.path != field and MISSING not in (one.before, one.after):
                    self.added = self.added.also(one.path, moving=True)

    def _not_as_it_was(self, field: Path, live: Json) -> list[Difference]:
        """How a replaceable field differs from its owner's, but for what the server itself adds."""
        return list(deviations(field, self.original, self.original, live, replace(self.added, complete=True)))

    def _note_stamped(self, first: Json, live: Json) -> None:
        """Take for the server's own what holds another value after each of two writes that sent the same."""
        for field in self.scope.replaceable:
            for one in self._not_as_it_was(field, first):
                now = paths.get(live, one.path)
                if one.path != field and MISSING not in (one.after, now) and not paths.same(one.after, now):
                    self.added = self.added.also(one.path, moving=True)

    def _its_own(self) -> Json:
        """The object as it is stored now; raises `TargetError` where it is gone.

        The journal stays: the address may have led somewhere else for a while.
        """
        live = self.read()
        if live is not MISSING and (not self.is_another(live) or uid_of(live) in self._renewed):
            return live
        raise TargetError(
            f"{self.path} is gone: somebody has deleted it, or {self.target.public_url} leads somewhere else now; where"
            " it is there again, restore puts it back"
        )

    def _give(self, fields: Sequence[Path], source: Json) -> bool:
        """Give the object the values of another one in some fields; whether it has them now."""

        def graft(live: Json) -> Json:
            for path in fields:
                live = paths.put(live, path, paths.get(source, path))
            return live

        return self._replace(graft, all_of_it=True)

    def _give_values(self, fields: Sequence[Path], before: Json) -> bool:
        """Give the object its owner's values, and what others have written since it was `before`; whether it has them.

        Each attempt is made of a read of its own, between which and the write before it somebody may have come.
        """

        def graft(live: Json) -> Json:
            self._note_theirs(before, live)
            for path in fields:
                live = paths.put(live, path, paths.get(self.original, path))
            return live

        return self._replace(graft, all_of_it=True)

    def _note_theirs(self, before: Json, live: Json) -> None:
        """Take over into what is put back what is neither as it was before nor what is put back: it is others'."""
        stopped, given = self._stopped, before
        for path in self.scope.replaceable:
            given = paths.put(given, path, paths.get(self.original, path))
        with suppress(ConcurrentModification, StoredLate):
            self.check_foreign_change(before, live, given)
        self._stopped = stopped or self._stopped

    def _give_by_key(self, field: Path, before: Json) -> None:
        """Give a map of the owner's what of it is taken: the run's keys go first, then each of theirs comes alone."""
        live = self._its_own()
        self._note_theirs(before, live)
        owners, now = (paths.get(value, field) for value in (self.original, live))
        if not isinstance(owners, dict) or not isinstance(now, dict):
            return
        self._give([(*field, key) for key in now if key not in owners], self.original)
        for key, value in owners.items():
            if not paths.same(now.get(key, MISSING), value):
                self._give([(*field, key)], self.original)

    def _give_by_patch(self, field: Path) -> None:
        """Give a field what no replacement gives it: where maps are merged, say."""
        live = self._its_own()
        if self._not_as_it_was(field, live):
            self.patch_back(field, live)

    def _give_ownership_back(self, live: Json) -> bool:
        """Whether every field has the manager again that it had; a replacement that changes nothing else sees to it."""
        for _ in range(REPLACE_ATTEMPTS):  # another writer may be faster
            wanted = self.managers.given_back(self.original, live)
            if wanted is None:
                break
            answer = self.write(self.contract.write.body(live, paths.put(live, MANAGED, wanted), pinned=True)).response
            if answer.status == HTTPStatus.CONFLICT:
                self.versions.outdated(live)
            live = self.read()
            if answer.status != HTTPStatus.CONFLICT:
                break
        return self.managers.given_back(self.original, live) is None and not ownership.lost(self.original, live)

    def _as_answered(self, live: Json) -> Json:
        """The object as the last write was answered, unless that differs from a read in what no replacement changes."""
        answer = super()._as_answered(live)
        return live if self.changed_between(live, answer) else answer

    def note_write(self, exchange: Exchange) -> None:
        """Note what an accepted write was answered with: its version, and under which name the run now owns fields."""
        super().note_write(exchange)
        if self._answer is not MISSING and exchange.response.accepted and self.is_another(self._answer):
            self._note_renewed(uid_of(self._answer))
        if not self.adopted or not exchange.response.accepted:
            return
        if any(self.managers.learn(exchange, before, self._answer) for before in self._known[:1]):
            self._note(managers=self.managers.names)

    def _note_renewed(self, uid: str | None) -> None:
        """Note the uid that the target has given the object with a write of this run's, which has to be put back too.

        Where the object was somebody's new one instead, it has the run's values all the same.
        """
        if uid not in self._renewed:
            self._renewed.add(uid)
            with suppress(JournalError):  # the object has to be put back on a full disk too
                self._note(uid=uid)


def _now(change: Difference) -> str:
    """A field that is not as it was, with the number that it holds now: that may be a time that runs out."""
    return f"{paths.render(change.path)}{f' (now {change.after})' if type(change.after) is int else ''}"
