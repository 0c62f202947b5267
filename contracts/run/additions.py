"""Tells what the server itself adds to whatever is sent (webhooks, defaults) from what a replacement has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge import attribution
from contracts.judge.grown import grown
from contracts.judge.mutations import schema_at
from contracts.judge.quantities import means_the_same
from contracts.report.finding import Finding
from contracts.run.controls import Controls, holds
from contracts.run.field_defaults import FieldDefaults
from contracts.run.trial import CONTROL, MOST_LOOKS, Send, Trial, unrelated
from contracts.spec.fields import ANNOTATIONS, CREATED, GENERATION, LABELS, UID

if TYPE_CHECKING:
    from contracts.judge.model import Scope
    from contracts.run.replacer import Replacer

FIRST: Final = f"{CONTROL}-first"
# So many keys and fields are looked at.
MOST_CONTROLS: Final = 20


class ServerAdditions:
    """Asks the target by control writes, which change an unrelated key; `ResourceUnderTest.added` is what is known."""

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._job = replacer.resource
        self._scope = replacer.scope
        self._controls = Controls(replacer)
        self._defaults = FieldDefaults(replacer, self._controls)
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
        trial = self._grown(self._respelled(trial))
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
        return self._as_its_own(
            trial, [one for one in _changes(self._scope, trial) if means_the_same(self._scope.contract, one)]
        )

    def _grown(self, trial: Trial) -> Trial:
        """The first write of an object in whose lists the server puts more, as an injector does that is younger.

        From then on that is the object's own, and what was put there is the server's to change.
        """
        own: list[Difference] = []
        for change in _changes(self._scope, trial):
            more = grown(change.before, change.after, change.path) if isinstance(change.before, list) else None
            if more and not holds(change.after, FIRST):
                own.append(change)
                self._job.note_servers(more)
        return self._as_its_own(trial, own)

    def _as_its_own(self, trial: Trial, changes: Sequence[Difference]) -> Trial:
        """The trial as if these had stood there before; from now on they are what is put back."""
        if not changes:
            return trial
        before, sent, after = trial.replacement.before, trial.replacement.sent, trial.replacement.after
        for one in changes:
            before, sent = (paths.put(value, one.path, one.after) for value in (before, sent))
            self._job.original = paths.put(self._job.original, one.path, one.after)
        if paths.get(after, GENERATION) != paths.get(before, GENERATION):  # a new form is a change of spec, too
            before = paths.put(before, GENERATION, paths.get(after, GENERATION))
        self._replacer.evidence.server_added.update(paths.render(one.path) for one in changes)
        kept = replace(trial.replacement, before=before, sent=sent, added=self._job.added)
        return self._replacer.judged(kept, trial.exchange)

    def _is_copy(self, change: Difference) -> bool:
        """Whether a key or a value is what the first write has sent elsewhere."""
        return self._replacer.chosen.is_name(change.path) or holds(change.after, FIRST)

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
            return self._defaults.may_be_one(path, trial)
        chosen, immutable = self._replacer.chosen, self._in_replaceable(path) is None
        if chosen.holds(path, value) if immutable else chosen.has_value(path) or chosen.is_name(path):
            return False
        sent, before = (paths.get(one, path) for one in (trial.replacement.sent, trial.replacement.before))
        if before is not MISSING and self._is_declared(path) and not self._is_in_added(path):
            return False  # that is no addition
        if immutable and self._is_created(path, before):
            return False  # what the run has chosen itself is nobody else's
        return immutable or sent is MISSING or paths.same(sent, before)

    def _is_declared(self, path: Path) -> bool:
        """Whether the specification knows a field of this name, so that it is no key of a map."""
        known = schema_at(self._scope.contract.resource_schema, path[:-1])
        return path[-1] in known.get("properties", {})

    def _is_created(self, path: Path, before: Json) -> bool:
        """Whether the object has stood there as the run has sent it with its creation."""
        made = paths.get(self._job.created_from, path)
        return made is not MISSING and paths.same(made, before)

    def _is_in_added(self, path: Path) -> bool:
        """Whether what a path lies in, as a sidecar is, came with the creation of an object that had nothing of it."""
        sent, made = self._job.created_from, self._job.original
        for step in path[:-1] if sent is not MISSING else ():
            made = paths.get(made, (step,))
            sent = _counterpart(sent, step, made)
            if sent is MISSING:
                return made is not MISSING
        return False

    def _in_replaceable(self, path: Path) -> Path | None:
        """The replaceable field that a path is or lies in."""
        return next((field for field in self._scope.replaceable if paths.starts_with(path, [field])), None)

    def _is_added(self, path: Path, trial: Trial) -> bool:
        """Whether the server adds what stands at a path to a write of something else, too; from then on that is known.

        What an adopted object's owner has there may come back, which is observed; it may also be another one with
        each write, which no client's change is, or come back in a write that lacks it, as a checksum of the rest does.
        """
        field, value = self._in_replaceable(path), paths.get(trial.replacement.after, path)
        if field == path:
            return self._defaults.is_one(path, trial)
        self._looked_at.add(path)
        if len(self._looked_at) > MOST_CONTROLS:
            return False
        owned = self._job.adopted and paths.get(self._job.original, path) is not MISSING
        if owned:
            known = paths.same(value, paths.get(self._job.original, path))
            if not known and all(self._moves(path) for _ in range(2)):
                self._moving.add(path)
            known = known or path in self._moving or (field is not None and self._comes_again(path))
        elif field is not None:
            known = self._comes_again(path)
        else:
            fresh = paths.get(trial.replacement.before, path) is MISSING
            known = self._moves(path) or (not self._job.adopted and self._comes_anew(path, value, fresh=fresh))
        return known

    def _comes_again(self, path: Path) -> bool:
        """Whether a key that a write of something else lacks is there again behind it."""
        return any(self._controls.written(path, removed=True)[1] is not MISSING for _ in range(MOST_LOOKS))

    def _moves(self, path: Path) -> bool:
        before, after = self._controls.written(path)
        return after is not MISSING and not paths.same(before, after)

    def _comes_anew(self, path: Path, value: Json, *, fresh: bool) -> bool:
        """Whether a new object has what it was not created with: by the first write, or where it is `fresh` at once.

        A webhook that came into force since the object at hand was made adds to every later one. What the server has
        added as a whole, and may have in a newer release by now, is the same `value` in a new object.
        """
        self._controls.anew()
        sent, made = (paths.get(one, path) for one in (self._job.created_from, self._job.original))
        renewed = paths.same(made, value) and self._is_in_added(path)
        return (fresh and sent is MISSING is not made) or renewed or self._moves(path)


def _changes(scope: Scope, trial: Trial) -> list[Difference]:
    """What a replacement has changed of what none may change."""
    replacement, spared = trial.replacement, (*scope.replaceable, *scope.volatile)
    return [*paths.differences(replacement.before, replacement.after, spared=spared)]


def _counterpart(sent: Json, step: str | int, made: Json) -> Json:
    """What in an object or list that was sent stands for an item of the stored one: in a list that of its name."""
    if isinstance(sent, list) and isinstance(made, dict) and "name" in made:
        named = (one for one in sent if isinstance(one, dict) and one.get("name") == made["name"])
        return next(named, MISSING)
    return paths.get(sent, (step,))
