"""`python -m tests.prove`: measure faults and clean modes, or conditions, or adopted jobs; write the table, judge it.

What was measured of the same code before is kept and not measured again, so that a call which was ended goes on.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from contracts.report import codec
from contracts.spec.load import load_contract
from tests.e2e.command import ROOT
from tests.prove import subjects
from tests.prove.digest import digest
from tests.prove.measure import Measured, measure
from tests.prove.subjects import Part, Subject
from tests.prove.table import table


def main() -> int:
    """Exit status 0 when every fault was caught and attributed, nothing conformant was accused and nothing harmed."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="only every Nth fault")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="the first of them (0 to N - 1)")
    parser.add_argument("--seeds", type=int, default=10, metavar="N", help="seeds for each clean mode")
    parser.add_argument("--only", metavar="TEXT", help="only subjects whose name holds this, and no clean mode")
    parser.add_argument(
        "--conditions",
        action="store_true",
        help="instead: every condition in every mode, and with --sample in each every Nth fault, by turns",
    )
    parser.add_argument("--adopt", action="store_true", help="instead: faults on adopted jobs (with --sample some)")
    parser.add_argument(
        "--first-failure",
        action="store_true",
        help="end a fault's run with its first failed case where that is right: whether it is caught, in less time",
    )
    parser.add_argument("--spec", type=Path, metavar="FILE", help="of this derived specification")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="N", help="runs at a time")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--output", type=Path, metavar="FILE", help="where to write the table; by default printed")
    where.add_argument("--write", action="store_true", help="write it to docs: proof.md, conditions.md or adopted.md")
    parser.add_argument("--rows", type=Path, metavar="FILE", help="append what is measured; what stands there is kept")
    options = parser.parse_args()
    if not 0 <= options.first < options.sample:
        parser.error("--first: from 0 to one less than --sample")
    chosen = choose(options)
    rows = options.rows or ROOT / "reports" / f"prove-{digest()}.jsonl"
    measured = _kept(rows)
    known = {one.subject for one in measured}
    left = [subject for subject in chosen if subject not in known]
    with ThreadPoolExecutor(options.workers) as pool:
        futures = [pool.submit(measure, subject, whole=not options.first_failure) for subject in left]
        for number, future in enumerate(as_completed(futures), 1):
            measured.append(future.result())
            _keep(rows, measured[-1])
            _progress(measured[-1], len(chosen) - len(left) + number, len(chosen))
    part = Part.ADOPTED if options.adopt else Part.CONDITIONS if options.conditions else Part.FAULTS
    text = table(part, [one for one in measured if one.subject.part is part])
    if output := ROOT / "docs" / f"{part}.md" if options.write else options.output:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    else:
        print(text)
    asked = [one for one in measured if one.subject in chosen]
    return 0 if asked and all(one.right for one in asked) else 1


def choose(options: argparse.Namespace) -> list[Subject]:
    """What these options ask for."""
    if options.adopt:
        found = list(subjects.adopted(options.sample, options.first))
    elif options.conditions:
        found = list(subjects.conditions())
        if options.sample > 1:
            found += subjects.conditions_with_faults(options.sample, options.first)
    else:
        spec = str(options.spec.resolve()) if options.spec else ""
        update = load_contract(options.spec).write.is_patch
        found = [*subjects.faults(options.sample, options.first, spec, update=update)]
        found += subjects.modes(0 if options.only else options.seeds, spec)
    return [one for one in found if not options.only or options.only in one.name]


def _kept(rows: Path) -> list[Measured]:
    """What an earlier call has measured; half a line, of a call that was killed, is left out."""
    if not rows.exists():
        return []
    lines = rows.read_text(encoding="utf-8").splitlines(keepends=True)
    return [codec.loads(line, Measured) for line in lines if line.endswith("\n")]


def _keep(rows: Path, one: Measured) -> None:
    rows.parent.mkdir(parents=True, exist_ok=True)
    with rows.open("a", encoding="utf-8") as file:
        file.write(codec.dumps(one) + "\n")


def _progress(one: Measured, done: int, of: int) -> None:
    word = "ok" if one.right else "WRONG"
    said = ", ".join(one.failed[:4]) or one.error[:200] or "nothing failed"
    harm = f"; {one.harm}" if one.harm else ""
    print(f"{done}/{of} {word:5} {one.subject.name} ({one.seconds:.0f} s): {said}{harm}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
