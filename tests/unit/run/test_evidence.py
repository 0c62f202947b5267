"""What a finding keeps of the exchange that shows it."""

from __future__ import annotations

import pytest

from contracts.client.exchange import Exchange
from contracts.judge.model import Finding, Response
from contracts.run.evidence import KEPT_OF_A_BODY, Evidence, EvidenceStore


@pytest.mark.parametrize("length", [0, KEPT_OF_A_BODY, KEPT_OF_A_BODY + 1, 10 * KEPT_OF_A_BODY])
def test_only_the_beginning_of_a_huge_answer_is_kept(length: int) -> None:
    ledger = EvidenceStore()
    exchange = Exchange("PUT", "http://h/", {}, b"sent", Response(200, {"a": "b"}, b"x" * length), 0.1)
    ledger.add(Evidence(Finding("status.200", "wrong"), exchange, requests=7))
    [kept] = ledger.evidence
    assert kept.exchange is not None
    assert len(kept.exchange.response.body) == min(length, KEPT_OF_A_BODY)
    assert (kept.exchange.body, kept.exchange.response.status, kept.requests) == (b"sent", 200, 7)
