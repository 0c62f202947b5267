"""What of the specification a run has exercised: counted from its replacements, by outcome. Pure."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl
from zlib import crc32

from contracts.client.exchange import Exchange
from contracts.judge.model import NO_HTTP
from contracts.spec.elements import Inventory, Node

# Of one place, so many different values are told apart; there may have been more.
MOST_VALUES: Final = 16

_Marks = defaultdict[int, set[int]]


@dataclass(frozen=True)
class Tally:
    """How often each element of an inventory, by its place there, was sent, accepted, refused and shown in an answer.

    `values`: by element, marks of the different values that were sent there.
    """

    replacements: int = 0
    values: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    sent: Mapping[int, int] = field(default_factory=dict)
    accepted: Mapping[int, int] = field(default_factory=dict)
    refused: Mapping[int, int] = field(default_factory=dict)
    shown: Mapping[int, int] = field(default_factory=dict)

    def row(self, place: int) -> tuple[int, int, int, int, int]:
        """How often an element was sent, accepted, refused, shown; its different values, at most `MOST_VALUES`."""
        sent, accepted, refused, shown = (
            counts.get(place, 0) for counts in (self.sent, self.accepted, self.refused, self.shown)
        )
        return sent, accepted, refused, shown, min(len(self.values.get(place, ())), MOST_VALUES)


class CoverageCounter:
    """Counts what replacements exercise; may be told of them by several threads."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._replacements = 0
        self._sent, self._accepted, self._refused, self._shown = (Counter[int]() for _ in range(4))
        self._marks: _Marks = defaultdict(set)
        self._lock = threading.Lock()

    def note(self, exchange: Exchange) -> None:
        """Count what one exchange exercises; nothing unless it is a replacement that was answered."""
        answer = exchange.response
        if exchange.method != "PUT" or answer.status == NO_HTTP:
            return
        known, sent, shown = self.inventory, set[int](), set[int]()
        with self._lock:
            self._replacements += 1
            _find(_decoded(exchange.body), known.resource, sent, self._marks)
            self._find_parameters(exchange.url, sent)
            _find(answer.value, known.resource if answer.accepted else known.error, shown)
            if answer.status in known.statuses:
                shown.add(known.statuses[answer.status])
            self._sent.update(sent)
            self._shown.update(shown)
            if answer.accepted:
                self._accepted.update(sent)
            elif answer.refused:
                self._refused.update(sent)

    def _find_parameters(self, url: str, found: set[int]) -> None:
        place = self.inventory.path.search(url)
        for name, value in (place.groupdict() | dict(parse_qsl(url[place.end() :], True)) if place else {}).items():
            if (index := self.inventory.parameters.get(name)) is not None:
                found.add(index)
                _mark(index, value, self._marks)

    def tally(self) -> Tally:
        """What was exercised so far."""
        with self._lock:
            counts = (dict(one) for one in (self._sent, self._accepted, self._refused, self._shown))
            values = {place: tuple(sorted(some)) for place, some in self._marks.items()}
            return Tally(self._replacements, values, *counts)


def _find(value: Any, node: Node, found: set[int], marks: _Marks | None = None) -> None:
    """Add the elements that a value holds, from a node on; `marks` takes up which different values stood where."""
    if node.index >= 0:
        found.add(node.index)
    if isinstance(value, dict):
        for key, item in value.items():
            child = node.properties.get(key, node.rest)
            if child is not None:
                _find(item, child, found, marks)
    elif isinstance(value, list):
        if node.items is not None:
            for item in value:
                _find(item, node.items, found, marks)
    else:
        if marks is not None and node.index >= 0:
            _mark(node.index, value, marks)
        if node.values and (index := node.values.get((type(value), value))) is not None:
            found.add(index)


def _mark(index: int, value: Any, marks: _Marks) -> None:
    if len(marks[index]) < MOST_VALUES:
        # Unlike the values themselves, their texts tell 1 from true.
        marks[index].add(crc32(repr(value).encode("utf-8", "surrogatepass")))


def _decoded(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
