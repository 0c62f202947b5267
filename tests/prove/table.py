"""What was measured, as Markdown. Pure."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.prove.measure import Measured


def table(measured: Sequence[Measured]) -> str:
    """The summary, a row for each fault, a row for each conformant run that was not left in peace, and dead weight."""
    faults = sorted((one for one in measured if one.subject.fault), key=lambda one: one.subject.name)
    clean = [one for one in measured if not one.subject.fault]
    return "\n".join([*_summary(faults, clean), "", *_faults(faults), "", *_alarms(clean), "", *_weight(faults)]) + "\n"


def _summary(faults: Sequence[Measured], clean: Sequence[Measured]) -> Iterator[str]:
    yield "# Proof"
    yield ""
    yield "Made by `make prove`: every fault of the catalogue, and every conformant mode with several seeds, by a run"
    yield f"with the default budget against the reference endpoint, commit {_commit()}. What came of it: docs/judge.md."
    yield ""
    yield f"- caught: {sum(one.caught for one in faults)}/{len(faults)}"
    yield f"- attributed to a requirement that the fault breaks: {sum(one.attributed for one in faults)}/{len(faults)}"
    yield f"- false alarms: {sum(not one.right for one in clean)}/{len(clean)} conformant runs"
    if faults:
        requests = sum(one.requests for one in faults)
        yield f"- faults caught per 1,000 requests: {1000 * sum(one.caught for one in faults) / max(requests, 1):.2f}"
        yield f"- slowest run: {max(one.seconds for one in [*faults, *clean]):.0f} s"
        firsts = sorted(one.first for one in faults if one.first)
        if firsts:
            yield f"- requests to the first finding, median: {firsts[len(firsts) // 2][0]}"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _faults(faults: Sequence[Measured]) -> Iterator[str]:
    yield "| fault | caught | by | also failed | smallest change | requests | first finding | seconds |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in faults:
        by = [name for name in one.subject.breaks if name in one.failed]
        also = [name for name in one.failed if name not in one.subject.breaks]
        first = f"{one.first[0]} requests, {one.first[1]:.1f} s" if one.first else ""
        caught = "yes" if one.attributed else "**wrongly**" if one.caught else f"**no** {one.error}"
        change = f"`{one.change}`".replace("|", "\\|") if one.change else ""
        seconds = f"{one.seconds:.1f}"
        columns = (one.subject.name, caught, ", ".join(by), ", ".join(also), change, one.requests, first, seconds)
        yield f"| {' | '.join(map(str, columns))} |"


def _alarms(clean: Sequence[Measured]) -> Iterator[str]:
    yield f"Conformant runs ({len(clean)}): " + ", ".join(sorted({one.subject.name for one in clean}))
    for one in clean:
        if not one.right:
            said = ", ".join(one.failed) or one.error
            yield f"- **false alarm**: {one.subject.name}, seed {one.subject.seed}: exit {one.status}, {said}"


def _weight(faults: Iterable[Measured]) -> Iterator[str]:
    """What could be left out without missing a fault: cases that never were the only one to notice one."""
    seen: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for one in faults:
        names = {case.partition("[")[0] for _, case in one.cases}
        seen.update(names)
        if len(names) == 1:
            alone.update(names)
    yield "| case | faults that it noticed | and no other case did |"
    yield "| --- | --- | --- |"
    for name, count in seen.most_common():
        yield f"| {name} | {count} | {alone[name]} |"
    yield ""
    never = sorted(name for name in seen if not alone[name])
    yield f"Never the only one to notice a fault: {', '.join(never) or 'none'}"
