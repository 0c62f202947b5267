"""`python -m tests.bench`: run time beside replay time, and faults caught beside a generic tool. Prints Markdown."""

from __future__ import annotations

import argparse
import platform
import sys
from datetime import UTC, datetime

from tests.bench import finding, speed, workers


def main() -> int:
    """Exit status 0 once both are measured: a benchmark says how much, not whether that is right."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="runs and replays (default: 3)")
    parser.add_argument("--faults", type=int, default=12, metavar="N", help="faults to compare by (default: 12)")
    parser.add_argument("--workers", type=int, default=8, metavar="N", help="workers beside one (default: 8; 0: skip)")
    options = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, Python {platform.python_version()}, {platform.machine()}\n")
    if options.rounds:
        rounds = []
        for number in range(options.rounds):
            rounds.append(speed.measure(number))
            print(f"round {number + 1}: {rounds[-1]}", file=sys.stderr, flush=True)
        print("\n".join(speed.table(rounds)), end="\n\n")
    if options.faults:
        for line in finding.table(finding.sample(options.faults)):
            print(line, flush=True)
    if options.workers:
        for line in workers.table(options.workers):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
