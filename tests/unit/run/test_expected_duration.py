"""How long a run takes, as a plan reckons it."""

from __future__ import annotations

import pytest

from contracts.run.dry_run import expected_seconds


@pytest.mark.parametrize(
    ("workers", "pace", "budget", "seconds"),
    [
        (1, None, None, 10 + 6000 * 0.02),
        (4, None, None, (10 + 6000 * 0.02) / 4),
        (4, 50.0, None, 6000 / 50),
        (1, None, 60.0, 60.0),
    ],
)
def test_a_plan_reckons_with_latency_workers_pace_and_budget(
    workers: int, pace: float | None, budget: float | None, seconds: float
) -> None:
    assert expected_seconds(10.0, 6000, 0.02, workers, pace, budget) == pytest.approx(seconds)
