"""Faults caught for the requests that were sent: the suite beside a plain `schemathesis run`, on the same faults."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import generic
from tests.faults.catalogue import FAULTS
from tests.prove.measure import measure as measure_run
from tests.prove.subjects import Subject

CLEAN_SEEDS: Final = (1, 2)


@dataclass(frozen=True)
class Try:
    """What one tool made of one fault: whether it noticed, after how many requests it ended, how many were accepted."""

    caught: bool
    requests: int
    note: str


Tool = Callable[[str, int], Try]


def sample(size: int) -> list[str]:
    """`size` faults at equal distances in the alphabet, so that nobody picks them."""
    names = sorted(FAULTS)
    return [names[number * len(names) // size] for number in range(min(size, len(names)))]


def suite(fault: str, seed: int) -> Try:
    """A default run; caught is: the run fails a requirement that the fault breaks."""
    measured = measure_run(Subject(fault, (), seed))
    first = f"first at request {measured.first[0]}" if measured.first else measured.error
    return Try(measured.attributed, measured.requests, first)


def schemathesis(*, told_the_path: bool) -> Tool:
    """A plain Schemathesis run; caught is: it reports what it did not report of a conformant endpoint."""
    clean = {failure for seed in CLEAN_SEEDS for failure in _run(None, seed, told_the_path).failures}
    print(f"schemathesis reports of a conformant endpoint: {sorted(clean) or 'nothing'}", file=sys.stderr)

    def tool(fault: str, seed: int) -> Try:
        tried = _run(fault, seed, told_the_path)
        new = sorted(" ".join(failure) for failure in tried.failures - clean)
        return Try(bool(new), tried.requests, ", ".join(new) or f"{tried.accepted} replacements accepted")

    return tool


def _run(fault: str | None, seed: int, told_the_path: bool) -> generic.Tried:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return generic.run(Path(name), fault, seed, told_the_path=told_the_path)


def table(faults: Sequence[str]) -> Iterator[str]:
    """Every fault with every tool, then what each tool caught for 1,000 requests, as Markdown."""
    tools: dict[str, Tool] = {
        "this suite": suite,
        "schemathesis run": schemathesis(told_the_path=False),
        "schemathesis run, told the path": schemathesis(told_the_path=True),
    }
    tries: dict[str, list[Try]] = {name: [] for name in tools}
    yield f"| fault | {' | '.join(tools)} |"
    yield f"| --- |{' --- |' * len(tools)}"
    for number, fault in enumerate(faults):
        for name, tool in tools.items():
            tries[name].append(tool(fault, number))
        cells = " | ".join(_cell(made[-1]) for made in tries.values())
        yield f"| {fault} | {cells} |"
    yield ""
    yield "| tool | caught | requests | caught per 1,000 requests |"
    yield "| --- | --- | --- | --- |"
    for name, made in tries.items():
        caught, requests = sum(one.caught for one in made), sum(one.requests for one in made)
        yield f"| {name} | {caught}/{len(made)} | {requests} | {1000 * caught / max(requests, 1):.2f} |"


def _cell(one: Try) -> str:
    return f"{'caught' if one.caught else '–'} ({one.requests} requests; {one.note})"
