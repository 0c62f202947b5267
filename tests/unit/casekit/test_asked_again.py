"""Asking again: the first answer that is no failure counts, and the failures before it are known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.casekit.asked_again import asked_again
from contracts.casekit.probe import is_failure
from contracts.judge.model import NO_HTTP, Exchange, Response
from contracts.run.confirmation import ASKED


@given(st.lists(st.sampled_from([200, 403, 500, 503, NO_HTTP]), min_size=ASKED, max_size=ASKED))
def test_the_first_answer_that_is_no_failure_counts(statuses: list[int]) -> None:
    waiting = [Exchange("PUT", "", {}, b"", Response(status, {}, b""), 0.0) for status in statuses]
    left = list(waiting)
    answered = asked_again(lambda: left.pop(0), is_failure)
    good = [number for number, status in enumerate(statuses) if 0 < status < 500]
    at = good[0] if good else ASKED - 1
    assert answered.exchange is waiting[at]
    assert len(left) == ASKED - 1 - at
    expected = [one for one in waiting[:at] if one.response.status != NO_HTTP] if good else []
    assert [*answered.failed] == expected
