"""Tells what the server itself adds to whatever is sent (webhooks, defaults) from what a replacement has changed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import attribution, values
from contracts.judge.mutations import schema_at
from contracts.judge.quantities import means_the_same
from contracts.report.finding import Finding
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.run.trial import CONTROL, Send, Trial, assign, unrelated
from contracts.spec.fields import ANNOTATIONS, CREATED, GENERATION, LABELS, UID

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

FIRST: Final = f"{CONTROL}-first"
# So many keys and fields are looked at.
MOST_CONTROLS: Final = 20
# So many values of a field are looked at for another one than it has.
MOST_VALUES: Final = 6
# So often a control write is sent that another writer disturbs.
MOST_CONTROL_WRITES: Final = 3
# How often it is looked whether a removed key comes again: while a webhook is rolled out, only some writes meet it.
MOST_LOOKS: Final = 4


class ServerAdditions:
    """Asks the target by control writes, which change an unrelated key; `ResourceUnderTest.added` is what is known."""

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._job = replacer.job
        self._scope = replacer.scope
        self._controls = count(1)
        self._looked_at: set[Path] = set()
        self._moving: set[Path] = set()
        self._last: dict[Path, Json] = {}
        self._first = self._job.adopted and not {ANNOTATIONS, LABELS}.isdisjoint(self._scope.replaceable)

    def first_write(self) -> Send | None:
        """The control write that is to come before anything else is sent to an adopted object; None from then on.

        It has no creation by which a key could be known for the server's own that only comes once. Nothing was sent
        before, so that what comes with this write is.
        """
        first, self._first = self._first, False
        return unrelated(self._scope, FIRST) if first else None

    def learn(self, trial: Trial) -> Trial:
        """The trial of the first write, judged with what it has shown to be the server's own."""
        replacement = trial.replacement
        if not trial.exchange.response.accepted or replacement.disturbed:
            return trial
        trial = self._respelled(trial)
        replacement = trial.replacement
        spared = (*self._scope.volatile, *self._scope.gaps, UID, CREATED)
        changes = paths.differences(replacement.sent, replacement.after, spared=spared)
        new = [one for one in changes if one.before is MISSING is paths.get(replacement.before, one.path)]
        added = [one.path for one in new if one.path not in self._scope.replaceable and not self._is_copy(one)]
        return self.spared(self._known(trial, added))

    def _respelled(self, trial: Trial) -> Trial:
        """The first write of an object of which the server writes some values in another form, of the same meaning.

        From then on that form is the object's own: no write gives it the owner's again.
        """
        before, sent, after = trial.replacement.before, trial.replacement.sent, trial.replacement.after
        changes = paths.differences(before, after, spared=(*self._scope.replaceable, *self._scope.volatile))
        same = [one for one in changes if means_the_same(self._scope.contract, one)]
        if not same:
            return trial
        for one in same:
            before, sent = (paths.put(value, one.path, one.after) for value in (before, sent))
            self._job.original = paths.put(self._job.original, one.path, one.after)
        if paths.get(after, GENERATION) != paths.get(before, GENERATION):  # a new form is a change of spec, too
            before = paths.put(before, GENERATION, paths.get(after, GENERATION))
        self._replacer.evidence.server_added.update(paths.render(one.path) for one in same)
        return self._replacer.judged(replace(trial.replacement, before=before, sent=sent), trial.exchange)

    def _is_copy(self, change: Difference) -> bool:
        """Whether a key or a value is what the first write has sent elsewhere."""
        return self._replacer.chosen.is_name(change.path) or _holds(change.after, FIRST)

    def spared(self, trial: Trial) -> Trial:
        """The trial without findings about what the server itself adds to whatever is sent."""
        if not trial.exchange.response.accepted or trial.replacement.disturbed:
            return trial
        if self._job.adopted:
            self._note_moving(trial.replacement.after)
        suspects = dict.fromkeys(one.path for one in trial.findings if self._may_be_added(one, trial))
        added = [path for path in suspects if self._is_added(path, trial)]
        return self._known(trial, added)

    def _known(self, trial: Trial, added: list[Path]) -> Trial:
        """The trial, judged anew where something is added by the server that was not known to be."""
        if not added:
            return trial
        for path in added:
            if path not in self._scope.replaceable:
                self._job.added = self._job.added.also(path, moving=path in self._moving)
        self._replacer.evidence.server_added.update(map(paths.render, added))
        return self._replacer.judged(replace(trial.replacement, added=self._job.added), trial.exchange)

    def _note_moving(self, after: Json) -> None:
        """Note of what the server adds where it is another one than after the write before, as a checksum is."""
        for path in self._job.added.paths - self._job.added.moving:
            value = paths.get(after, path)
            if MISSING is not value and not paths.same(self._last.setdefault(path, value), value):
                self._job.added = self._job.added.also(path, moving=True)

    def _may_be_added(self, finding: Finding, trial: Trial) -> bool:
        """Whether a finding is about something that the run has not sent there, and is not what was there before."""
        path, value = finding.path, finding.observed.value
        if not attribution.is_about_the_store(finding) or not path or value is MISSING or path in self._looked_at:
            return False
        if paths.starts_with(path, (*self._scope.volatile, UID, CREATED)):
            return False
        if self._in_replaceable(path) == path:  # a whole field that was cleared
            stays = paths.same(value, paths.get(trial.replacement.before, path))
            return paths.get(trial.replacement.sent, path) in (MISSING, None) and (self._job.adopted or not stays)
        chosen, immutable = self._replacer.chosen, self._in_replaceable(path) is None
        if chosen.holds(path, value) if immutable else chosen.has_value(path) or chosen.is_name(path):
            return False
        sent, before = (paths.get(one, path) for one in (trial.replacement.sent, trial.replacement.before))
        if before is not MISSING and self._is_declared(path):
            return False  # that is no addition
        return immutable or sent is MISSING or paths.same(sent, before)

    def _is_declared(self, path: Path) -> bool:
        """Whether the specification knows a field of this name, so that it is no key of a map."""
        known = schema_at(self._scope.contract.resource_schema, path[:-1])
        return path[-1] in known.get("properties", {})

    def _in_replaceable(self, path: Path) -> Path | None:
        """The replaceable field that a path is or lies in."""
        return next((field for field in self._scope.replaceable if paths.starts_with(path, [field])), None)

    def _is_added(self, path: Path, trial: Trial) -> bool:
        """Whether the server adds what stands at a path to a write of something else, too; from then on that is known.

        What an adopted object's owner has there may come back, which is observed; it may also be another one with
        each write, which no client's change is, or come back in a write that lacks it, as a checksum of the rest does.
        """
        self._looked_at.add(path)
        if len(self._looked_at) > MOST_CONTROLS:
            return False
        field, value = self._in_replaceable(path), paths.get(trial.replacement.after, path)
        owned = self._job.adopted and paths.get(self._job.original, path) is not MISSING
        if field == path:
            known = path not in self._replacer.left_out and paths.same(self._given(path, value), value)
            self._job.added = self._job.added.also(path, value) if known else self._job.added
            return known
        if owned:
            known = paths.same(value, paths.get(self._job.original, path))
            if not known and all(self._moves(path) for _ in range(2)):
                self._moving.add(path)
            known = known or path in self._moving or (field is not None and self._comes_again(path))
        elif field is not None:
            known = self._comes_again(path)
        else:
            fresh = paths.get(trial.replacement.before, path) is MISSING
            known = self._moves(path) or (not self._job.adopted and self._comes_anew(path, fresh=fresh))
        return known

    def _given(self, field: Path, value: Json) -> Json:
        """What a whole field holds after a write of something else by which it was not sent.

        Wherever one can be made, of an object that never had it, as a default comes there too; of an adopted one after
        it had another value than `value`, or else one that was not cleared would look like a default.
        """
        if not self._job.adopted:
            self._anew()
        elif not self._has_another(field, value):
            return value  # what a cleared field becomes there is only observed
        return self._control(field, removed=self._job.adopted)[1]

    def _has_another(self, field: Path, value: Json) -> bool:
        """Whether an adopted object came to hold another value in a replaceable field, which harms nobody."""
        name = paths.render(field)
        tried = (values.assignments(self._job.sendable, mark).get(name, MISSING) for mark in range(MOST_VALUES))
        for other in tried:
            if other not in (MISSING, None) and not paths.same(other, value):
                with suppress(HarmfulReplacement):
                    trial = self._replacer.once(Send(assign({name: other})))
                    return paths.same(paths.get(trial.replacement.after, field), other)
        return False

    def _comes_again(self, path: Path) -> bool:
        """Whether a key that a write of something else lacks is there again behind it."""
        return any(self._control(path, removed=True)[1] is not MISSING for _ in range(MOST_LOOKS))

    def _moves(self, path: Path) -> bool:
        before, after = self._control(path)
        return after is not MISSING and not paths.same(before, after)

    def _comes_anew(self, path: Path, *, fresh: bool) -> bool:
        """Whether a new object has what it was not created with: by the first write, or where it is `fresh` at once.

        A webhook that came into force since the object at hand was made adds to every later one.
        """
        self._anew()
        sent, made = (paths.get(one, path) for one in (self._job.created_from, self._job.original))
        return (fresh and sent is MISSING is not made) or self._moves(path)

    def _anew(self) -> None:
        self._job.finish()
        self._job.start()
        self._replacer.forget_read()

    def _control(self, path: Path, *, removed: bool = False) -> tuple[Json, Json]:
        """What stands at a path before and after a replacement of an unrelated key; `removed`: of what it lacks.

        Nothing where it cannot be told, or holds the key's value.
        """
        for _ in range(MOST_CONTROL_WRITES):
            with suppress(HarmfulReplacement):
                value = f"{CONTROL}-{next(self._controls)}"
                trial = self._replacer.once(unrelated(self._scope, value, without=path if removed else None))
                before, after = (paths.get(one, path) for one in (trial.replacement.before, trial.replacement.after))
                if trial.exchange.response.accepted and not trial.replacement.disturbed:
                    return (before, MISSING) if _holds(after, value) else (before, after)
                if trial.replacement.disturbed:
                    continue
            break
        return MISSING, MISSING


def _holds(value: Json, text: str) -> bool:
    """Whether a value is a text, or holds it as one of its own."""
    return value == text or any(item == text for _, item in paths.walk(value))
