"""What two of three trials of one replacement have found counts, whichever two they are, and once."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contracts.judge.model import Exchange, Replacement, Response
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.confirmation import agreed
from contracts.run.trial import Trial

ANSWER = Response(200, {}, b"{}")


def finding(name: str) -> Finding:
    return Finding(
        "immutable.atomic", Expected(Demand.UNCHANGED), Observed(Seen.STORED, 200, 1), ("spec", name), "rule"
    )


A, F, U = map(finding, "AFU")


def trial(
    number: int = 0,
    certain: tuple[Finding, ...] = (),
    doubtful: tuple[Finding, ...] = (),
    unlikely: tuple[Finding, ...] = (),
) -> Trial:
    exchange = Exchange("PUT", "/", {}, None, ANSWER, 0.1, number=number)
    return Trial(Replacement({}, {}, ANSWER, {}), exchange, certain, doubtful, unlikely)


def shown(vote: Trial) -> list[tuple[int, tuple[Finding, ...]]]:
    """By the number of its exchange what each trial shows."""
    return [(one.exchange.number, one.findings) for one in (vote, *vote.others)]


def test_what_the_first_trial_has_not_found_counts_with_the_trial_that_has() -> None:
    votes = [trial(1, unlikely=(U,)), trial(2, doubtful=(F,)), trial(3, doubtful=(F,))]
    assert shown(agreed(votes, quiet=True)) == [(1, ()), (2, (F,))]


def test_what_is_certain_is_kept_once() -> None:
    votes = [trial(number, (A,), unlikely=(U,)) for number in (1, 2, 3)]
    assert shown(agreed(votes, quiet=True)) == [(1, (A, U))]
    assert shown(agreed(votes, quiet=False)) == [(1, (A,))]


def test_what_is_found_once_counts_only_where_the_first_is_certain_of_it() -> None:
    votes = [trial(1, (A,), (F,)), trial(2, (finding("B"),)), trial(3, unlikely=(U,))]
    assert shown(agreed(votes, quiet=True)) == [(1, (A,))]


FOUND = st.lists(st.sampled_from([A, F, U]), unique=True).map(tuple)
VOTES = st.lists(st.tuples(FOUND, FOUND, FOUND), min_size=2, max_size=3)


@given(VOTES, st.booleans())
def test_each_finding_of_two_trials_is_kept_once_in_whatever_order_they_came(
    drawn: list[tuple[tuple[Finding, ...], ...]], quiet: bool
) -> None:
    votes = [trial(number, *found) for number, found in enumerate(drawn)]
    made = agreed(votes, quiet=quiet)
    keys = [one.key for one in made.found]
    assert len(set(keys)) == len(keys)
    for one in (A, F, U):
        times = sum(one in (*vote.findings, *vote.doubtful, *vote.unlikely) for vote in votes)
        likely = quiet or any(one in (*vote.findings, *vote.doubtful) for vote in votes)
        assert (one in made.found) == (one in votes[0].findings or (times > 1 and likely))
    assert not any(one.doubtful or one.unlikely for one in (made, *made.others))
    assert replace(made, others=()).exchange == votes[0].exchange
