"""Family response: what the answer to a replacement holds."""

from __future__ import annotations

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules, values
from contracts.judge.model import Finding
from contracts.run.examiner import Examiner, assign


@pytest.mark.requirement("response.schema", "response.is-stored-state", "response.content-type")
def test_accepted(examiner: Examiner) -> None:
    """Answers to replacements that change all, one and no field are judged by every rule for answers."""
    contract = examiner.contract
    changes = [values.assignments(contract, 71), *({field: MISSING} for field in contract.replaceable), {}]
    for change in changes:
        examiner.replace(assign(change))


@pytest.mark.requirement("response.documented-example")
def test_documented_example(examiner: Examiner) -> None:
    """The documented request, made for the object under test, gets the documented answer."""
    contract, replaceable = examiner.contract, examiner.scope.replaceable
    request = {paths.render(path): paths.get(contract.example_request, path) for path in replaceable}
    trial = examiner.replace(assign(request))
    if not examiner.expect_accepted(trial, "response.documented-example", "the documented example request"):
        return
    for path in (*replaceable, ("apiVersion",), ("kind",)):
        wanted = paths.get(contract.example_response, path)
        shown = paths.get(trial.replacement.response.value, path)
        cleared = examiner.job.defaults.get(paths.render(path), MISSING)
        allowed = rules.cleared_values(cleared) if wanted is MISSING else (wanted, _with_defaults(cleared, wanted))
        if not any(paths.same(shown, value) for value in allowed):
            field = paths.render(path)
            message = f"the answer to the documented example shows another {field}"
            found = Finding("response.documented-example", message, field, paths.show(wanted), paths.show(shown))
            examiner.fault(found, trial)


@pytest.mark.requirement("response.error-body", "response.content-type")
def test_refused(examiner: Examiner) -> None:
    """Refusals of different kinds are judged by every rule for answers."""
    for raw in (lambda _: b"", lambda body: body[:-1], lambda _: b"[]"):
        examiner.replace(assign({}), raw=raw)
    for name in ("another kind", "another name"):
        examiner.replace(lambda live, name=name: values.mismatches(examiner.contract, live)[name])  # type: ignore[misc]
    examiner.replace(assign({}), credential={})


def _with_defaults(default: Json, value: Json) -> Json:
    return {**default, **value} if isinstance(default, dict) and isinstance(value, dict) else value
