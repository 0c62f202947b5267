"""Rules about the answer: documented status, JSON, a proper Status on refusal, the documented object on success."""

from __future__ import annotations

import dataclasses
import json

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation
from contracts.judge import response_rules, rules
from contracts.judge.model import NO_HTTP, Replacement, Response, Scope
from contracts.report import words
from contracts.report.finding import Demand, Finding
from contracts.spec.contract import Contract
from tests.unit.judge.replacements import field_of, put, said


def found_by(rule: rules.Rule, scope: Scope, replacement: Replacement) -> list[Finding]:
    return list(rules.applied(rule, scope, replacement))


def answer(status: int, value: Json, media_type: str = "application/json") -> Response:
    return Response(status, {"content-type": media_type}, json.dumps(value).encode())


def to(live: Json, one: Response, *, after: Json = None) -> Replacement:
    return Replacement(live, live, one, live if after is None else after)


def proper(code: int, /, **changes: Json) -> Json:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no", "code": code, **changes}
    return {key: value for key, value in body.items() if value is not MISSING}


@pytest.mark.parametrize(
    ("status", "kubernetes", "document"),
    [
        (200, True, True),
        (201, True, True),
        (202, False, False),
        (204, False, False),
        (302, False, False),
        (400, True, True),
        (401, True, True),
        (402, False, False),
        (403, True, True),
        (404, True, False),
        (409, True, False),
        (422, True, False),
        (500, True, True),
        (501, False, False),
        (503, True, False),
    ],
)
def test_documented_status(scope: Scope, live: Json, status: int, kubernetes: bool, document: bool) -> None:
    found = found_by(response_rules.documented_status, scope, to(live, answer(status, {})))
    assert (not found) == (kubernetes if scope.profile == "kubernetes" else document)
    assert all(one.requirement == "status.only-documented" and one.observed.status == status for one in found)
    assert all(set(one.expected.values) == scope.statuses and one.path == () for one in found)
    assert all(said(one).message == f"{status} is answered, which is not documented" for one in found)


def test_an_answer_that_is_no_http_has_no_status(scope: Scope, live: Json) -> None:
    broken = Response(NO_HTTP, {}, b"", "BadStatusLine: SSH")
    [one] = found_by(response_rules.documented_status, scope, to(live, broken))
    assert one.observed.status is None
    assert said(one) == (
        "status.only-documented",
        "the response is no HTTP",
        "",
        "an HTTP response with a status",
        "BadStatusLine: SSH",
    )


@pytest.mark.parametrize(
    ("status", "speaks"),
    [(200, False), (499, False), (500, True), (501, True), (503, False), (504, False), (599, True)],
)
def test_no_server_error(scope: Scope, live: Json, status: int, speaks: bool) -> None:
    found = found_by(response_rules.no_server_error, scope, to(live, answer(status, {})))
    assert [one.requirement for one in found] == (["status.500"] if speaks else [])


def test_a_server_error_names_what_was_tried(scope: Scope, live: Json) -> None:
    mutation = Mutation("change", ("spec", "x"), 1, 2)
    replacement = dataclasses.replace(to(live, answer(501, {})), mutation=mutation)
    [one] = found_by(response_rules.no_server_error, scope, replacement)
    assert one.attempt is mutation
    assert said(one).message == "spec.x changed from 1 to 2 is answered with a server error"
    assert one.expected.values == (2, 4)


@pytest.mark.parametrize(
    ("status", "authorized", "speaks"), [(401, True, True), (401, False, False), (403, True, False), (400, True, False)]
)
def test_valid_credential(scope: Scope, live: Json, status: int, authorized: bool, speaks: bool) -> None:
    replacement = dataclasses.replace(to(live, answer(status, {})), authorized=authorized)
    found = found_by(response_rules.valid_credential, scope, replacement)
    assert [one.requirement for one in found] == (["status.401"] if speaks else [])


@pytest.mark.parametrize(
    ("headers", "body", "observed"),
    [
        ({"content-type": "application/json"}, b"{}", []),
        ({"content-type": "Application/JSON; charset=utf-8"}, b"{}", []),
        ({"content-type": " application/json ;x"}, b"{}", []),
        ({}, b"", []),
        ({"content-type": "text/html"}, b"", []),
        ({"content-type": "text/html"}, b"{}", ['"text/html"']),
        ({"content-type": "application/jsonx"}, b"{}", ['"application/jsonx"']),
        ({}, b"{}", ["absent"]),
        ({"content-type": ""}, b"{}", ['""']),
        ({"content-type": "application/json"}, b" ", ["200, it is empty"]),
        ({"content-type": "application/json"}, b'{"a":NaN}', ["200, it is not JSON: NaN is no JSON value"]),
        ({"content-type": "text/html"}, b"\xff", ['"text/html"', "200, it is not UTF-8: byte 0"]),
        ({"content-type": "application/json"}, b"null", []),
    ],
)
def test_content_type(scope: Scope, live: Json, headers: dict[str, str], body: bytes, observed: list[str]) -> None:
    found = found_by(response_rules.content_type, scope, to(live, Response(200, headers, body)))
    assert [words.observed(one.observed) for one in found] == observed
    assert all(one.requirement == "response.content-type" for one in found)


def test_a_body_that_cannot_be_used_as_it_is_sent_says_why(scope: Scope, live: Json) -> None:
    cut = Response(200, {"content-type": "application/json"}, b"{}", "it is larger than 8 MiB")
    [one] = found_by(response_rules.content_type, scope, to(live, cut))
    assert said(one) == (
        "response.content-type",
        "the body of the response 200 is not JSON that can be used as it is sent",
        "",
        "JSON",
        "200, it is larger than 8 MiB",
    )


def test_a_body_that_is_no_json_is_told_from_one_that_is_not_sent_as_json(scope: Scope, live: Json) -> None:
    replacement = to(live, Response(403, {"content-type": "text/html"}, b"<html>"))
    not_sent_as_json, not_json = found_by(response_rules.content_type, scope, replacement)
    assert (not_sent_as_json.expected.demand, not_sent_as_json.observed.value) == (Demand.MEDIA_TYPE, "text/html")
    assert said(not_sent_as_json).message == "the response 403 is not sent as JSON"
    assert (not_json.expected.demand, not_json.observed.note) == (Demand.JSON, replacement.response.decoded[1])
    assert said(not_json).message == "the body of the response 403 is not JSON that can be used as it is sent"


@pytest.mark.parametrize(("status", "speaks"), [(200, False), (399, False), (400, True), (500, True), (599, True)])
def test_error_body_is_asked_of_errors_only(scope: Scope, live: Json, status: int, speaks: bool) -> None:
    found = found_by(response_rules.error_body, scope, to(live, answer(status, [])))
    message = f"the body of a response {status} is no proper error"
    wrong = ("response.error-body", message, "", "a JSON object that says what is wrong", "[]")
    assert list(map(said, found)) == ([wrong] if speaks else [])


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("metadata.labels", {"app": 5}, "metadata.labels.app"),
        ("metadata.generation", "2", "metadata.generation"),
        ("kind", "Job", "kind"),
        ("status.conditions", {}, "status.conditions"),
        ("metadata", [], "metadata"),
    ],
)
def test_response_schema(scope: Scope, live: Json, name: str, value: Json, field: str) -> None:
    found = found_by(response_rules.response_schema, scope, to(live, answer(200, put(live, name, value))))
    assert field in [field_of(one) for one in found]
    assert {one.requirement for one in found} == {"response.schema"}


def test_response_schema_of_half_a_surrogate_pair(scope: Scope, live: Json) -> None:
    """JSON can spell it, in keys and texts; it is nothing to stumble over."""
    odd = put(put(live, "metadata.annotations", {"\ud83d": "\ud83d"}), "metadata.uid", 7)
    found = found_by(response_rules.response_schema, scope, to(live, answer(200, odd)))
    # a key with a question mark is no valid one by the conventions
    assert {field_of(one) for one in found} - {"metadata.annotations"} == {"metadata.uid"}


def test_response_schema_is_silent_on_the_documented_example(scope: Scope, contract: Contract, live: Json) -> None:
    assert not found_by(response_rules.response_schema, scope, to(live, answer(200, contract.example_response)))


def test_only_accepted_answers_have_the_documented_structure(scope: Scope, live: Json) -> None:
    for status in (199, 300, 400):
        assert not found_by(response_rules.response_schema, scope, to(live, answer(status, [])))
    for status in (200, 299):
        assert found_by(response_rules.response_schema, scope, to(live, answer(status, [])))


def test_an_accepted_answer_without_an_object_is_a_finding(scope: Scope, live: Json) -> None:
    found = found_by(response_rules.response_schema, scope, to(live, Response(200, {}, b"")))
    message = "an accepted replacement is answered without an object"
    assert list(map(said, found)) == [("response.schema", message, "", "the object", "200, it is empty")]


def test_an_answer_that_is_no_object_is_called_one(scope: Scope, live: Json) -> None:
    found = found_by(response_rules.response_schema, scope, to(live, answer(200, ["x" * 300])))
    assert found
    for one in found:
        assert (one.path, one.expected.demand) == ((), Demand.SCHEMA)
        assert said(one).message == "the answered object is not as documented"
        assert one.observed.note.startswith('["xxx')
        assert said(one).observed == f"200, {one.observed.note[: words.LONGEST_NOTE]}"


@pytest.mark.parametrize(("beyond", "errors"), [(0, 2), (1, 1)])
def test_of_a_large_body_one_error_is_named(scope: Scope, live: Json, beyond: int, errors: int) -> None:
    wrong = put(put(live, "metadata.labels", {"app": 5}), "metadata.generation", "2")
    body = json.dumps(wrong).encode()
    body = body + b" " * (response_rules.LARGE_BODY + beyond - len(body))
    found = found_by(response_rules.response_schema, scope, to(live, Response(200, {}, body)))
    named = {"metadata.labels.app", "metadata.generation"}
    assert len(found) == errors
    assert {field_of(one) for one in found} <= named


def test_a_large_body_that_is_as_documented_is_not_wrong(scope: Scope, contract: Contract, live: Json) -> None:
    body = json.dumps(contract.example_response).encode() + b" " * response_rules.LARGE_BODY
    assert not found_by(response_rules.response_schema, scope, to(live, Response(200, {}, body)))


def test_what_the_conventions_require_is_not_asked_by_the_page_alone(scope: Scope, live: Json) -> None:
    shown = put(live, "metadata.uid", MISSING)
    found = found_by(response_rules.response_schema, scope, to(live, answer(200, shown)))
    assert bool(found) == (scope.profile == "kubernetes")


def test_what_stood_in_spec_before_is_not_the_answers_doing(scope: Scope, live: Json) -> None:
    odd = put(live, "spec.pytorchReplicaSpecs.Worker.replicas", "one")
    assert not found_by(response_rules.response_schema, scope, to(odd, answer(200, odd)))
    found = found_by(response_rules.response_schema, scope, to(live, answer(200, odd)))
    assert [field_of(one) for one in found] == ["spec.pytorchReplicaSpecs.Worker.replicas"]


def test_what_stood_in_spec_before_excuses_nothing_else(scope: Scope, live: Json) -> None:
    odd = put(live, "spec.pytorchReplicaSpecs.Worker.replicas", "one")
    for name in ("spec.ttlSecondsAfterFinished", "status.conditions", "metadata.labels"):
        shown = put(odd, name, "x")
        assert [field_of(one) for one in response_rules.response_schema(scope, to(odd, answer(200, shown)))] == [name]


def test_what_stood_in_metadata_before_is_still_the_answers_doing(scope: Scope, live: Json) -> None:
    odd = put(live, "metadata.labels", {"a": 1})
    assert found_by(response_rules.response_schema, scope, to(odd, answer(200, odd)))


def test_stored_state_compares_the_answer_with_the_store(scope: Scope, live: Json) -> None:
    shown = put(put(live, "metadata.labels", MISSING), "spec.ttlSecondsAfterFinished", 3000.0)
    found = found_by(response_rules.stored_state, scope, to(live, answer(200, shown)))
    assert [said(one)[2:] for one in found] == [
        ("metadata.labels", 'stored value {"app": "test"}', "200, answered value absent"),
        ("spec.ttlSecondsAfterFinished", "stored value 3000", "200, answered value 3000.0"),
    ]
    assert {one.requirement for one in found} == {"response.is-stored-state"}


def test_stored_state_lets_controllers_write_in_between(scope: Scope, live: Json) -> None:
    shown = put(put(live, "status", {"startTime": "x"}), "metadata.resourceVersion", "1")
    written = put(live, "metadata.resourceVersion", "2")
    assert not found_by(response_rules.stored_state, scope, to(live, answer(200, shown), after=written))


def test_an_answered_version_is_the_stored_one_where_nobody_has_written(scope: Scope, live: Json) -> None:
    shown = put(live, "metadata.resourceVersion", "1")
    [one] = response_rules.stored_state(scope, to(live, answer(200, shown)))
    assert (one.requirement, field_of(one)) == ("response.is-stored-state", "metadata.resourceVersion")


@pytest.mark.parametrize("name", ["status", "metadata.resourceVersion"])
def test_stored_state_does_not_let_the_answer_leave_out_what_controllers_write(
    scope: Scope, live: Json, name: str
) -> None:
    shown = put(live, name, MISSING)
    [one] = response_rules.stored_state(scope, to(live, answer(200, shown)))
    assert (one.path, one.observed.status, one.observed.value) == (paths.parse(name), 200, MISSING)
    assert one.expected.values == (paths.get(live, paths.parse(name)),)
    without = put(live, name, MISSING)
    before_it_was_there = Replacement(without, live, answer(200, shown), live)
    gone_since = Replacement(live, live, answer(200, shown), without)
    assert not found_by(response_rules.stored_state, scope, before_it_was_there)
    assert not found_by(response_rules.stored_state, scope, gone_since)


def test_stored_state_has_nothing_to_compare(scope: Scope, live: Json) -> None:
    other = {"kind": "other"}
    assert found_by(response_rules.stored_state, scope, to(live, answer(200, other)))
    for replacement in (
        to(live, answer(403, other)),
        to(live, answer(200, [])),
        to(live, answer(200, other), after=MISSING),
    ):
        assert not found_by(response_rules.stored_state, scope, replacement)


def test_media_type_and_decoded_body() -> None:
    one = Response(200, {"content-type": "Text/HTML; charset=x"}, b"[1]")
    assert (one.media_type, one.value, one.decoded) == ("text/html", [1], ([1], ""))
    assert Response(200, {}, b"").media_type == ""
