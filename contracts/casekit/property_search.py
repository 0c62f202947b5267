"""Generated examples against a live target: Hypothesis drives, only the smallest failing example is kept."""

from collections.abc import Callable
from typing import Final, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from contracts.client.errors import OutOfTime, TargetError
from contracts.run.evidence import Evidence
from contracts.run.run import Run

SMALLER: Final = 40
Example = TypeVar("Example")


class _Broken(Exception):
    """An example found something; Hypothesis takes it from there."""


def explore(run: Run, strategy: SearchStrategy[Example], check: Callable[[Example], None], examples: int) -> None:
    """Call `check` with `examples` generated values; what it finds is shrunk to the smallest example that shows it.

    No more than `SMALLER` are tried to find a smaller one that fails: against a target each costs requests. A finding
    that does not recur (the target fails now and then) is kept as it was first seen.

    Raises `OutOfTime` when the time budget left no time for some of the examples, and the `TargetError` of an example
    in which nothing could be found; either ends the series at once, and what was found before is kept.
    """
    tried = done = 0
    ended: list[TargetError] = []
    smallest: list[Evidence] = []

    @seed(run.settings.seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @given(strategy)
    def examine(example: Example) -> None:
        nonlocal tried, done
        tried += bool(smallest)
        if ended or tried > SMALLER:
            return
        if run.out_of_time():
            ended.append(OutOfTime(f"the time budget is used up after {done} of {examples} examples (--time-budget)"))
            return
        with run.evidence.capture() as found:
            try:
                check(example)
                done += 1
            except TargetError as error:  # not for Hypothesis, which would look for a smaller example of an outage
                ended.append(error)
        if found:
            smallest[:] = found
            raise _Broken

    try:
        examine()
    except* (_Broken, Flaky):
        run.evidence.keep(smallest)
    if ended:
        raise ended[0]
