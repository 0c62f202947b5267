"""Makes several replacements whose answers say that nothing has changed, and reads the object back once for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.model import Exchange, Replacement
from contracts.resource.stored_object import Unreadable, uid_of
from contracts.run.trial import Send, Trial

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# So often in a row one of several has changed the object, or may have, until each is made by itself.
MOST_CHANGED: Final = 3


class ReadTogether:
    """Replacements that are read back together, as long as they are worth it."""

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._changed = 0

    @property
    def is_worth_it(self) -> bool:
        """Not where somebody else writes, too, nor on an adopted object, on which nothing is to go unseen."""
        replacer = self._replacer
        return not replacer.contested and not replacer.resource.adopted and self._changed < MOST_CHANGED

    def trials(self, sends: Sequence[Send]) -> list[Trial]:
        """The trials of these replacements, none of which has changed anything or broken any rule.

        Empty where one of them has, or may have: then the object is as it was in the beginning, so that each can be
        made by itself. Raises what `Replacer.answered` does.
        """
        if not self.is_worth_it:
            return []
        before = self._replacer.known()
        trials = []
        for send in sends:
            trial = self._unchanged(send, before)
            if trial is None:
                break
            trials.append(trial)
        if len(trials) == len(sends) and self._stands(before):
            self._changed = 0
            return trials
        self._changed += 1
        self._replacer.forget_read()
        self._replacer.resource.reset()
        return []

    def _unchanged(self, send: Send, before: Json) -> Trial | None:
        """The trial of a replacement whose answer says that the object still stands as `before`; None for any other."""
        seen, wanted, exchange = self._replacer.answered(send)
        if seen is not before or not _says_unchanged(exchange, before, wanted):
            return None
        authorized, job = send.credential is None, self._replacer.resource
        replacement = Replacement(
            before, wanted, exchange.response, before, send.asked_pretty, send.mutation, authorized, job.added
        )
        if rules.judge(self._replacer.scope, replacement):
            return None
        self._replacer.note_unchanged(send, before)
        return Trial(replacement, exchange, ())

    def _stands(self, before: Json) -> bool:
        try:
            after = self._replacer.resource.read()
        except Unreadable as error:
            if not self._replacer.resource.make_readable(before, error.exchange):
                raise
            return False
        if after is MISSING or any(paths.differences(before, after, spared=self._replacer.scope.volatile)):
            return False
        self._replacer.note_read(after)
        return True


def _says_unchanged(exchange: Exchange, before: Json, sent: Json) -> bool:
    """Whether the answer is a refusal, of no conflict with another writer, or the very object that stood there."""
    response = exchange.response
    conflict = response.status == 409 and uid_of(sent) in (None, uid_of(before))
    return (response.refused and not conflict) or (response.accepted and paths.same(response.value, before))
