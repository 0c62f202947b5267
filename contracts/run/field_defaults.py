"""Tells a default, which the server gives a replaceable field that is not sent, from a field that was not cleared.

A default need not be one constant: it may depend on the rest, be another one with each write or with time, or come from
two releases of a webhook by turns. What tells it is that an object gets it to which the field was never sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import values
from contracts.judge.stored import NOTHING, Default
from contracts.resource.adoption_guard import HarmfulReplacement
from contracts.run.trial import MOST_LOOKS, Send, Trial, assign

if TYPE_CHECKING:
    from contracts.run.controls import Controls
    from contracts.run.replacer import Replacer

# So many values are looked at, each in an object that has the same fields.
MOST_DEFAULTS: Final = 20
# So many values of a field are looked at for another one than it has.
MOST_VALUES: Final = 6


class FieldDefaults:
    """Asks the target by writes without a field; `ResourceUnderTest.added` is what is known."""

    def __init__(self, replacer: Replacer, controls: Controls) -> None:
        self._replacer = replacer
        self._job = replacer.resource
        self._scope = replacer.scope
        self._controls = controls
        self._looked_at: set[tuple[Path, str, frozenset[tuple[Path, bool]]]] = set()

    def may_be_one(self, field: Path, trial: Trial) -> bool:
        """Whether what a field holds may be its default: the replacement lacked it, and none has left it absent."""
        sent, before, after = (
            paths.get(one, field) for one in (trial.replacement.sent, trial.replacement.before, trial.replacement.after)
        )
        if sent not in (MISSING, None) or field in self._replacer.left_out:
            return False
        if paths.same(before, after) and not (self._job.adopted or paths.render(field) in self._job.added.defaults):
            return False  # it was not cleared
        return self._look(field, trial) not in self._looked_at and len(self._looked_at) < MOST_DEFAULTS

    def is_one(self, field: Path, trial: Trial) -> bool:
        """Whether it is its default; from then on that is known."""
        self._looked_at.add(self._look(field, trial))
        return self._is_adopted_ones(field, trial) if self._job.adopted else self._is_new_ones(field, trial)

    def _look(self, field: Path, trial: Trial) -> tuple[Path, str, frozenset[tuple[Path, bool]]]:
        after = trial.replacement.after
        return field, json.dumps(paths.get(after, field), sort_keys=True), self._beside(field, after)

    def _beside(self, field: Path, value: Json) -> frozenset[tuple[Path, bool]]:
        others = (one for one in self._scope.replaceable if one != field)
        return frozenset((one, paths.get(value, one) not in NOTHING) for one in others)

    def _known(self, field: Path, default: Default) -> bool:
        self._job.added = self._job.added.also_default(field, default)
        return True

    def _is_new_ones(self, field: Path, trial: Trial) -> bool:
        """Whether a new object gets the same: with a write of something else, or else with the same replacement.

        One that differs each time, or with time, is only known not to be what was sent.
        """
        value, stays = (paths.get(one, field) for one in (trial.replacement.after, trial.replacement.before))
        seen = [one.value for one in self._job.added.defaults.get(paths.render(field), ()) if not one.beside]
        self._controls.anew()
        if paths.same(value, stays) and paths.get(self._job.created_from, field) is not MISSING:
            return False  # which has the field by what it was created from
        seen += [paths.get(self._job.original, field), self._controls.written(field)[1]]
        if paths.same(seen[-1], value):
            return self._known(field, Default(value))
        again: list[Json] = []
        for _ in range(MOST_LOOKS if not self._is_copy(value, field, trial.replacement.sent) else 0):
            again.append(self._controls.repeated(trial.replacement.sent, field))
            if again[-1] in NOTHING:
                return False  # it gets none by itself
            if paths.same(again[-1], value):
                return self._known(field, Default(value, self._beside(field, trial.replacement.after)))
        if self._replacer.chosen.has_sent(value) or not _is_varying([one for one in seen if one not in NOTHING], again):
            return False
        self._job.added = replace(self._job.added, varying=self._job.added.varying | {field})
        return True

    def _is_copy(self, value: Json, field: Path, sent: Json) -> bool:
        """Whether a value is one that was sent in another replaceable field."""
        others = (paths.get(sent, one) for one in self._scope.replaceable if one != field)
        return any(paths.same(value, item) for one in others for item in (one, *(two for _, two in paths.walk(one))))

    def _is_adopted_ones(self, field: Path, trial: Trial) -> bool:
        """Whether an adopted object gets the same with a write that lacks the field, after it had another value there.

        Or else one that was not cleared would look like a default. What is no former value is only observed.
        """
        value = paths.get(trial.replacement.after, field)
        default = Default(value, self._beside(field, trial.replacement.after))
        for _ in range(MOST_LOOKS):
            if not self._has_another(field, value) or paths.same(self._controls.written(field, removed=True)[1], value):
                return self._known(field, default)
        return False

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


def _is_varying(*groups: Sequence[Json]) -> bool:
    """Whether values, in the order in which they came, changed in some group, and none came back in any.

    Where few values come by turns, some come back.
    """
    changed = False
    for group in groups:
        turns = [one for index, one in enumerate(group) if not index or not paths.same(one, group[index - 1])]
        if any(paths.same(one, other) for index, one in enumerate(turns) for other in turns[:index]):
            return False
        changed |= len(turns) > 1
    return changed
