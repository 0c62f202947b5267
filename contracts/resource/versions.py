"""The versions of one object that answers and reads have shown, and which reads lag behind what was answered. Pure."""

import re
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.spec.fields import VERSION, is_less_version

MOST_VAIN_WAITS: Final = 3
# So many writes in a row with a greater version each are no chance: of versions without order one run of 256.
FEWEST_GROWN: Final = 8
_IN_BODY: Final = re.compile(rb'"resourceVersion":\s*"([^"]*)"')


class Versions:
    """Told of every answer to a write and of every read; a read of a version before the latest known one lags.

    `foreign`: how many versions were read that no answer to a write of this run had shown: other writers' ones.
    The newest version is the one that was answered or read for the first time last, whatever was read since.
    Versions are opaque: their order as numbers counts only until a write of this run was answered with a smaller one
    than it replaced.
    """

    def __init__(self) -> None:
        self.foreign = 0
        self._unanswered = True
        self._read_at: dict[str, int] = {}
        self._answered: set[str] = set()
        self._first: str | None = None
        self._latest: str | None = None
        self._newest: str | None = None
        self._outdated: str | None = None
        self._reads = 0
        self._vain = 0
        self._grown = 0
        self._grew, self._shrank, self._unordered = False, False, False

    @property
    def ordered(self) -> bool:
        """Whether a greater number was seen to be a later version, by all writes of this run before the last one.

        The last one is judged by what was known before it: that its version goes back may be its very fault.
        """
        return self._grown >= FEWEST_GROWN and not self._unordered

    @property
    def latest(self) -> str | None:
        """The version that was answered or read last, None where none was."""
        return self._latest

    @property
    def first(self) -> str | None:
        """The version that was answered or read first of all, None where none was."""
        return self._first

    @property
    def greatest_text(self) -> str | None:
        """Of all versions that were answered or read the one that is last as a text, None where none was."""
        return max({*self._read_at, *self._answered}, default=None)

    def answered(self, value: Json, replaced: str | None = None) -> None:
        """An accepted write was answered with this object; with `MISSING`, with nothing that is one.

        `replaced`: the version that was sent with it, None where that was none.
        """
        version = version_of(value)
        self._note_order(replaced, version)
        self._unanswered = version is None
        if version is not None:
            self._first = self._first or version
            if not self._is_known(version):
                self._latest = self._newest = version
            self._answered.add(version)

    def _note_order(self, replaced: str | None, version: str | None) -> None:
        """Note whether a write has made the version greater, or smaller: than what was sent, and what was read last.

        Both, as a faulty target takes outdated versions and ones that it never gave, and answers cross in a race.
        """
        self._grown += self._grew
        self._unordered |= self._shrank
        before = (replaced, self._latest)
        self._grew = all(is_less_version(one, version) for one in before)
        self._shrank = all(is_less_version(version, one) for one in before)

    def _is_earlier(self, one: str | None, other: str) -> bool:
        """Whether the one is the smaller number, where that may well say that it is the earlier version."""
        return not self._unordered and is_less_version(one, other)

    def outdated(self, value: Json) -> None:
        """A write of this object as it was read was refused, because another one had come between."""
        self._outdated = version_of(value)

    def lags(self, value: Json) -> bool:
        """Whether a read shows what was before the last write that was answered, or read; not after three vain waits.

        A version that was never seen before is another writer's, who wrote later still.
        """
        version = version_of(value)
        if version is None or self._latest is None or self._vain >= MOST_VAIN_WAITS:
            return False
        return self._is_known(version) and version != self._latest and not self._is_earlier(self._latest, version)

    def is_old(self, value: Json) -> bool:
        """Whether a version was seen before and is not the newest, however often that was waited for in vain."""
        version = version_of(value)
        if version is None or self._newest in (None, version):
            return False
        return self._is_known(version) and not self._is_earlier(self._newest, version)

    def is_own(self, value: Json) -> bool:
        """Whether a write of this run was answered with the version."""
        return version_of(value) in self._answered

    def is_behind(self, value: Json) -> bool:
        """Whether a read is, or may well be, of an old version: also one that was not seen, but is a smaller number."""
        version = version_of(value)
        if version is None or self._newest is None:
            return False
        return self.is_old(value) or self._is_earlier(version, self._newest) or version == self._outdated

    def read(self, value: Json, *, vain: bool = False) -> None:
        """The object was read; `vain`: though it lags, and was waited for."""
        self._vain += vain
        self._reads += 1
        version = version_of(value)
        if version is not None:
            self._first = self._first or version
            if not self._is_known(version):
                self.foreign += not self._unanswered
                self._unanswered = False
                if self._newest is None or not self._is_earlier(version, self._newest):
                    self._newest = version
            self._latest = version
            self._read_at.setdefault(version, self._reads)

    def _is_known(self, version: str) -> bool:
        return version in self._read_at or version in self._answered

    def mark(self) -> int:
        """A moment, for `is_new`."""
        return self._reads

    def is_new(self, value: Json, since: int) -> bool:
        """Whether the version of an object was neither read before that moment nor ever answered."""
        version = version_of(value)
        return version is not None and version not in self._answered and self._read_at.get(version, since + 1) > since


def version_of(value: Json) -> str | None:
    """The resourceVersion of an object, None where it has none that is a text."""
    version = paths.get(value, VERSION)
    return version if isinstance(version, str) else None


def version_in(body: bytes) -> str | None:
    """The first resourceVersion that stands in a body, readable as a whole or not; None where there is none."""
    found = _IN_BODY.search(body)
    return found[1].decode(errors="replace") if found else None
