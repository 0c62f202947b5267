"""Family replaceable: the documented fields can be set, changed and cleared, and nothing else changes with them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import strategies as st

from contracts.casekit.parametrize import with_fields
from contracts.casekit.property_search import explore
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules, values
from contracts.judge.model import Finding
from contracts.resource.responses import JSON
from contracts.run.examiner import Examiner, assign, with_values
from contracts.run.run import Run
from contracts.spec.requirements import Requirement


@pytest.mark.parametrize("requirement", with_fields("replaceable"))
def test_set_change_clear(examiner: Examiner, requirement: Requirement) -> None:
    """Each field takes every value in turn, in answer and store."""
    for field in requirement.fields:
        for step in values.series(examiner.contract, field):
            trial = examiner.replace(assign({field: step.value}))
            if step.value is not None or examiner.scope.profile == "kubernetes":  # the page does not speak of null
                examiner.expect_accepted(trial, requirement.id, f"{field} {step.title}")
        for value in values.inexact(examiner.contract, field):
            examiner.replace(assign({field: value}))


@pytest.mark.parametrize("requirement", with_fields("replaceable"))
@pytest.mark.requirement("replaceable.invalid-refused")
def test_invalid_value_is_refused(examiner: Examiner, requirement: Requirement) -> None:
    """A value that the field cannot take is refused, whatever stood there before."""
    for field in requirement.fields:
        for value in values.invalid(examiner.contract, field):
            trial = examiner.replace(assign({field: value}))
            if trial.accepted or trial.status not in (400, 422):
                message = f"{field} as {paths.show(value, 60)} is not refused as invalid"
                found = Finding("replaceable.invalid-refused", message, field, "400 or 422", examiner.said(trial))
                examiner.fault(found, trial)


@pytest.mark.requirement("replaceable.together")
def test_all_in_one_request(examiner: Examiner) -> None:
    """All fields are set, changed, cleared and set again, each time in one request."""
    contract = examiner.contract
    nothing = dict.fromkeys(contract.replaceable, MISSING)
    for wanted in (
        values.assignments(contract, 1),
        values.assignments(contract, 2),
        nothing,
        values.assignments(contract, 3),
    ):
        trial = examiner.replace(assign(wanted))
        examiner.expect_accepted(trial, "replaceable.together", "a replacement of all replaceable fields")
        for finding in trial.findings:
            if finding.requirement.startswith("replaceable."):
                message = f"together with the others, {finding.message}"
                found = Finding("replaceable.together", message, finding.field, finding.expected, finding.observed)
                examiner.fault(found, trial)


@pytest.mark.requirement("replaceable.sequence")
@pytest.mark.cost(110)
def test_last_of_a_series_stands(contract_run: Run, examiner: Examiner) -> None:
    """After generated series of replacements each field has the last value that was sent for it."""
    series = st.lists(_assignment(examiner), min_size=2, max_size=6)

    def check(steps: list[dict[str, Json]]) -> None:
        for step in steps:
            trial = examiner.replace(assign(step))
            examiner.expect_accepted(trial, "replaceable.sequence", "a replacement in a series")
        _expect_stored(examiner, steps, {})

    explore(contract_run, series, check, contract_run.settings.examples)


@pytest.mark.requirement("replaceable.sequence")
def test_answer_is_the_next_request(examiner: Examiner) -> None:
    """A client that never reads, but changes the last answer and sends it back, gets its last values stored."""
    steps = [values.assignments(examiner.contract, mark) for mark in range(4, 12)]
    known = examiner.live()
    lost: set[str] = set()
    for step in steps:
        known = with_values(known, step)
        examiner.job.about_to_send(known)
        exchange = examiner.target.send("PUT", examiner.job.path, headers=JSON, body=strict.encode(known))
        if exchange.response.accepted and isinstance(exchange.response.value, dict):
            known = exchange.response.value
        elif exchange.response.status == 409:
            lost.add("a controller was faster")
            known = examiner.replace(assign(step)).replacement.after
        else:
            found = Finding(
                "replaceable.sequence",
                "an answer sent back with changes is not accepted",
                "",
                "200",
                str(exchange.response.status),
            )
            examiner.fault(found, exchange=exchange)
            known = examiner.live()
    _expect_stored(examiner, steps, {})


@pytest.mark.requirement("replaceable.sequence")
def test_seen_on_another_connection(examiner: Examiner) -> None:
    """Who reads on a connection of its own, before and after a replacement, sees what is stored, not what was."""
    with ThreadPoolExecutor(1) as pool:  # each thread has its own
        for mark in (13, 14):
            pool.submit(examiner.job.read).result()
            trial = examiner.replace(assign(values.assignments(examiner.contract, mark)))
            elsewhere = pool.submit(examiner.job.read).result()
            for change in paths.differences(
                *(paths.without(one, examiner.scope.server_owned) for one in (trial.replacement.after, elsewhere))
            ):
                message = "on another connection the object is not the one that was stored"
                shown = paths.show(change.before), paths.show(change.after)
                examiner.fault(Finding("replaceable.sequence", message, paths.render(change.path), *shown), trial)


def _assignment(examiner: Examiner) -> st.SearchStrategy[dict[str, Json]]:
    """Some replaceable fields with a value each, absence among them."""
    contract = examiner.contract
    options = {
        field: st.sampled_from([values.assignments(contract, mark)[field] for mark in range(20, 29)] + [MISSING])
        for field in contract.replaceable
    }
    return st.fixed_dictionaries({}, optional=options).filter(bool)


def _expect_stored(examiner: Examiner, steps: list[dict[str, Json]], last: dict[str, Json]) -> None:
    for step in steps:
        last = {**last, **step}
    stored = examiner.live()
    for field, value in last.items():
        default = examiner.job.defaults.get(field, MISSING)
        wanted = {**default, **value} if isinstance(value, dict) and isinstance(default, dict) else value
        allowed = (wanted, value) if value is not MISSING else rules.cleared_values(default)
        now = paths.get(stored, paths.parse(field))
        if not any(paths.same(now, one) for one in allowed):
            message = f"after {len(steps)} replacements {field} is not what was sent last"
            found = Finding("replaceable.sequence", message, field, paths.show(value), paths.show(now))
            examiner.fault(found, change=_operations(steps))


def _operations(steps: list[dict[str, Json]]) -> tuple[dict[str, Json], ...]:
    """A series of replacements as JSON Patch, one operation for each field that each of them sent."""
    pointers = {field: "/" + field.replace(".", "/") for step in steps for field in step}
    return tuple(
        {"op": "remove", "path": pointers[field]}
        if value is MISSING
        else {"op": "add", "path": pointers[field], "value": value}
        for step in steps
        for field, value in step.items()
    )
