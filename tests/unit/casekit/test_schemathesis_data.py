"""What is generated from the specification, and what becomes of it before it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from contracts.casekit import generated_body, schemathesis_data
from contracts.casekit.job import Job
from contracts.casekit.reply import Reply
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING
from contracts.judge.model import Response
from contracts.judge.response_rules import LARGE_BODY
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.fields import UID
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE: dict[str, Any] = dict(CONTRACT.example_response)


def drawn(*, positive: bool, number: int) -> list[Any]:
    """The bodies of a series as a run draws it."""
    bodies: list[Any] = []

    @seed(number)
    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(schemathesis_data.cases(CONTRACT, "kubernetes", positive=positive))
    def draw(case: schemathesis_data.Case) -> None:
        bodies.append(case.body)

    draw()
    return bodies


@pytest.mark.parametrize("number", range(3))
def test_positive_bodies_hold_what_the_fields_can_take(number: int) -> None:
    bodies = drawn(positive=True, number=number)
    assert len(bodies) == 25
    assert not any(generated_body.wrong_part(CONTRACT, body) for body in bodies)
    seen = {name for body in bodies for name, value in generated_body.replaceable_part(CONTRACT, body).items() if value}
    assert seen == set(CONTRACT.replaceable)


def test_negative_bodies_are_wrong_in_every_way() -> None:
    """Bytes that are no object, wrong values of replaceable fields, and objects that are wrong elsewhere."""
    kinds: Counter[str] = Counter()
    for body in (body for number in range(3) for body in drawn(positive=False, number=number)):
        wrong = isinstance(body, dict) and generated_body.wrong_part(CONTRACT, body)
        kinds["field" if wrong else "object" if isinstance(body, dict) else "bytes"] += 1
    assert min(kinds["field"], kinds["object"], kinds["bytes"]) >= 9, kinds


def test_what_decoders_may_take_or_not_is_left_out() -> None:
    body = {"metadata": {"labels": {"a": None, "b": "c"}}, "spec": {"activeDeadlineSeconds": 5.0}}
    part = generated_body.replaceable_part(CONTRACT, body)
    assert part["metadata.labels"] == {"b": "c"}
    assert type(part["spec.activeDeadlineSeconds"]) is int
    assert part["metadata.annotations"] is MISSING
    beyond = generated_body.replaceable_part(CONTRACT, {"spec": {"activeDeadlineSeconds": 1e20}})
    assert type(beyond["spec.activeDeadlineSeconds"]) is float
    assert not generated_body.wrong_part(CONTRACT, body)
    sent = generated_body.identified(CONTRACT, body, LIVE)
    assert paths.get(sent, ("metadata", "labels")) == {"b": "c"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metadata.labels", {"a": 1, "b": None}),
        ("metadata.labels", ["a"]),
        ("metadata.annotations", {"a": {}}),
        ("spec.activeDeadlineSeconds", 1.5),
        ("spec.ttlSecondsAfterFinished", False),
        ("spec.cleanPodPolicy", "all"),
    ],
)
def test_a_wrong_value_is_told_from_a_right_one(name: str, value: Any) -> None:
    body = paths.put({}, paths.parse(name), value)
    assert set(generated_body.wrong_part(CONTRACT, body)) == {name}


def test_an_object_is_sent_under_the_identity_of_the_live_one() -> None:
    sent = generated_body.identified(CONTRACT, {"kind": "Other", "more": 1}, LIVE)
    for path in (("kind",), ("metadata", "name"), UID):
        assert paths.get(sent, path) == paths.get(LIVE, path)
    assert sent["more"] == 1
    assert "spec" not in sent


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b"\xff", b"\xff"),
        ("x", b'"x"'),
        (5, b"5"),
        (True, b"true"),
        ([1], b"[1]"),
        (None, b"null"),
        (object(), b"null"),
    ],
)
def test_a_body_that_is_no_object_is_sent_as_json(body: Any, sent: bytes) -> None:
    assert generated_body.as_bytes(body) == sent


@pytest.mark.parametrize(
    ("query", "asked"), [({"pretty": "true"}, "true"), ({"pretty": "false"}, None), ({}, None), (None, None)]
)
def test_pretty_output_is_asked_for_where_the_case_does(query: Any, asked: str | None) -> None:
    assert schemathesis_data.pretty(cast("schemathesis_data.Case", SimpleNamespace(query=query))) == asked


def drawn_case() -> schemathesis_data.Case:
    cases: list[schemathesis_data.Case] = []

    @settings(max_examples=1, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
    @given(schemathesis_data.cases(CONTRACT, "kubernetes", positive=True))
    def draw(case: schemathesis_data.Case) -> None:
        cases.append(case)

    draw()
    return cases[0]


def test_checks_of_schemathesis_are_silent_on_what_conforms(job_of: Callable[..., Job]) -> None:
    job = job_of()
    schemathesis_data.validate(drawn_case(), job.replace({}))
    assert job.run.evidence.met == ()


@pytest.mark.parametrize(
    ("status", "value", "requirement"),
    [
        (202, LIVE, "status.only-documented"),
        (200, {**LIVE, "kind": 5}, "response.schema"),
    ],
)
def test_what_schemathesis_finds_is_found_by_the_case(
    job_of: Callable[..., Job], status: int, value: Any, requirement: str
) -> None:
    job = job_of("pretty.default")
    answered = Response(status, {"content-type": "application/json"}, strict.encode(value))
    reply = Reply(job, replace(job.replace({}).exchange, response=answered))
    schemathesis_data.validate(drawn_case(), reply)
    found = {one.finding.requirement: one.finding for one in job.run.evidence.met}
    assert found[requirement].expected.demand is Demand.SPECIFICATION
    assert found[requirement].observed.status == status
    assert found[requirement].observed.note


@pytest.mark.parametrize(
    ("status", "answered"),
    [(202, b"<html>"), (202, b"{}" * 10), (202, b" " * (LARGE_BODY + 1)), (418, b"{}"), (500, b"{}")],
)
def test_what_the_rules_have_said_schemathesis_is_not_asked(
    job_of: Callable[..., Job], status: int, answered: bytes
) -> None:
    job = job_of()
    response = Response(status, {"content-type": "application/json"}, answered)
    schemathesis_data.validate(drawn_case(), Reply(job, replace(job.replace({}).exchange, response=response)))
    assert job.run.evidence.met == ()


@pytest.mark.parametrize(
    ("status", "headers", "requirement"),
    [
        (202, {"content-type": "application/json"}, "status.only-documented"),
        (200, {"content-type": "text/plain"}, "response.content-type"),
        (200, {"content-type": "application/json"}, "response.schema"),
    ],
)
def test_a_finding_of_our_rules_is_not_found_again_by_schemathesis(
    job_of: Callable[..., Job], status: int, headers: dict[str, str], requirement: str
) -> None:
    """The same answer is a finding where our rules were silent of it, and none where they have spoken."""
    job = job_of("pretty.default")
    reply = job.replace({})
    assert reply.trial is not None
    answered = Response(status, headers, strict.encode({**LIVE, "kind": 5}))
    exchange = replace(reply.exchange, response=answered)
    ours = Finding(requirement, Expected(Demand.SCHEMA), Observed(Seen.STATUS, status))
    for findings, trial in ((1, None), (0, replace(reply.trial, findings=(ours,)))):
        with job.run.evidence.capture() as found:
            schemathesis_data.validate(drawn_case(), Reply(job, exchange, trial))
        assert [one.finding.requirement for one in found].count(requirement) == findings
