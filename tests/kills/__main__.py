"""Runs killed at any moment, each undone by `restore`: is the target then byte for byte as it was before?

    python -m tests.kills --times 200 [--workers N] [--seed N] [--adopt --with operator]

Exit status 1 unless it is, every time.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.kills.kill import Killed, kill_once, spread

Row = tuple[str, ...]


def main() -> int:
    """Kill, restore, compare, as often as asked; print a table."""
    parser = argparse.ArgumentParser(prog="tests.kills", description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="how many runs are killed (default: 200)")
    parser.add_argument("--workers", type=int, default=1, help="how many at a time, each with an endpoint of its own")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="decides the moments")
    parser.add_argument("--adopt", action="store_true", help="adopt a job in every run, not in every other one")
    parser.add_argument("--with", dest="conditions", default="", metavar="CONDITION,…", help="as of `serve`")
    options = parser.parse_args()
    conditions = frozenset(filter(None, options.conditions.split(",")))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="contract-kills-") as directory:
        moments = list(spread(random.Random(options.seed), options.times))
        with ThreadPoolExecutor(options.workers) as pool:
            jobs = [
                pool.submit(kill_once, Path(directory) / str(number), moment, adopting=adopting, conditions=conditions)
                for number, moment in enumerate(moments)
                for adopting in [options.adopt or number % 2 == 1]
            ]
            outcomes = []
            for job in jobs:
                outcomes.append(job.result())
                sys.stderr.write("." if outcomes[-1].equal else f"F {outcomes[-1].difference}")
                sys.stderr.flush()
    sys.stderr.write("\n")
    print(table(outcomes))
    print(f"seed {options.seed}, {time.monotonic() - started:.0f} s")
    failed = [one for one in outcomes if not one.equal]
    for one in failed:
        print(f"{one.what}: {one.difference}")
    return 1 if failed or len(outcomes) < options.times else 0


def table(outcomes: list[Killed]) -> str:
    """How many were killed when, and how many of them came back as they were."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    for one in outcomes:
        numbers = counted.setdefault((one.kind, one.phase), Counter())
        numbers.update(runs=1, killed=int(one.killed), equal=int(one.equal), undone=int(one.journal))
    rows: list[Row] = [("job", "moment", "runs", "killed", "with a journal", "equal afterwards")]
    rows += [
        (kind, phase, *(str(numbers[name]) for name in ("runs", "killed", "undone", "equal")))
        for (kind, phase), numbers in sorted(counted.items())
    ]
    total = sum((numbers for numbers in counted.values()), Counter[str]())
    rows.append(("all", "", *(str(total[name]) for name in ("runs", "killed", "undone", "equal"))))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
