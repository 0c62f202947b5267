"""What is counted of a run's exchanges: how long answers took, and what of the specification was exercised. Pure.

Both are kept in few numbers that can be merged.
"""

import json
import math
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final
from urllib.parse import parse_qsl
from zlib import crc32

from contracts.jsonvalue import paths
from contracts.judge.model import NO_HTTP, Exchange
from contracts.report.model import Exercised
from contracts.spec.elements import Inventory, Node

# Each class of the histogram is so much wider than the one before it: percentiles are right to half of that.
GROWTH: Final = 1.02
SHORTEST: Final = 1e-3
PERCENTILES: Final = (1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 100)
# Of one place, so many different values are told apart; there may have been more.
MOST_VALUES: Final = 16

# In which an element is exercised, as `Exercised` lists them.
WAYS: Final = ("sent", "accepted", "refused", "shown")

_Marks = defaultdict[int, set[int]]
# By the identity of a node the container that was looked through last, and what it held.
_Last = dict[int, tuple[Any, set[int]]]


def bucket(milliseconds: float) -> int:
    """The class of the histogram that a time belongs to."""
    return math.floor(math.log(max(milliseconds, SHORTEST), GROWTH))


def percentiles(histogram: Mapping[int, int]) -> dict[str, float]:
    """Milliseconds within which so many percent of the answers came, by percentile; empty when there were none."""
    places = sorted(histogram)
    seen = list(accumulate(histogram[place] for place in places))
    ranks = {f"{percent:g}": max(1, math.ceil(seen[-1] * percent / 100)) for percent in PERCENTILES if seen}
    return {name: float(f"{GROWTH ** (places[bisect_left(seen, rank)] + 0.5):.3g}") for name, rank in ranks.items()}


class LatencyRecorder:
    """Keeps how long answers took, by method; may be told of them by several threads."""

    def __init__(self) -> None:
        self._histograms: dict[str, Counter[int]] = {}
        self._lock = threading.Lock()

    def note(self, method: str, seconds: float) -> None:
        """Keep the time of one answer."""
        place = bucket(seconds * 1000)
        with self._lock:
            self._histograms.setdefault(method, Counter())[place] += 1

    def histograms(self) -> dict[str, dict[int, int]]:
        """What was kept so far."""
        with self._lock:
            return {method: dict(histogram) for method, histogram in self._histograms.items()}


@dataclass(frozen=True)
class Tally:
    """How often each element of an inventory, by its place there, was sent, accepted, refused and shown in an answer.

    `values`: by element, marks of the different values that were sent there. `counts`: by `WAYS`, then by element.
    """

    replacements: int = 0
    values: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def of(self, elements: Iterable[Exercised]) -> Iterator[Exercised]:
        """The elements of the inventory with their counts; of different values there are at most `MOST_VALUES`."""
        for place, one in enumerate(elements):
            sent, accepted, refused, shown = (self.counts.get(way, {}).get(place, 0) for way in WAYS)
            values = min(len(self.values.get(place, ())), MOST_VALUES)
            yield Exercised(one.kind, one.name, one.level, sent, accepted, refused, shown, values)


class CoverageCounter:
    """Counts what replacements exercise; may be told of them by several threads."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._replacements = 0
        self._counts = {way: Counter[int]() for way in WAYS}
        self._marks: _Marks = defaultdict(set)
        self._sent: _Last = {}
        self._shown: _Last = {}
        self._lock = threading.Lock()

    def note(self, exchange: Exchange) -> None:
        """Count what one exchange exercises; nothing unless it is a replacement that was answered."""
        answer = exchange.response
        if exchange.method != self.inventory.method or answer.status == NO_HTTP:
            return
        known, sent, shown = self.inventory, set[int](), set[int]()
        with self._lock:
            self._replacements += 1
            _find(_decoded(exchange.body), known.resource, sent, self._sent, self._marks)
            self._find_parameters(exchange.url, sent)
            _find(answer.value, known.resource if answer.accepted else known.error, shown, self._shown)
            if answer.status in known.statuses:
                shown.add(known.statuses[answer.status])
            self._counts["sent"].update(sent)
            self._counts["shown"].update(shown)
            if answer.accepted or answer.refused:
                self._counts["accepted" if answer.accepted else "refused"].update(sent)

    def _find_parameters(self, url: str, found: set[int]) -> None:
        place = self.inventory.path.search(url)
        for name, value in (place.groupdict() | dict(parse_qsl(url[place.end() :], True)) if place else {}).items():
            if (index := self.inventory.parameters.get(name)) is not None:
                found.add(index)
                _mark(index, value, self._marks)

    def tally(self) -> Tally:
        """What was exercised so far."""
        with self._lock:
            values = {place: tuple(sorted(some)) for place, some in self._marks.items()}
            return Tally(self._replacements, values, {way: dict(count) for way, count in self._counts.items()})


def _find(value: Any, node: Node, found: set[int], last: _Last, marks: _Marks | None = None) -> None:
    """Add the elements that a value holds, from a node on; `marks` takes up which different values stood where.

    `last` spares looking through what is as it was: most of an object is in the next request, too.
    """
    if node.index >= 0:
        found.add(node.index)
    if isinstance(value, dict | list):
        before = last.get(id(node))
        if before is None or not paths.same(before[0], value):
            below = set[int]()
            for item, child in _children(value, node):
                _find(item, child, below, last, marks)
            before = last[id(node)] = value, below
        found |= before[1]
    else:
        if marks is not None and node.index >= 0:
            _mark(node.index, value, marks)
        if node.values and (index := node.values.get((type(value), value))) is not None:
            found.add(index)


def _children(value: Any, node: Node) -> Iterator[tuple[Any, Node]]:
    if isinstance(value, list):
        return ((item, node.items) for item in value if node.items is not None)
    found = ((item, node.properties.get(key, node.rest)) for key, item in value.items())
    return ((item, child) for item, child in found if child is not None)


def _mark(index: int, value: Any, marks: _Marks) -> None:
    if len(marks[index]) < MOST_VALUES:
        # Unlike the values themselves, their texts tell 1 from true.
        marks[index].add(crc32(repr(value).encode("utf-8", "surrogatepass")))


def _decoded(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
