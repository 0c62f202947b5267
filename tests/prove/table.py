"""What was measured, as Markdown. Pure."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from contracts.reference.conditions import CONDITIONS
from tests.prove.measure import Measured
from tests.prove.subjects import Part

HEADINGS = {
    Part.FAULTS: ("Faults and conformant modes", "make prove", "by a run of the reference endpoint each"),
    Part.CONDITIONS: (
        "Conditions of real environments",
        "make prove ARGS=--conditions",
        "the reference endpoint in each",
    ),
    Part.ADOPTED: ("Adopted jobs", "make prove ARGS=--adopt", "on somebody's job at work, beside an operator"),
}


def table(part: Part, measured: Sequence[Measured]) -> str:
    """The table of a part of the proof: its summary and rows; of faults the conformant runs and dead weight, too."""
    ordered = sorted(measured, key=lambda one: one.subject.name)
    faults = [one for one in ordered if one.subject.fault]
    clean = [one for one in ordered if not one.subject.fault]
    title, command, what = HEADINGS[part]
    head = [f"# {title}", "", f"Made by `{command}`: {what}, with the default budget. Commit {_commit()}."]
    head += ["What came of it: [quality.md](quality.md).", ""]
    if part is Part.CONDITIONS:
        parts = [[*head, *_of_conditions(faults, clean)], _conditions(ordered)]
    elif part is Part.ADOPTED:
        parts = [[*head, *_of_adopted(ordered)], _adopted(ordered)]
    else:
        parts = [[*head, *_of_faults(faults, clean)], *([_faults(faults)] if faults else [])]
        parts += [_alarms(clean)] if clean else []
        parts += [_weight(faults)] if faults and all(one.whole for one in faults) else []
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _of_faults(faults: Sequence[Measured], clean: Sequence[Measured]) -> Iterator[str]:
    if faults:
        yield f"- caught: {sum(one.caught for one in faults)}/{len(faults)}"
        yield f"- attributed to a requirement that the fault breaks: {_right(faults)}"
        begun = sum(not one.whole for one in faults)
        if begun:
            yield f"- runs that were ended with their first failed case, as that was right: {begun}/{len(faults)}"
        else:
            requests = sum(one.requests for one in faults)
            caught = 1000 * sum(one.caught for one in faults)
            yield f"- faults caught per 1,000 requests: {caught / max(requests, 1):.2f}"
        firsts = sorted(one.first for one in faults if one.first)
        if firsts:
            yield f"- requests to the first finding, median: {firsts[len(firsts) // 2][0]}"
    if clean:
        yield f"- false alarms: {sum(not one.right for one in clean)}/{len(clean)} conformant runs"
    if faults or clean:
        yield f"- slowest run: {max(one.seconds for one in [*faults, *clean]):.0f} s"


def _of_conditions(faults: Sequence[Measured], clean: Sequence[Measured]) -> Iterator[str]:
    yield f"- conformant runs in conditions, accused of nothing else than what may fail: {_right(clean)}"
    if faults:
        yield f"- faults in conditions, caught and attributed: {_right(faults)}"


def _of_adopted(adopted: Sequence[Measured]) -> Iterator[str]:
    yield f"- on adopted jobs, caught and attributed, never sent, or left in peace: {_right(adopted)}"
    never = sum(bool(one.never_sent) and not one.attributed for one in adopted)
    yield f"- of these never sent to somebody's job, as the run itself says: {never}"
    yield f"- adopted jobs as they were before: {sum(not one.harm for one in adopted)}/{len(adopted)}"


def _right(measured: Sequence[Measured]) -> str:
    return f"{sum(one.right for one in measured)}/{len(measured)}"


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
        change = f"`{one.change}`".replace("|", "\\|") if one.change else ""
        seconds = f"{one.seconds:.1f}"
        columns = (one.subject.name, _caught(one), ", ".join(by), ", ".join(also), change, one.requests, first, seconds)
        yield f"| {' | '.join(map(str, columns))} |"


def _caught(one: Measured) -> str:
    if one.never_sent and not one.attributed:
        return f"never sent to somebody's job: {', '.join(one.never_sent)}"
    return "yes" if one.attributed else "**wrongly**" if one.caught else f"**no** {one.error}"


def _alarms(clean: Sequence[Measured]) -> Iterator[str]:
    yield f"Conformant runs ({len(clean)}): " + ", ".join(sorted({one.subject.name for one in clean}))
    for one in clean:
        if not one.right:
            yield f"- **false alarm**: {one.subject.name}, seed {one.subject.seed}: exit {one.status}, {_said(one)}"


def _said(one: Measured) -> str:
    return ", ".join(one.failed) or one.error or "nothing failed"


def _conditions(measured: Sequence[Measured]) -> Iterator[str]:
    """A row for each condition: how often its conformant runs were right, how many faults were caught, and what not."""
    yield "| condition | may fail | conformant runs | faults caught | wrong |"
    yield "| --- | --- | --- | --- | --- |"
    for name, condition in CONDITIONS.items():
        met = [one for one in measured if name in one.subject.conditions]
        if not met:
            continue
        clean, faults = ([one for one in met if bool(one.subject.fault) is wrong] for wrong in (False, True))
        wrong = "; ".join(f"{one.subject.name}: {_said(one)}" for one in met if not one.right)
        yield f"| {name} | {condition.may_fail} | {_right(clean)} | {_right(faults)} | {wrong.replace('|', ' ')} |"


def _adopted(measured: Sequence[Measured]) -> Iterator[str]:
    yield "| on an adopted job | caught | by | the job afterwards |"
    yield "| --- | --- | --- | --- |"
    for one in measured:
        by = [name for name in one.failed if name in one.subject.breaks]
        caught = _caught(one) if one.subject.fault else "in peace" if one.right else f"**false alarm** {_said(one)}"
        yield f"| {one.subject.name} | {caught} | {', '.join(by)} | {one.harm or 'as before'} |"


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
