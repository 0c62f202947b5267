"""Metadata of an adopted object that a replacement carries as it is: finalizers and owner references are not lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.model import Scope
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.resource.adoption_guard import ObjectDamaged
from contracts.spec.fields import MANAGED

if TYPE_CHECKING:
    from contracts.resource.lifecycle import ResourceUnderTest

# Somebody else may take one away at the same moment; a target that loses it does so again.
BLAMED: Final = 2


class CarriedMetadata:
    """Looks whether what was sent as the owner had it is still there, and gives the object back what is not."""

    def __init__(self, scope: Scope, job: ResourceUnderTest) -> None:
        self._scope = scope
        self._job = job
        self._lost: Counter[Path] = Counter()

    def lost(self, sent: Json, shown: Json) -> list[Path]:
        """The fields in which an adopted object has lost something that was sent as its owner had it."""
        return lost(self._scope.gaps, self._job.original, sent, shown) if self._job.adopted else []

    def findings(self, sent: Json, shown: Json, status: int) -> Iterator[Finding]:
        """What of it an accepted replacement has lost, as `shown` by its answer or by a read of the same version.

        It is given back at once, and blamed when it recurs, or when it cannot be given back: then `ObjectDamaged` is
        raised behind the finding.
        """
        for path in self.lost(sent, shown):
            self._lost[path] += 1
            items = paths.get(sent, path)
            seen = Observed(Seen.STORED, status, paths.get(shown, path))
            owner = self._scope.contract.owner(path, "immutable")
            finding = Finding(owner, Expected(Demand.STORED, (items,)), seen, path, "carried-metadata")
            try:
                self._job.give_back(path, items)
            except ObjectDamaged:
                yield finding
                raise
            if self._lost[path] >= BLAMED:
                yield finding


def lost(fields: tuple[Path, ...], original: Json, sent: Json, shown: Json) -> list[Path]:
    """In which fields an object does not show all items of a list that was sent as it originally was."""
    found = []
    for path in fields if isinstance(sent, dict) and isinstance(shown, dict) else ():
        if path == MANAGED:
            continue  # who replaces a field becomes its owner, and an entry goes with its last field
        items, now = paths.get(sent, path), paths.get(shown, path)
        if items in (MISSING, None, []) or not paths.same(items, paths.get(original, path)):
            continue
        known = now if isinstance(now, list) else []
        if isinstance(items, list) and not all(any(paths.same(item, one) for one in known) for item in items):
            found.append(path)
    return found
