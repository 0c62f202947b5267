"""What is kept of what a case finds: each finding once with a count, and the beginning of a huge response."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.judge.model import Exchange, Response
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.run.evidence import KEPT_OF_A_BODY, EnoughFound, Evidence, EvidenceStore

WRONG = Finding("status.200", Expected(Demand.STATUS, (200,)), Observed(Seen.STATUS, 202))
OTHER = replace(WRONG, path=("spec",))


@pytest.mark.parametrize("length", [0, KEPT_OF_A_BODY, KEPT_OF_A_BODY + 1, 10 * KEPT_OF_A_BODY])
def test_only_the_beginning_of_a_huge_answer_is_kept(length: int) -> None:
    store = EvidenceStore()
    exchange = Exchange("PUT", "http://h/", {}, b"sent", Response(200, {"a": "b"}, b"x" * length), 0.1)
    store.add(Evidence(WRONG, exchange, requests=7))
    [kept] = store.met
    assert kept.exchange is not None
    assert len(kept.exchange.response.body) == min(length, KEPT_OF_A_BODY)
    assert (kept.exchange.body, kept.exchange.response.status, kept.requests) == (b"sent", 200, 7)


def test_a_finding_is_kept_once_in_a_case_as_it_was_seen_first_and_counted() -> None:
    store = EvidenceStore()
    again = replace(WRONG, observed=Observed(Seen.STATUS, 299))
    for requests, finding in enumerate((WRONG, OTHER, again, OTHER, WRONG)):
        store.add(Evidence(finding, None, requests=requests))
    assert [(one.finding, one.count, one.requests) for one in store.met] == [(WRONG, 3, 0), (OTHER, 2, 1)]
    store.begin_case()
    assert not store.met
    store.add(Evidence(WRONG, None, requests=9))
    assert [(one.finding, one.count, one.requests) for one in store.met] == [(WRONG, 1, 9)]


def test_what_is_captured_is_kept_only_if_it_is_taken_over() -> None:
    store = EvidenceStore()
    store.add(Evidence(WRONG, None))
    with store.capture() as captured:
        store.add(Evidence(WRONG, None))
        store.add(Evidence(OTHER, None))
    assert [one.finding for one in captured] == [WRONG, OTHER]
    assert [(one.finding, one.count) for one in store.met] == [(WRONG, 1)]
    store.keep(captured)
    assert [(one.finding, one.count) for one in store.met] == [(WRONG, 2), (OTHER, 1)]


def test_what_is_found_before_an_error_is_still_captured() -> None:
    store = EvidenceStore()
    seen: list[Evidence] = []

    def fail() -> None:
        nonlocal seen
        with store.capture() as seen:
            store.add(Evidence(OTHER, None))
            raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        fail()
    assert [one.finding for one in seen] == [OTHER]
    assert store.met == ()


def test_a_case_ends_once_all_is_found_that_is_sought_by_whatever_id() -> None:
    store = EvidenceStore()
    store.seek(["update/status.200"], lambda finding: f"update/{finding.requirement}")
    store.check_enough()
    store.add(Evidence(replace(WRONG, requirement="status.400"), None))
    store.check_enough()
    store.add(Evidence(WRONG, None))
    with pytest.raises(EnoughFound):
        store.check_enough()
