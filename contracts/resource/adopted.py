"""An adopted object, which is somebody's: what it may be sent, and what is undone while it is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from contracts.client.alike import send_alike
from contracts.client.errors import TargetUnavailable
from contracts.client.pace import http_date
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import harmless
from contracts.judge.representations import as_yaml
from contracts.judge.stored import lost_status
from contracts.resource.adoption_guard import (
    CLOCK_MARGIN,
    HarmfulReplacement,
    ObjectDamaged,
    ended,
    greatest_age,
    why_to_ask,
)
from contracts.resource.leftovers import Leftovers
from contracts.resource.returned import ReturnedObject
from contracts.resource.stored_object import REPLACE_ATTEMPTS, uid_of
from contracts.spec.fields import GENERATION, STATUS, VERSION

if TYPE_CHECKING:
    from contracts.client.client import Client
    from contracts.judge.model import Exchange, Scope

# Refusals that say nothing of what was sent.
OF_THE_MOMENT: Final = (401, 408, 409, 429)
# A target may take a third attempt alone.
AS_OFTEN: Final = 3


class AdoptedObject(ReturnedObject):
    """What is done for an object because it may be somebody's; nothing of it for one of the run's own.

    `acting`: beyond what values a controller may end or delete it; `limits`: the same for an adopted one, which is not
    sent any. `sendable`: the contract from which values to send are made.
    """

    def __init__(self, scope: Scope, target: Client, namespace: str, name: str, run_id: str, *, adopted: bool) -> None:
        super().__init__(scope, target, namespace, name, adopted=adopted)
        self.run_id = run_id
        self.acting: tuple[harmless.Limit, ...] = ()
        self.limits: tuple[harmless.Limit, ...] = ()
        self.sendable = scope.contract
        self.added = replace(self.added, complete=not adopted)
        self.leftovers = Leftovers(
            scope.contract, target, namespace, run_id, self._absent, lambda places: self._note(elsewhere=places)
        )

    def adopt(self) -> None:
        """Read the object, note it, decide what it may be sent; raises `TargetError` where it is not there."""
        self.last_read_exchange = self.target.send("GET", self.path)
        self.original = self._object_in(self.last_read_exchange, "--name, --namespace")
        values = self.replaceable_of(self.original)
        self._note(uid=uid_of(self.original), original=values, whole=self.original)
        self.note_acting()
        self.limits = self.acting
        self.sendable = harmless.narrowed(self.contract, self.limits)

    def note_acting(self) -> None:
        """Note by which values a controller may act on the object as it is now."""
        heard = http_date(self.last_read_exchange.response.headers.get("date", ""))
        age = (
            greatest_age(self.original, datetime.now(UTC), heard) if self.adopted else int(CLOCK_MARGIN.total_seconds())
        )
        self.acting = harmless.limits(self.contract, self.original, age)

    def undo(self, before: Json, sent: Json) -> bool:
        """Give the object back what it was before a replacement whose answer was lost; whether it stands so now.

        Of an adopted one that is what now stands as it was sent: anything else somebody has written meanwhile.
        """

        def graft(live: Json) -> Json:
            for one in paths.differences(before, live, spared=(*self.scope.server_owned, GENERATION)):
                if not self.adopted or paths.same(one.after, paths.get(sent, one.path)):
                    live = paths.put(live, one.path, one.before)
            return live

        undone = self._replace(graft, all_of_it=True)
        self._note_given_back()
        return undone

    def _note_given_back(self) -> None:
        """Note how the object stands after a write that was refused, and may have been carried out all the same."""
        if self.adopted and self.last_write is not None and not self.last_write.response.accepted:
            self.note_state(self.read())

    def repair(self, before: Json, after: Json, sent: Json = MISSING, done: Exchange | None = None) -> bool:
        """Undo what a replacement has changed of an adopted object though no replacement may, or lets it be ended.

        `sent`: what was sent, where the target is known to store a client's status; else a controller may have written
        the same. `done`: the replacement, which is undone in the way in which it was sent where a plain one is refused.
        Whether there was something to undo. Raises `ObjectDamaged` where that is not possible, or where a
        controller may have acted on it by now; from then on nothing is sent to it but what `finish` puts back.
        """
        changed = [path for path in self.changed_between(before, after) if path != STATUS]
        ends = [paths.parse(name) for name in harmless.harmful(self.limits, after, before)]
        ends = [path for path in ends if not paths.starts_with(path, self.scope.server_owned)]  # a controller's
        status = [STATUS] if lost_status(before, after) else self._stored_of_status(before, after, sent)
        if not (changed or ends or status):
            return False
        self._touched += changed
        undone = self._give((*changed, *ends), before) or self._give_as_sent((*changed, *ends), before, done)
        undone = undone and not ends
        if not undone or self._may_have_acted(changed):
            raise self._damaged((*changed, *ends))
        if not self._give_status(status, before) and not self._give_as_sent(status, before, done):
            self._touched += status
            raise self._damaged(status)
        self._note_given_back()
        return True

    def _give_as_sent(self, fields: Sequence[Path], before: Json, done: Exchange | None) -> bool:
        """Give fields back by writes like the one that has changed them; whether they stand there now.

        What a target takes under a header, beside other changes or when it is repeated, it takes back so, too.
        """
        write = self.contract.write
        if done is None or done.body is None or done.method != write.method:
            return False
        sent = MISSING if write.is_patch else strict.decode_leniently(done.body)
        for attempt in range(AS_OFTEN):
            live = self.read()
            wanted = sent if isinstance(sent, dict) else live
            # What was sent beside them stands there now, and is no change any more: by turns what stood there before.
            for path in (*fields, *(self.scope.replaceable if attempt % 2 else ())):
                wanted = paths.put(wanted, path, paths.get(before, path))
            wanted = paths.put(wanted, VERSION, paths.get(live, VERSION))
            self.about_to_send(wanted, live)
            asked = write.body(live, wanted, pinned=True)
            is_yaml = any(name.lower() == "content-type" and "yaml" in value for name, value in done.headers.items())
            self.note_write(send_alike(self.target, done, as_yaml(asked) if is_yaml else asked))
            live = self.read()
            if all(paths.same(*(paths.get(value, path) for value in (live, before))) for path in fields):
                return True
        return False

    def _stored_of_status(self, before: Json, after: Json, sent: Json) -> list[Path]:
        """The paths of what of a client's status has come to stand in the object's."""
        values = ({STATUS[0]: paths.get(value, STATUS)} for value in (before, after))
        changes = paths.differences(*values) if sent is not MISSING else ()
        return [one.path for one in changes if paths.same(one.after, paths.get(sent, one.path))]

    def _give_status(self, status: Sequence[Path], before: Json) -> bool:
        """Give a target that stores a client's status back what stood there; whether it stands there now."""
        for _ in range(REPLACE_ATTEMPTS if status else 0):
            live = wanted = self.read()
            for path in status:
                wanted = paths.put(wanted, path, paths.get(before, path))
            if self.write(self.contract.write.body(live, wanted, pinned=True)).response.status != HTTPStatus.CONFLICT:
                break
            self.versions.outdated(live)
        live = self.read() if status else before
        return all(paths.same(*(paths.get(value, path) for value in (live, before))) for path in status)

    def _may_have_acted(self, changed: Sequence[Path]) -> bool:
        """Whether a controller is at work on the object, which acts on what spec says as soon as it is stored."""
        activity = self.contract.activity
        at_work = activity is not None and why_to_ask(self.original, activity) and not ended(self.original, activity)
        return bool(at_work) and any(path[:1] in self.scope.desired for path in changed)

    def give_owners(self, fields: Sequence[Path], after: Json) -> None:
        """Give the object its owner's values where it holds what a replacement left there; nothing else is touched.

        `after`: the object as that replacement left it. Raises `ObjectDamaged` where one is refused, and as
        `check_foreign_change` does.
        """
        self.check_foreign_change(after, self.read())
        refused, given = False, after
        for path in fields:
            given = paths.put(given, path, paths.get(self.original, path))
        for path in () if self._give_where_left(fields, after, given) else fields:
            refused |= not self._give_where_left([path], after) and self._is_refused()
        live = self.read()
        if not refused:
            self.check_foreign_change(after, live, given)
            self.note_state(live)  # what was given back by a write without a proper answer is the run's own doing
        lost = [path for path in fields if paths.same(*(paths.get(value, path) for value in (live, after)))]
        if refused and lost:
            names = ", ".join(map(paths.render, lost))
            helps = " ".join(f"--keep={paths.render(one)}" for one in lost)
            message = f"{self.path}: the target does not take its owner's value again: {names}; nothing more is sent"
            self._stopped = ObjectDamaged(f"{message} but what puts back the rest ({helps} leaves it alone)")
            raise self._stopped

    def _is_refused(self) -> bool:
        """Whether the last write was refused for what was sent."""
        last = self.last_write
        return last is not None and last.response.refused and last.response.status not in OF_THE_MOMENT

    def _give_where_left(self, fields: Sequence[Path], after: Json, given: Json = MISSING) -> bool:
        def graft(live: Json) -> Json:
            if given is not MISSING:  # what somebody has written by now would be carried along, and be the run's then
                self.check_foreign_change(after, live, given)
            for path in fields:
                if paths.same(paths.get(live, path), paths.get(after, path)):
                    live = paths.put(live, path, paths.get(self.original, path))
            return live

        return self._replace(graft, all_of_it=True)

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
        return not (self.adopted and self.last_read_exchange.response.status in self._absent) and super()._is_reached()

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
