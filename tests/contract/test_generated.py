"""Schemathesis on the specification: generated replacements that must be accepted, and ones that must not."""

from __future__ import annotations

import json

import pytest

from contracts.casekit import schemathesis_data
from contracts.casekit.property_search import explore
from contracts.judge.model import Finding
from contracts.run.examiner import Examiner, Trial, assign
from contracts.run.run import Run


@pytest.mark.requirement(
    "replaceable.together", "response.schema", "response.is-stored-state", "immutable.replica-specs"
)
@pytest.mark.cost(35)
def test_positive(contract_run: Run, examiner: Examiner) -> None:
    """Replaceable fields as the specification allows them are accepted, stored and answered."""

    def check(case: schemathesis_data.Case) -> None:
        part = schemathesis_data.replaceable_part(examiner.contract, case.body)
        trial = examiner.replace(assign(part), pretty=_pretty(case))
        examiner.ledger.positive_sent += 1
        examiner.ledger.positive_accepted += trial.accepted
        examiner.expect_accepted(trial, "replaceable.together", "a generated replacement")
        _validate(examiner, case, trial)

    strategy = schemathesis_data.cases(examiner.contract, contract_run.settings.profile, positive=True)
    explore(contract_run, strategy, check, contract_run.settings.examples)


@pytest.mark.requirement("replaceable.invalid-refused", "status.refusal-changes-nothing", "status.400")
@pytest.mark.cost(35)
def test_negative(contract_run: Run, examiner: Examiner) -> None:
    """What the specification does not allow is refused, or ignored where it is immutable, and never stored."""

    def check(case: schemathesis_data.Case) -> None:
        trial, must_refuse, what = _send_negative(examiner, case)
        if must_refuse and trial.status not in (400, 422):
            requirement = "status.400" if what == "body" else "replaceable.invalid-refused"
            message = f"a generated {what} that the specification does not allow is not refused as invalid"
            examiner.fault(Finding(requirement, message, "", "400 or 422", examiner.said(trial)), trial)
        _validate(examiner, case, trial)

    strategy = schemathesis_data.cases(examiner.contract, contract_run.settings.profile, positive=False)
    explore(contract_run, strategy, check, contract_run.settings.examples)


def _send_negative(examiner: Examiner, case: schemathesis_data.Case) -> tuple[Trial, bool, str]:
    """The trial, whether it had to be refused, and what was wrong with it."""
    body = case.body
    if not isinstance(body, dict):
        raw = body if isinstance(body, bytes) else json.dumps(body if _is_json(body) else None).encode()
        return examiner.replace(assign({}), raw=lambda _: raw), True, "body"
    wrong = schemathesis_data.wrong_part(examiner.contract, body)
    if wrong:
        return examiner.replace(assign(wrong)), True, ", ".join(sorted(wrong))
    return examiner.replace(lambda live: schemathesis_data.identified(examiner.contract, body, live)), False, "object"


def _is_json(value: object) -> bool:
    return isinstance(value, str | int | float | bool | list) or value is None


def _pretty(case: schemathesis_data.Case) -> str | None:
    value = (case.query or {}).get("pretty")
    return "true" if value == "true" else None


def _validate(examiner: Examiner, case: schemathesis_data.Case, trial: Trial) -> None:
    for finding in schemathesis_data.failures(case, trial):
        examiner.fault(finding, trial)
