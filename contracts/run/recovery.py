"""Makes an object readable again that no read shows any more, so that only the case that met it ends with that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contracts.resource.stored_object import Unreadable

if TYPE_CHECKING:
    from contracts.run.replacer import Replacer

# So often in a row it is tried in vain: there are targets of which no read can be used at all.
MOST_VAIN: Final = 3


class Recovery:
    """Of the object of a run, which its replacer knows."""

    def __init__(self, replacer: Replacer) -> None:
        self._replacer = replacer
        self._vain = 0

    def recover(self) -> None:
        """Give the object back what it was when it was read last, unless the next read shows it again.

        Raises what `Client.send` does, and `ConcurrentModification`.
        """
        before = self._replacer.last_read
        self._replacer.forget_read()
        try:
            self._replacer.resource.read()
        except Unreadable as error:
            if self._vain < MOST_VAIN and isinstance(before, dict):
                self._vain += 1
                if self._replacer.resource.make_readable(before, error.exchange):
                    self._vain = 0
