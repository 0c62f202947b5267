"""What was found against a requirement anywhere in the run, whatever the case that came across it; runs last."""

from __future__ import annotations

import pytest

from contracts.run.evidence import WITNESSES
from contracts.run.examiner import Examiner
from contracts.spec.load import load_contract

NAMES = [pytest.param(name, marks=pytest.mark.requirement(name)) for name in load_contract().requirements]


@pytest.mark.whole_run
@pytest.mark.parametrize("name", NAMES)
def test_everything_seen(examiner: Examiner, name: str) -> None:
    """Every replacement was judged by every rule; the plugin fails this case when one spoke against `name`."""
    if not examiner.ledger.judged:
        raise RuntimeError(f"no replacement was judged, so nothing is known of {name}")
    witness = examiner.contract.requirements[name].witness
    if witness and witness not in examiner.ledger.witnessed:
        pytest.skip(WITNESSES[witness])
