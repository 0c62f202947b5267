"""`python -m tests.prove.order`: of what was measured, the order of cases that finds most faults for fewest requests.

Takes the rows of a complete `python -m tests.prove --rows FILE`, and the record of a run against a conformant endpoint,
which tells what each case sends. Writes the order, and the curve of faults found by requests sent: of the half of the
catalogue that the order was not made of.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from contracts.pytest_plugin import case_order
from contracts.report import codec
from tests.e2e.command import ROOT
from tests.prove.curve import svg
from tests.prove.measure import Measured

ORDER: Final = ROOT / "contracts" / "pytest_plugin" / case_order.FILE
POINTS: Final = (150, 600, 2000)
# How many faults that are not known yet a case is taken to find: measured on halves of the catalogue, which it changes
# by some percent behind 600 requests and by nothing before.
UNKNOWN: Final = 0.1
HEAD: Final = (
    "# Written by `python -m tests.prove.order`: the order of cases under a budget, the most telling one first.\n"
)

# Of each fault the cases that find it, each with how many requests it sends until it does.
Faults = Mapping[str, Mapping[str, int]]


def main() -> int:
    """Write the order that all faults make, and the curve of the one that half of them makes."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove.order", description=__doc__)
    parser.add_argument(
        "--rows", type=Path, required=True, metavar="FILE", help="what `python -m tests.prove` measured"
    )
    parser.add_argument(
        "--record", type=Path, required=True, metavar="FILE", help="record of a run against a conformant endpoint"
    )
    parser.add_argument("--output", type=Path, default=ORDER, metavar="FILE", help="the order (default: %(default)s)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="the curve, drawn")
    options = parser.parse_args()
    costs, before = costs_of(json.loads(options.record.read_text(encoding="utf-8")))
    lines = options.rows.read_text(encoding="utf-8").splitlines()
    rows = [one for one in (codec.loads(line, Measured) for line in lines) if one.subject.fault and one.whole]
    faults = {str(one.subject.fault): dict(one.offsets) for one in rows}
    options.output.write_text(HEAD + "\n".join(order_of(faults, costs)) + "\n", encoding="utf-8")
    training, held_out = halves(faults)
    found = {
        "held out": found_by(order_of(training, costs), held_out, costs, before),
        "as the cases stand": sorted(one.first[0] for one in rows if one.first),
    }
    of = {"held out": len(held_out), "as the cases stand": len(rows)}
    for name, requests in found.items():
        shares = [f"{share(requests, point, of[name]):.0%} within {point}" for point in POINTS]
        print(f"{name}: {', '.join(shares)}; all within {requests[-1]}")
    if options.svg:
        options.svg.write_text(svg({name: (requests, of[name]) for name, requests in found.items()}), encoding="utf-8")
    return 0


def costs_of(record: Mapping[str, Any]) -> tuple[Mapping[str, int], int]:
    """How many requests each case has sent, and how many of the run's were those of no case."""
    costs = {case["id"]: case["requests"] for one in record["requirements"] for case in one["cases"]}
    return {case: number for case, number in costs.items() if number}, record["requests"] - sum(costs.values())


def order_of(faults: Faults, costs: Mapping[str, int]) -> list[str]:
    """Cases in an order: always the one that finds the most faults not found yet for each of its requests.

    Of those that find none of what is left the cheap ones come first; each may find what no catalogue has (`UNKNOWN`).
    """
    left, order, waiting = dict(faults), [], set(costs)
    while waiting:
        gains = Counter(case for cases in left.values() for case in cases)
        best = max(sorted(waiting), key=lambda case: (gains[case] + UNKNOWN) / costs[case])
        waiting.remove(best)
        order.append(best)
        left = {name: cases for name, cases in left.items() if best not in cases}
    return order


def halves(faults: Faults, seed: int = 0) -> tuple[Faults, Faults]:
    """The catalogue in two halves, by chance."""
    names = sorted(faults)
    random.Random(seed).shuffle(names)
    middle = len(names) // 2
    return {name: faults[name] for name in names[:middle]}, {name: faults[name] for name in names[middle:]}


def found_by(order: Iterable[str], faults: Faults, costs: Mapping[str, int], before: int = 0) -> list[int]:
    """After how many requests each fault is found."""
    begins, sent = {}, before
    for case in order:
        begins[case] = sent
        sent += costs[case]
    found = [[begins[case] + after for case, after in cases.items() if case in begins] for cases in faults.values()]
    return sorted(min(one) for one in found if one)


def share(requests: Sequence[int], point: int, of: int) -> float:
    """Which part of all faults was found by then."""
    return sum(one <= point for one in requests) / of


if __name__ == "__main__":
    sys.exit(main())
