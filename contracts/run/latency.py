"""How long answers took, in few numbers: a histogram that can be merged, and its percentiles. Pure."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

# Each class of the histogram is so much wider than the one before it: percentiles are right to half of that.
GROWTH: Final = 1.02
SHORTEST: Final = 1e-3
PERCENTILES: Final = (1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 100)

Histogram = Mapping[int, int]


def bucket(milliseconds: float) -> int:
    """The class of the histogram that a time belongs to."""
    return math.floor(math.log(max(milliseconds, SHORTEST), GROWTH))


def percentiles(histogram: Histogram) -> dict[str, float]:
    """Milliseconds within which so many percent of the answers came, by percentile; empty when there were none."""
    total = sum(histogram.values())
    if not total:
        return {}
    return {f"{percent:g}": _at(histogram, max(1, math.ceil(total * percent / 100))) for percent in PERCENTILES}


def _at(histogram: Histogram, rank: int) -> float:
    seen = 0
    for place in sorted(histogram):
        seen += histogram[place]
        if seen >= rank:
            return float(f"{GROWTH ** (place + 0.5):.3g}")
    raise ValueError(f"fewer than {rank} answers")


def merge(histograms: Iterable[Mapping[str, Histogram]]) -> dict[str, dict[int, int]]:
    """The histograms of several processes, by method, as one."""
    merged: dict[str, Counter[int]] = {}
    for one in histograms:
        for method, histogram in one.items():
            merged.setdefault(method, Counter()).update(histogram)
    return {method: dict(histogram) for method, histogram in merged.items()}


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
