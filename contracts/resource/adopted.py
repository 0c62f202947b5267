"""An adopted object, which is somebody's: guarded while it is changed, put back as it was, what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetError, TargetUnavailable
from contracts.client.pace import http_date
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import harmless
from contracts.judge.stored import deviations, lost_status
from contracts.resource.adoption_guard import (
    CLOCK_MARGIN,
    ConcurrentModification,
    HarmfulReplacement,
    ObjectDamaged,
    ended,
    greatest_age,
    why_to_ask,
)
from contracts.resource.field_managers import FieldManagers
from contracts.resource.guarded import GuardedObject
from contracts.resource.journal import JournalError
from contracts.resource.lagging_reads import LONGEST_LAG_AT_THE_END
from contracts.resource.leftovers import Leftovers
from contracts.resource.stored_object import REPLACE_ATTEMPTS, uid_of
from contracts.spec.fields import GENERATION, MANAGED, STATUS, VERSION

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange, Scope

# Refusals that say nothing of what was sent.
OF_THE_MOMENT: Final = (401, 408, 409, 429)
# Seconds in which a target may carry out what it has refused.
LATER: Final = 0.1


class AdoptedObject(GuardedObject):
    """What is done for an object because it may be somebody's; nothing of it for one of the run's own.

    `acting`: beyond what values a controller may end or delete it; `limits`: the same for an adopted one, which is not
    sent any. `sendable`: the contract from which values to send are made. `managers`: under which names the run owns
    fields.
    """

    def __init__(self, scope: Scope, target: Client, namespace: str, name: str, run_id: str, *, adopted: bool) -> None:
        super().__init__(scope, target, namespace, name, adopted=adopted)
        self.run_id = run_id
        self.acting: tuple[harmless.Limit, ...] = ()
        self.limits: tuple[harmless.Limit, ...] = ()
        self.sendable = scope.contract
        self.added = replace(self.added, complete=not adopted)
        self.leftovers = Leftovers(scope.contract, target, namespace, run_id)
        self.managers = FieldManagers()
        self._touched: list[Path] = []
        self._renewed: set[str | None] = set()

    def adopt(self) -> None:
        """Read the object, note it, decide what it may be sent; raises `TargetError` where it is not there."""
        self.last_read = self.target.send("GET", self.path)
        self.original = self._object_in(self.last_read, "--name, --namespace")
        values = self.replaceable_of(self.original)
        self._note(uid=uid_of(self.original), original=values, whole=self.original)
        self.note_acting()
        self.limits = self.acting
        self.sendable = harmless.narrowed(self.contract, self.limits)

    def note_acting(self) -> None:
        """Note by which values a controller may act on the object as it is now."""
        heard = http_date(self.last_read.response.headers.get("date", ""))
        age = (
            greatest_age(self.original, datetime.now(UTC), heard) if self.adopted else int(CLOCK_MARGIN.total_seconds())
        )
        self.acting = harmless.limits(self.contract, self.original, age)

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
        are. What else has changed no further attempt would put back, so the journal is closed then too; nor what the
        server adds to whatever is sent.
        """
        self.reads.be_patient()
        fields, before, taken = self.scope.replaceable, self._its_own(), set[Path]()
        with suppress(ConcurrentModification):  # their change is part of what is put back
            self.check_since(before)
        if self.stored_late:
            self._give_back_late()
        if not self._give(fields, self.original):
            first = self._its_own()
            for path in fields if not self.reads.is_in_doubt(first) else ():
                writes = self.target.accepted_writes
                if not self._give([path], self.original):
                    self._give_by_key(path)
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
        if self._journal:
            self._journal.close()
        return lost

    def _give_back_late(self) -> None:
        """Give back what the target stored later, until it stands so for a while.

        Each attempt may be refused, and carried out some time later, as the change itself was.
        """
        quiet = False
        for _ in range(REPLACE_ATTEMPTS):
            late = self.changed_between(self.original, self.read())
            if quiet and not late:
                return
            quiet = not late
            self._touched += late
            if late:
                self._give(late, self.original)
            self.target.sleep(LATER)

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
            live = self.read()
            if answer.status != HTTPStatus.CONFLICT:
                break
        return live

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

    def _give_by_key(self, field: Path) -> None:
        """Give a map of the owner's what of it is taken: the run's keys go first, then each of theirs comes alone."""
        owners, now = (paths.get(value, field) for value in (self.original, self._its_own()))
        if not isinstance(owners, dict) or not isinstance(now, dict):
            return
        self._give([(*field, key) for key in now if key not in owners], self.original)
        for key, value in owners.items():
            if not paths.same(now.get(key, MISSING), value):
                self._give([(*field, key)], self.original)

    def _give_ownership_back(self, live: Json) -> bool:
        """Whether every field has the manager again that it had; a replacement that changes nothing else sees to it."""
        for _ in range(REPLACE_ATTEMPTS):  # another writer may be faster
            wanted = self.managers.given_back(self.original, live)
            if wanted is None:
                return True
            answer = self.write(self.contract.write.body(live, paths.put(live, MANAGED, wanted), pinned=True)).response
            if answer.status == HTTPStatus.CONFLICT:
                self.versions.outdated(live)
            live = self.read()
            if answer.status != HTTPStatus.CONFLICT:
                break
        return self.managers.given_back(self.original, live) is None

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

    def undo(self, before: Json, sent: Json) -> bool:
        """Give the object back what it was before a replacement whose answer was lost; whether it stands so now.

        Of an adopted one that is what now stands as it was sent: anything else somebody has written meanwhile.
        """

        def graft(live: Json) -> Json:
            for one in paths.differences(before, live, spared=(*self.scope.server_owned, GENERATION)):
                if not self.adopted or paths.same(one.after, paths.get(sent, one.path)):
                    live = paths.put(live, one.path, one.before)
            return live

        return self._replace(graft, all_of_it=True)

    def repair(self, before: Json, after: Json) -> bool:
        """Undo what a replacement has changed of an adopted object though no replacement may, or lets it be ended.

        Whether there was something to undo. Raises `ObjectDamaged` where that is not possible, or where a controller
        may have acted on it by now; from then on nothing is sent to it but what `finish` puts back.
        """
        changed = self.changed_between(before, after)
        ends = [paths.parse(name) for name in harmless.harmful(self.limits, after, before)]
        ends = [path for path in ends if not paths.starts_with(path, self.scope.server_owned)]  # a controller's
        if not changed and not ends:
            return False
        self._touched += changed
        undone = self._give((*changed, *ends), before) and not ends and not lost_status(before, self.read())
        if undone and not self._may_have_acted(changed):
            return True
        raise self._damaged((*changed, *ends))

    def _may_have_acted(self, changed: Sequence[Path]) -> bool:
        """Whether a controller is at work on the object, which acts on what spec says as soon as it is stored."""
        activity = self.contract.activity
        at_work = activity is not None and why_to_ask(self.original, activity) and not ended(self.original, activity)
        return bool(at_work) and any(path[:1] in self.scope.desired for path in changed)

    def give_owners(self, field: Path) -> None:
        """Give the object its owner's value of a replaceable field; raises `ObjectDamaged` where that is refused."""
        if self._give([field], self.original):
            return
        last = self.last_write
        refused = last is not None and last.response.refused and last.response.status not in OF_THE_MOMENT
        self._give_by_key(field)
        lost = [one.path for one in self._not_as_it_was(field, self.read()) if one.before is not MISSING]
        if refused and lost:
            names = ", ".join(map(paths.render, lost))
            helps = " ".join(f"--keep={paths.render(one)}" for one in lost)
            message = f"{self.path}: the target does not take its owner's value again: {names}; nothing more is sent"
            self._stopped = ObjectDamaged(f"{message} but what puts back the rest ({helps} leaves it alone)")
            raise self._stopped

    def give_back(self, path: Path, items: Json) -> None:
        """Give the object again what a replacement has lost; raises `ObjectDamaged` where that is not taken."""
        self._touched.append(path)
        if not self._give([path], paths.put({}, path, items)):
            raise self._damaged([path])

    def _damaged(self, changed: Sequence[Path]) -> TargetUnavailable:
        names = ", ".join(map(paths.render, dict.fromkeys(changed)))
        message = f"{self.path} was changed by what the target does, in a way that harms it: {names}"
        self._stopped = ObjectDamaged(f"{message}; nothing more is sent but what puts back the rest")
        return self._stopped

    def _is_reached(self) -> bool:
        """As for any object; but an adopted one is only taken for gone where the API itself says so."""
        return not (self.adopted and self.last_read.response.status in self._absent) and super()._is_reached()

    def check_harmless(self, value: Json, live: Json) -> None:
        """Raise `HarmfulReplacement` for what would let a controller end or delete the adopted object, were it sent."""
        if harm := harmless.harmful(self.limits, value, self.original if live is MISSING else live):
            chosen = {one.field for one in self.limits if one.kept}
            why = "as it is to be kept (--keep)" if chosen & {*harm} else "on an adopted object, which it could end"
            raise HarmfulReplacement(f"not tried {why}: {', '.join(harm)}", harm)

    def about_to_send(self, value: Json, live: Json = MISSING) -> None:
        """Note a replacement of an adopted object before it is sent, so that it can be told from a foreign change.

        `live`: the object that it is made of. Raises what `check_foreign_change` or `reset` has raised before, and what
        `check_harmless` raises.
        """
        if self._stopped:
            raise self._stopped
        self.check_harmless(value, live)
        self.note_answer(value)
        self._sent.note(value)
        if self._journal and self.adopted:
            self._journal.about_to_send(self.replaceable_of(value))


def _now(change: Difference) -> str:
    """A field that is not as it was, with the number that it holds now: that may be a time that runs out."""
    return f"{paths.render(change.path)}{f' (now {change.after})' if type(change.after) is int else ''}"
