"""An adopted object, which is somebody's: guarded while it is changed, put back as it was, what cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.client.errors import TargetError, TargetUnavailable
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import harmless
from contracts.judge.model import USER_AGENT
from contracts.judge.stored import NOTHING, deviations
from contracts.resource import ownership
from contracts.resource.adoption_guard import (
    ConcurrentModification,
    HarmfulReplacement,
    ObjectDamaged,
    greatest_age,
    merge_foreign_change,
)
from contracts.resource.journal import Journal
from contracts.resource.leftovers import Leftovers
from contracts.resource.stored_object import REPLACE_ATTEMPTS, StoredObject, uid_of
from contracts.spec.fields import GENERATION, MANAGED

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Scope

# What a server makes of the User-Agent: the name under which the run owns fields.
MANAGER: Final = USER_AGENT.partition("/")[0]


class AdoptedObject(StoredObject):
    """What is done for an object because it may be somebody's; nothing of it for one of the run's own.

    `original`: as it was in the beginning. `acting`: beyond what values a controller may end or delete it; `limits`:
    the same for an adopted one, which is not sent any. `sendable`: the contract from which values to send are made.
    """

    def __init__(self, scope: Scope, target: Client, namespace: str, name: str, run_id: str, *, adopted: bool) -> None:
        super().__init__(scope, target, namespace, name)
        self.run_id = run_id
        self.adopted = adopted
        self.original: Json = MISSING
        self.acting: tuple[harmless.Limit, ...] = ()
        self.limits: tuple[harmless.Limit, ...] = ()
        self.sendable = scope.contract
        self.added = replace(self.added, complete=not adopted)
        self.leftovers = Leftovers(scope.contract, target, namespace, run_id)
        self._journal: Journal | None = None
        self._stopped: TargetUnavailable | None = None
        self._touched: list[Path] = []
        self._known: list[Json] = []
        self._writes_known = 0

    def adopt(self) -> None:
        """Read the object, note it, decide what it may be sent; raises `TargetError` where it is not there."""
        self.original = self._object_in(self.target.send("GET", self.path), "--name, --namespace")
        values = self.replaceable_of(self.original)
        self._note(uid=uid_of(self.original), original=values, whole=self.original)
        self.note_acting()
        self.limits = self.acting
        self.sendable = harmless.narrowed(self.contract, self.limits)

    def note_acting(self) -> None:
        """Note by which values a controller may act on the object as it is now."""
        self.acting = harmless.limits(self.contract, self.original, greatest_age(self.original, datetime.now(UTC)))

    def put_back(self, original: Mapping[str, Json], whole: Json) -> list[str]:
        """Give the live object the replaceable fields of `original`; `whole` is what it was, or `MISSING`.

        Gives what else is not as it was, by dotted path; raises `TargetError` when the fields cannot be put back.
        """
        live = self.read()
        self.original = live if whole is MISSING else whole
        self._touched = self.changed_between(self.original, live)
        for path in self.scope.replaceable:
            value = original.get(paths.render(path), MISSING)
            self.original = paths.put(self.original, path, value)
        return self._put_back()

    def _put_back(self) -> list[str]:
        """Give the adopted object its owner's values again, all at once or else one by one; what else has changed.

        Raises `TargetError` naming the replaceable fields that are not as they were. What else has changed no further
        attempt would put back, so the journal is closed then too; nor what the server adds to whatever is sent.
        """
        fields, before, taken = self.scope.replaceable, self._its_own(), set[Path]()
        with suppress(ConcurrentModification):  # their change is part of what is put back
            self.check_since(before)
        if not self._give(fields, self.original):
            first = self._its_own()
            for path in fields:
                writes = self.target.accepted_writes
                self._give([path], self.original)
                taken |= {path} if self.target.accepted_writes > writes else set()
            self._note_stamped(first, self._its_own())
        for path in {*self._touched} & {*map(paths.parse, self.contract.writable_by_convention)}:
            self._give([path], self.original)  # what the target itself has lost
        live = self._its_own()
        left = {path: found for path in fields if (found := self._not_as_it_was(path, live))}
        kept = [one.path for path in taken & left.keys() for one in left[path] if one.before is MISSING]
        if len(kept) < sum(map(len, left.values())):
            raise TargetError(f"{self.path} could not be put back as it was: {', '.join(map(paths.render, left))}")
        changed = dict.fromkeys((*self._touched, *self.changed_between(before, live), *kept))
        lost = [
            paths.render(one) for one in changed if not paths.same(*(paths.get(v, one) for v in (live, self.original)))
        ]
        if not self._give_ownership_back(live):
            lost.append(paths.render(MANAGED))
        if self._journal:
            self._journal.close()
        return lost

    def _not_as_it_was(self, field: Path, live: Json) -> list[Difference]:
        """How a replaceable field differs from its owner's, but for what the server itself adds."""
        return list(deviations(field, self.original, self.original, live, replace(self.added, complete=True)))

    def _note_stamped(self, first: Json, live: Json) -> None:
        """Take for the server's own what holds another value after each of two writes that sent the same."""
        for field in self.scope.replaceable:
            for one in self._not_as_it_was(field, first):
                now = paths.get(live, one.path)
                if one.path != field and MISSING not in (one.after, now) and not paths.same(one.after, now):
                    self.added = self.added.also(one.path)

    def _its_own(self) -> Json:
        """The object as it is stored now; raises `TargetError` where it is gone, with nothing left to put back."""
        live = self._stored()
        if live is not MISSING and not self.is_another(live):
            return live
        if self._journal:
            self._journal.close()
        raise TargetError(f"{self.path} is gone, somebody has deleted it: there is nothing to put back")

    def _give(self, fields: Sequence[Path], source: Json) -> bool:
        """Give the object the values of another one in some fields; whether it has them now."""

        def graft(live: Json) -> Json:
            for path in fields:
                live = paths.put(live, path, paths.get(source, path))
            return live

        return self._replace(graft, all_of_it=True)

    def _give_ownership_back(self, live: Json) -> bool:
        """Whether every field has the manager again that it had; a replacement that changes nothing else sees to it."""
        for _ in range(REPLACE_ATTEMPTS):  # another writer may be faster
            owners = paths.get(self.original, MANAGED), paths.get(live, MANAGED)
            wanted = ownership.given_back(*owners, MANAGER)
            if wanted is None:
                return True
            answer = self.write(self.contract.write.body(live, paths.put(live, MANAGED, wanted), pinned=True)).response
            live = self._stored()
            if answer.status != HTTPStatus.CONFLICT:
                break
        return ownership.given_back(paths.get(self.original, MANAGED), paths.get(live, MANAGED), MANAGER) is None

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
        """The paths of what no replacement may change and is otherwise than before, but for what the server adds."""
        found = paths.differences(before, after, spared=self._spared)
        return [one.path for one in found if not self._is_servers(one.path)]

    def _is_servers(self, path: Path) -> bool:
        """Whether the server is known to write there, and the owner had nothing there."""
        return paths.starts_with(path, self.added.paths) and paths.get(self.original, path) is MISSING

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
        if self._give((*changed, *ends), before) and not ends:
            return True
        raise self._damaged((*changed, *ends))

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

    def _stored(self) -> Json:
        """The object as it is stored now; an adopted one is only taken for gone where the API itself says so."""
        exchange = self.last_read = self.target.send("GET", self.path)
        absent = exchange.response.status in self._absent
        if absent and self.adopted and not isinstance(exchange.response.value, dict):
            found = f"{exchange.response.status}, a body that is {exchange.response.media_type or 'of no media type'}"
            raise TargetUnavailable(f"GET {exchange.url}: {found}: somebody between may have answered")
        return MISSING if absent else self._object_in(exchange, "--target")

    def check_foreign_change(self, before: Json, after: Json, sent: Json = MISSING) -> None:
        """Check that nobody else has changed an adopted object since it was `before`, as read or as answered.

        Raises `ConcurrentModification` when it is gone, or holds in a replaceable field neither what it held before
        nor what was sent. From then on nothing more is sent to it, and `finish` keeps the foreign change.
        """
        if not self.adopted:
            return
        if after is MISSING:
            raise ConcurrentModification(f"{self.path} is gone: somebody has deleted it during the run")
        if self.is_another(after):
            raise ConcurrentModification(f"{self.path} is another object now: somebody has deleted it during the run")
        changed = []
        for path in self.scope.replaceable if before is not MISSING else ():
            was, now = paths.get(before, path), paths.get(after, path)
            if not paths.same(now, was) and not paths.same(now, paths.get(sent, path)):
                changed.append(paths.render(path))
                kept = merge_foreign_change(paths.get(self.original, path), was, now)
                self.original = paths.put(self.original, path, kept)
        others = paths.differences(before, after, spared=self._spared) if before is not MISSING else ()
        # what was sent and stands there now is the target's doing, which is judged
        changed += [
            paths.render(one.path)
            for one in others
            if not paths.same(one.after, paths.get(sent, one.path)) and not self._is_servers(one.path)
        ]
        if changed:
            self._note(original=self.replaceable_of(self.original))
            names = ", ".join(sorted(changed))
            message = f"{self.path}: somebody else has changed {names} during the run; their change is kept"
            self._stopped = ConcurrentModification(message)
            raise self._stopped

    def note_state(self, *values: Json) -> None:
        """Note as what the object stands now, or may stand by what was sent since; nothing where that is not known."""
        self._known = [value for value in values if isinstance(value, dict)]
        self._writes_known = self.target.accepted_writes

    def note_answer(self, value: Json) -> None:
        """Note as what the object may stand now, too."""
        if self._known and isinstance(value, dict):
            self._known.append(value)
        self._writes_known = self.target.accepted_writes

    def check_since(self, live: Json) -> None:
        """Check a fresh look at an adopted object against what was noted; raises as `check_foreign_change` does.

        Nothing is said where a case has sent something by itself, which was not noted.
        """
        known, self._known = self._known, [live] if isinstance(live, dict) else []
        if self.target.accepted_writes == self._writes_known and known and self.adopted and live is not MISSING:
            expected = known[0]
            for path in (*self.scope.replaceable, *self.changed_between(known[0], live)):
                now = paths.get(live, path)
                if any(same_or_nothing(paths.get(one, path), now) for one in known):
                    expected = paths.put(expected, path, now)
            self.check_foreign_change(expected, live)

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
        if self._journal and self.adopted:
            self._journal.about_to_send(self.replaceable_of(value))

    def replaceable_of(self, value: Json) -> dict[str, Json]:
        """The replaceable fields of an object by dotted path, absent ones left out."""
        found = {paths.render(path): paths.get(value, path) for path in self.scope.replaceable}
        return {name: item for name, item in found.items() if item is not MISSING}

    def release(self) -> None:
        """Say that nothing more will be done to the object; what is not undone is for `restore` from now on."""
        if self._journal:
            self._journal.release()

    def _note(self, **changes: object) -> None:
        if self._journal:
            self._journal.write(**changes)


def same_or_nothing(one: Json, other: Json) -> bool:
    """Whether two values are the same, or both nothing."""
    return paths.same(one, other) or (one in NOTHING and other in NOTHING)
