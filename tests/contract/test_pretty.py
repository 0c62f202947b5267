"""Family pretty: the parameter changes how the answer is laid out, and nothing else."""

from __future__ import annotations

from itertools import islice

import pytest

from contracts.casekit.parametrize import with_fields
from contracts.jsonvalue import layout, paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.judge.model import Finding
from contracts.run.examiner import Examiner, Trial, assign
from contracts.spec.requirements import Requirement

STORED = ("replaceable.", "immutable.")
CONTENT = ("replaceable.", "immutable.", "response.is-stored-state", "response.schema")
OTHER_VALUES = ("false", "0", "", "no", "1", "yes", "TRUE", "True", "2", "truefalse", "False")


@pytest.mark.requirement("pretty.true-is-pretty")
def test_true_is_pretty(examiner: Examiner) -> None:
    """A replacement that changes something and one that does not are both answered in indented JSON."""
    start = values.assignments(examiner.contract, 30)
    for mark in (31, 32):
        wanted = values.assignments(examiner.contract, mark)
        for what, change in (("a replacement", wanted), ("an unchanged replacement", {})):
            plain = examiner.replace(assign(change))
            if change:
                examiner.replace(assign(start))
            trial = examiner.replace(assign(change), pretty="true")
            if plain.accepted:
                examiner.expect_accepted(trial, "pretty.true-is-pretty", f"{what} with pretty=true")


@pytest.mark.requirement("pretty.same-content")
def test_same_content(examiner: Examiner) -> None:
    """One and the same replacement, with and without the parameter, is answered with one JSON value."""
    contract = examiner.contract
    inexact = {field: value for field in contract.replaceable for value in values.inexact(contract, field)}
    for wanted in (
        values.assignments(contract, 33),
        values.extremes(contract),
        values.intricate(contract),
        inexact,
    ):
        plain = examiner.replace(assign(wanted))
        laid_out = examiner.replace(assign(wanted), pretty="true")
        _expect_same(examiner, "pretty.same-content", plain, laid_out)


@pytest.mark.parametrize("requirement", with_fields("replaceable"))
@pytest.mark.requirement("pretty.same-effect")
def test_same_effect(examiner: Examiner, requirement: Requirement) -> None:
    """What is stored without the parameter is stored with it, field by field."""
    for field in requirement.fields:
        first = values.assignments(examiner.contract, 35)[field]
        changed = values.assignments(examiner.contract, 37)[field]
        for second in (changed, values.extremes(examiner.contract)[field], MISSING):
            _expect_same_effect(examiner, "pretty.same-effect", {field: first}, {field: second}, "true")


@pytest.mark.parametrize("requirement", with_fields("replaceable"))
@pytest.mark.requirement("pretty.same-effect")
def test_same_refusal(examiner: Examiner, requirement: Requirement) -> None:
    """What is refused without the parameter is refused with it."""
    for field in requirement.fields:
        for value in islice(values.invalid(examiner.contract, field), 2):
            plain = examiner.replace(assign({field: value}))
            trial = examiner.replace(assign({field: value}), pretty="true")
            if plain.refused and trial.accepted:
                message = f"{field} as {paths.show(value, 60)} is refused, but not with pretty=true"
                found = Finding("pretty.same-effect", message, field, examiner.said(plain), examiner.said(trial))
                examiner.fault(found, trial)


@pytest.mark.requirement("pretty.default")
def test_without_the_parameter(examiner: Examiner) -> None:
    """Without the parameter the answer is JSON; for a client that is no browser it is compact by convention."""
    wanted = values.assignments(examiner.contract, 38)
    trial = examiner.replace(assign(wanted))
    examiner.expect_accepted(trial, "pretty.default", "a replacement without the parameter")
    _expect_json(examiner, "pretty.default", trial)
    _expect_compact(examiner, "pretty.default", trial, "without the parameter")


@pytest.mark.parametrize("value", OTHER_VALUES)
@pytest.mark.requirement("pretty.other-values")
def test_other_values(examiner: Examiner, value: str) -> None:
    """Another value neither keeps a replacement from being stored nor changes what is answered."""
    wanted = values.assignments(examiner.contract, 40 + OTHER_VALUES.index(value))
    start = values.assignments(examiner.contract, 39)
    trial, plain = _expect_same_effect(examiner, "pretty.other-values", start, wanted, value)
    if isinstance(plain.replacement.response.value, dict):
        _expect_json(examiner, "pretty.other-values", trial)
    if value == "false":
        _expect_compact(examiner, "pretty.other-values", trial, "with pretty=false")


def _expect_same_effect(
    examiner: Examiner, requirement: str, start: dict[str, Json], wanted: dict[str, Json], value: str
) -> tuple[Trial, Trial]:
    """Make one and the same change twice, without the parameter and with it; only what the latter breaks counts.

    Gives the latter, and the one without the parameter.
    """
    examiner.replace(assign(start))
    plain = examiner.replace(assign(wanted))
    examiner.replace(assign(start))
    trial = examiner.replace(assign(wanted), pretty=value)
    required = value in ("true", "false") or trial.accepted or examiner.scope.profile == "kubernetes"
    stored = not any(finding.requirement.startswith(STORED) for finding in plain.findings)
    if plain.accepted and stored and required:
        examiner.ledger.witnessed.add("compared")
        _expect_effect(examiner, requirement, trial, f"a replacement with pretty={value}")
    return trial, plain


def _expect_effect(examiner: Examiner, requirement: str, trial: Trial, what: str) -> None:
    if not examiner.expect_accepted(trial, requirement, what):
        return
    for finding in trial.findings:
        if finding.requirement.startswith(("replaceable.", "immutable.")):
            message = f"{what}: {finding.message}"
            examiner.fault(Finding(requirement, message, finding.field, finding.expected, finding.observed), trial)


def _expect_same(examiner: Examiner, requirement: str, plain: Trial, laid_out: Trial) -> None:
    """Compare two answers, unless the one without the parameter shows already what it should not."""
    amiss = any(finding.requirement.startswith(CONTENT) for finding in plain.findings)
    if (
        not plain.accepted
        or amiss
        or not examiner.expect_accepted(laid_out, requirement, "a replacement with pretty=true")
    ):
        return
    left, right = (_comparable(examiner, trial) for trial in (plain, laid_out))
    for change in paths.differences(left, right):
        field = paths.render(change.path)
        message = f"with pretty=true the answer shows another {field or 'value'} than without"
        expected, observed = paths.show(change.before), paths.show(change.after)
        examiner.fault(Finding(requirement, message, field, expected, observed), laid_out)
    for path in examiner.scope.server_owned:
        there, here = (paths.get(trial.replacement.response.value, path) for trial in (plain, laid_out))
        if there is not MISSING and here is MISSING:
            field = paths.render(path)
            message = f"with pretty=true the answer shows no {field}"
            examiner.fault(Finding(requirement, message, field, paths.show(there), "absent"), laid_out)


def _comparable(examiner: Examiner, trial: Trial) -> Json:
    """The answered object without what a controller or a second write may have changed between two requests."""
    return paths.without(trial.replacement.response.value, (*examiner.scope.server_owned, ("metadata", "generation")))


def _expect_json(examiner: Examiner, requirement: str, trial: Trial) -> None:
    answer = trial.replacement.response
    if trial.accepted and not isinstance(answer.value, dict):
        examiner.fault(Finding(requirement, "the answer is no JSON object", "", "the object", answer.decoded[1]), trial)


def _expect_compact(examiner: Examiner, requirement: str, trial: Trial, what: str) -> None:
    text = trial.replacement.response.body.decode(errors="replace")
    if examiner.scope.profile == "kubernetes" and trial.accepted and layout.is_pretty(text):
        found = Finding(requirement, f"{what} the answer is pretty-printed", "", "compact JSON", "pretty-printed JSON")
        examiner.fault(found, trial)
