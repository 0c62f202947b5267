"""`python -m tests.prove`: measure every fault and every clean mode, write the table, judge it by the bars."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from contracts.reference.options import Immutability
from contracts.report import codec
from tests.faults.catalogue import FAULTS
from tests.prove.measure import Measured, Subject, measure
from tests.prove.table import table


def subjects(sample: int, seeds: int, only: str | None, first: int = 0) -> Iterator[Subject]:
    """What is measured: every `sample`th fault, then every mode with and without a controller, `seeds` times each."""
    for number, name in enumerate(sorted(FAULTS)):
        if (only is None and number % sample == first) or (only is not None and only in name):
            yield Subject(name, (), number)
    for seed in range(seeds):
        for number, mode in enumerate(Immutability):
            controller = ("--controller=0.05",) if (seed + number) % 2 else ()
            yield Subject(None, (f"--immutability={mode}", *controller), 1000 + seed)


def main() -> int:
    """Exit status 0 when every fault was caught and attributed and no conformant run was accused."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="only every Nth fault")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="the first of them (0 to N - 1)")
    parser.add_argument("--seeds", type=int, default=10, metavar="N", help="seeds for each clean mode")
    parser.add_argument("--only", metavar="TEXT", help="only faults whose name holds this, and no clean mode")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="runs at a time")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write the table; by default printed")
    parser.add_argument("--rows", type=Path, metavar="FILE", help="append what is measured; what stands there is kept")
    options = parser.parse_args()
    if not 0 <= options.first < options.sample:
        parser.error("--first: from 0 to one less than --sample")
    chosen = list(subjects(options.sample, 0 if options.only else options.seeds, options.only, options.first))
    measured = [one for one in _kept(options.rows) if one.subject in chosen]
    left = [subject for subject in chosen if subject not in {one.subject for one in measured}]
    with ThreadPoolExecutor(options.workers) as pool:
        for future in as_completed([pool.submit(measure, subject) for subject in left]):
            measured.append(future.result())
            _keep(options.rows, measured[-1])
            _progress(measured[-1], len(measured), len(chosen))
    text = table(measured)
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0 if measured and all(one.right for one in measured) else 1


def _kept(rows: Path | None) -> list[Measured]:
    """What an earlier call has measured that was ended before it was done."""
    if rows is None or not rows.exists():
        return []
    return [codec.loads(line, Measured) for line in rows.read_text(encoding="utf-8").splitlines()]


def _keep(rows: Path | None, one: Measured) -> None:
    if rows is not None:
        with rows.open("a", encoding="utf-8") as file:
            file.write(codec.dumps(one) + "\n")


def _progress(one: Measured, done: int, of: int) -> None:
    word = "ok" if one.right else "WRONG"
    said = ", ".join(one.failed[:4]) or one.error[:200] or "nothing failed"
    print(f"{done}/{of} {word:5} {one.subject.name} ({one.seconds:.0f} s): {said}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
