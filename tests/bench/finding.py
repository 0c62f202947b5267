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
    """What one tool made of one fault: whether it noticed, and after how many requests it ended.

    `positive`: how many valid cases Schemathesis sent, and how many of them were accepted.
    """

    caught: bool
    requests: int
    note: str
    positive: tuple[int, int] = (0, 0)


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


def schemathesis(way: generic.Way) -> Tool:
    """A Schemathesis run; caught is: it reports what it did not report of a conformant endpoint."""
    runs = [_run(None, seed, way) for seed in CLEAN_SEEDS]
    clean = {failure for one in runs for failure in one.failures}
    positive = " and ".join(_accepted(one.positive) for one in runs)
    told = f"{sorted(clean) or 'nothing'}; {positive} valid cases accepted"
    print(f"{way.value}: reports of a conformant endpoint: {told}", file=sys.stderr)

    def tool(fault: str, seed: int) -> Try:
        tried = _run(fault, seed, way)
        new = sorted(" ".join(failure) for failure in tried.failures - clean)
        accepted = f"{_accepted(tried.positive)} valid cases accepted"
        return Try(bool(new), tried.requests, "; ".join([*([", ".join(new)] if new else []), accepted]), tried.positive)

    return tool


def _accepted(positive: tuple[int, int]) -> str:
    return f"{positive[1]} of {positive[0]}"


def _run(fault: str | None, seed: int, way: generic.Way) -> generic.Tried:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        return generic.run(Path(name), fault, seed, way)


def table(faults: Sequence[str]) -> Iterator[str]:
    """Every fault with every tool, then what each tool caught for 1,000 requests, as Markdown."""
    tools: dict[str, Tool] = {way.value: schemathesis(way) for way in generic.Way} | {"this suite": suite}
    tries: dict[str, list[Try]] = {name: [] for name in tools}
    yield f"| fault | {' | '.join(tools)} |"
    yield f"| --- |{' --- |' * len(tools)}"
    for number, fault in enumerate(faults):
        for name, tool in tools.items():
            tries[name].append(tool(fault, number))
        cells = " | ".join(_cell(made[-1]) for made in tries.values())
        yield f"| {fault} | {cells} |"
    yield ""
    yield "| tool | caught | requests | caught per 1,000 requests | valid cases accepted |"
    yield "| --- | --- | --- | --- | --- |"
    for name, made in tries.items():
        caught, requests = sum(one.caught for one in made), sum(one.requests for one in made)
        valid, accepted = (sum(one.positive[place] for one in made) for place in (0, 1))
        share = f"{100 * accepted / valid:.1f}% of {valid}" if valid else "–"
        yield f"| {name} | {caught}/{len(made)} | {requests} | {1000 * caught / max(requests, 1):.2f} | {share} |"


def _cell(one: Try) -> str:
    return f"{'caught' if one.caught else '–'} ({one.requests} requests; {one.note})"
