"""What each resourceVersion of an object has stood for: one version, one content. Pure but for its memory."""

import json
from collections.abc import Iterator

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Replacement, Scope
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.fields import UID, VERSION


class VersionMemory:
    """With which content an object was read under each of its versions.

    What servers and controllers write is no part of it: one of two reads may come from a cache.
    """

    def __init__(self, scope: Scope) -> None:
        self._spared = scope.volatile
        self._seen: dict[tuple[str, str], int] = {}

    def repeats(self, value: Json) -> bool:
        """Note an object as it was read; whether its version was read before with other content."""
        uid, version = paths.get(value, UID), paths.get(value, VERSION)
        if MISSING in (uid, version):
            return False
        digest = hash(json.dumps(paths.without(value, self._spared), sort_keys=True))
        return self._seen.setdefault((str(uid), str(version)), digest) != digest

    def findings(self, replacement: Replacement) -> Iterator[Finding]:
        """A version that was read before with other content; one that has not moved is another rule's."""
        before, after = (paths.get(value, VERSION) for value in (replacement.before, replacement.after))
        if self.repeats(replacement.after) and not paths.same(before, after):
            observed = Observed(Seen.STORED, replacement.response.status, after)
            expected = Expected(Demand.NEW_VALUE)
            yield Finding("concurrency.version-advances", expected, observed, VERSION, "version-repeated")
