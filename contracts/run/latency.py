"""How long answers took, in few numbers: a histogram that can be merged, and its percentiles. Pure."""

import math
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from typing import Final

# Each class of the histogram is so much wider than the one before it: percentiles are right to half of that.
GROWTH: Final = 1.02
SHORTEST: Final = 1e-3
PERCENTILES: Final = (1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 100)


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
