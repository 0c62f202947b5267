"""What of the specification a run has exercised: counted from its replacements, by outcome. Pure."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl
from zlib import crc32

from contracts.client.exchange import Exchange
from contracts.judge.model import NO_HTTP
from contracts.spec.elements import Inventory, Node

# Of one place, so many different values are told apart; there may have been more.
MOST_VALUES: Final = 16
# Of what has been looked at, so much is remembered.
MOST_REMEMBERED: Final = 500
# What stands so deep is mostly what it was in the replacement before (a replica, say).
REMEMBERED_DEPTH: Final = 3
SENT, ACCEPTED, REFUSED, SHOWN = range(4)
NEVER: Final = (0, 0, 0, 0)


@dataclass(frozen=True)
class Tally:
    """How often each element of an inventory, in its order, was sent, accepted, refused and shown in an answer.

    `values`: by element, marks of the different values that were sent there, at most `MOST_VALUES`.
    """

    replacements: int = 0
    counts: tuple[tuple[int, int, int, int], ...] = ()
    values: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def merge(tallies: Sequence[Tally]) -> Tally:
    """What several processes have exercised together."""
    width = max((len(one.counts) for one in tallies), default=0)
    rows = [one.counts + (NEVER,) * (width - len(one.counts)) for one in tallies]
    counts = tuple(_sum(column) for column in zip(*rows, strict=True))
    places = sorted({place for one in tallies for place in one.values})
    return Tally(
        sum(one.replacements for one in tallies),
        counts,
        {place: _some({mark for one in tallies for mark in one.values.get(place, ())}) for place in places},
    )


def _sum(column: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    sent, accepted, refused, shown = (sum(numbers) for numbers in zip(*column, strict=True))
    return sent, accepted, refused, shown


def _some(marks: set[int]) -> tuple[int, ...]:
    return tuple(sorted(marks)[:MOST_VALUES])


class CoverageCounter:
    """Counts what replacements exercise; may be told of them by several threads."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        # What is exercised together is counted together: most replacements hold the same elements.
        self._together: Counter[tuple[frozenset[int], int]] = Counter()
        self._counts = [[0, 0, 0, 0] for _ in inventory.elements]
        self._marks: dict[int, set[int]] = {}
        self._replacements = 0
        self._urls: dict[str, frozenset[int]] = {}
        self._sent = _Finder(self._marks)
        self._shown = _Finder()
        self._lock = threading.Lock()

    def note(self, exchange: Exchange) -> None:
        """Count what one exchange exercises; nothing unless it is a replacement that was answered."""
        answer = exchange.response
        if exchange.method != "PUT" or answer.status == NO_HTTP:
            return
        known = self.inventory.resource if answer.accepted else self.inventory.error
        with self._lock:
            self._replacements += 1
            sent = self._sent.find(_decoded(exchange.body), self.inventory.resource)
            sent |= self._parameters(exchange.url)
            shown = self._shown.find(answer.value, known)
            if answer.status in self.inventory.statuses:
                shown.add(self.inventory.statuses[answer.status])
            outcome = ACCEPTED if answer.accepted else REFUSED if answer.refused else SENT
            self._together[frozenset(sent), outcome] += 1
            self._together[frozenset(shown), SHOWN] += 1
            if len(self._together) > MOST_REMEMBERED:
                self._add_up()

    def tally(self) -> Tally:
        """What was exercised so far."""
        with self._lock:
            self._add_up()
            counts = tuple((sent, accepted, refused, shown) for sent, accepted, refused, shown in self._counts)
            marks = {place: _some(marks) for place, marks in self._marks.items() if place >= 0}
            return Tally(self._replacements, counts, marks)

    def _add_up(self) -> None:
        for (elements, outcome), number in self._together.items():
            for index in elements:
                self._counts[index][outcome] += number
                self._counts[index][SENT] += number if outcome in (ACCEPTED, REFUSED) else 0
        self._together.clear()

    def _parameters(self, url: str) -> frozenset[int]:
        known = self._urls.get(url)
        if known is None:
            place = self.inventory.path.search(url)
            given = place.groupdict() | dict(parse_qsl(url[place.end() :], True)) if place else {}
            named = {self.inventory.parameters.get(name, -1): value for name, value in given.items()}
            for index, value in named.items():
                self._sent.mark(index, value)
            if len(self._urls) >= MOST_REMEMBERED:
                self._urls.clear()
            known = self._urls[url] = frozenset(named) - {-1}
        return known


class _Finder:
    """Finds the elements that values hold; `marks` takes up which different values stood where, if it is given."""

    def __init__(self, marks: dict[int, set[int]] | None = None) -> None:
        self._marks = marks
        self._last: dict[int, Any] = {}
        self._known: dict[tuple[int, str], frozenset[int]] = {}

    def find(self, value: Any, node: Node) -> set[int]:
        """The elements of a tree that a value holds."""
        found: set[int] = set()
        self._walk(value, node, found, 0)
        return found

    def _walk(self, value: Any, node: Node, found: set[int], depth: int) -> None:
        """Add what stands at a node and below."""
        if node.index >= 0:
            found.add(node.index)
        kind = type(value)
        if kind is dict:
            properties, rest, depth = node.properties, node.rest, depth + 1
            look = self._remember if depth == REMEMBERED_DEPTH else self._walk
            for key, item in value.items():
                child = properties.get(key, rest)
                if child is not None:
                    look(item, child, found, depth)
        elif kind is list:
            if node.items is not None:
                for item in value:
                    self._walk(item, node.items, found, depth)
        else:
            self.mark(node.index, value)
            if node.values and (index := node.values.get((kind, value))) is not None:
                found.add(index)

    def _remember(self, value: Any, node: Node, found: set[int], depth: int) -> None:
        """The same; an object that has been looked at before is not looked at again."""
        if type(value) is not dict:
            self._walk(value, node, found, depth)
            return
        # Unlike the values themselves, their texts tell 1 from true.
        key = (node.index, repr(value))
        known = self._known.get(key)
        if known is None:
            below: set[int] = set()
            self._walk(value, node, below, depth)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            known = self._known[key] = frozenset(below)
        found |= known

    def mark(self, index: int, value: Any) -> None:
        """Keep that a value stood there."""
        if self._marks is None:
            return
        # Most of what is sent is what was sent before.
        last = self._last.get(index, self)
        if last is value or (last == value and type(last) is type(value)):
            return
        self._last[index] = value
        marks = self._marks.setdefault(index, set())
        if len(marks) < MOST_VALUES:
            marks.add(crc32(repr(value).encode("utf-8", "surrogatepass")))


def _decoded(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
