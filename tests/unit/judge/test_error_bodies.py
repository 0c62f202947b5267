"""Bodies of errors: a Status, or any JSON object that says what is wrong and does not contradict the HTTP status."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import error_bodies, response_rules, rules
from contracts.judge.error_bodies import defects, form
from contracts.judge.model import Response, Scope
from contracts.report import words
from contracts.report.finding import Demand
from tests.unit.judge.replacements import CONTRACT, answer, refusal_body

VENDOR = {"error_code": "ModelArts.0001", "error_msg": "no"}
PROBLEM = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "no"}


def wrong(value: Json, status: int = 403) -> list[str]:
    """The fields in which the body of an error is wrong."""
    found = list(defects(answer(status, value)))
    assert all(words.expected(expected) and words.observed(observed) for expected, observed, _ in found)
    return [paths.render(path) for _, _, path in found]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"reason": "Forbidden"}, []),
        ({"reason": "Invalid"}, []),
        ({"reason": 5}, []),
        ({"kind": "status"}, ["kind"]),
        ({"apiVersion": "v2"}, ["apiVersion"]),
        ({"status": "Success"}, ["status"]),
        ({"code": 400}, ["code"]),
        ({"code": "403"}, ["code"]),
        ({"code": 403.0}, ["code"]),
        ({"code": MISSING}, ["code"]),
        ({"message": " "}, ["message"]),
        ({"message": MISSING}, ["message"]),
        ({"message": ["no"]}, ["message"]),
        ({"kind": "Error", "code": 1, "message": None}, ["kind", "code", "message"]),
    ],
)
def test_what_names_its_kind_is_a_status(changes: dict[str, Json], fields: list[str]) -> None:
    body = {key: value for key, value in {**refusal_body(403), **changes}.items() if value is not MISSING}
    assert wrong(body) == fields


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (VENDOR, []),
        (PROBLEM, []),
        ({**PROBLEM, "status": 400}, ["status"]),
        ({**PROBLEM, "status": 403.0}, []),
        ({"error": {"code": 403, "errors": [{"message": "no"}]}}, []),
        ({"error": {"code": 404, "errors": [{"message": "no"}]}}, ["error.code"]),
        ({"errors": [{"httpStatusCode": 500, "message": "no"}]}, ["errors[0].httpStatusCode"]),
        ({"message": "no", "codes": [404]}, ["codes[0]"]),
        ({"message": "no", "code": 7, "statusFlag": True, "retryAfter": 120, "zipcode": 99}, []),
        ({"message": "no", "code": 40301}, []),
        ({"message": "no", "decodedBytes": 256, "barcode": 200, "statusesSeen": 99, "encoding": {"codec": 264}}, []),
        ({"message": "no", "HTTPStatus": 400}, ["HTTPStatus"]),
        ({"message": "no", "status_code": 400}, ["status_code"]),
        ({"message": "no", "http-status": 400}, ["http-status"]),
        ({"message": "no", "STATUSCODE": 400, "errorcode": 404}, ["STATUSCODE", "errorcode"]),
        ({"kind": "Status", "code": 403, "message": "no"}, []),
        ({"apiVersion": "v1", "message": "no", "code": 409}, ["code"]),
        ({"error": True}, [""]),
        ({"error": ""}, [""]),
        ({"code": 404}, ["", "code"]),
        ({}, [""]),
        ([], [""]),
        ([VENDOR], [""]),
        ("no", [""]),
        (None, [""]),
    ],
)
def test_any_other_object_says_something_and_contradicts_nothing(body: Json, fields: list[str]) -> None:
    assert wrong(body) == fields


@given(st.recursive(st.text() | st.integers() | st.booleans(), lambda inner: st.dictionaries(st.text(), inner)))
def test_an_object_with_a_text_conforms_whatever_else_it_says_of_no_status(value: Json) -> None:
    names = [step for path, _ in paths.walk(value) for step in map(str, path)]
    if any(word in name.lower() for name in names for word in ("code", "status")):
        return
    assert wrong({"message": "no", "more": value}) == []


@pytest.mark.parametrize(("body", "note"), [(b"<html>", "it is not JSON"), (b"", "it is empty"), (b"no", "it is not")])
def test_a_body_that_is_no_json_is_described(body: bytes, note: str) -> None:
    [(expected, observed, _)] = defects(Response(403, {}, body))
    assert expected.demand is Demand.ERROR_OBJECT
    assert observed.note.startswith(note)
    assert observed.value is MISSING


@pytest.mark.parametrize(
    ("body", "media_type", "name"),
    [
        (refusal_body(403), "application/json", error_bodies.STATUS),
        (PROBLEM, error_bodies.PROBLEM_TYPE, error_bodies.PROBLEM),
        (VENDOR, "application/json", "{error_code, error_msg}"),
        ([], "application/json", error_bodies.NO_OBJECT),
        (dict.fromkeys("hgfedcba"), "application/json", "{a, b, c, d, e, f, …}"),
    ],
)
def test_the_form_of_a_body(body: Json, media_type: str, name: str) -> None:
    assert form(answer(403, body, media_type=media_type)) == name


@pytest.mark.parametrize("profile", ["kubernetes", "document"])
@pytest.mark.parametrize(
    ("status", "media_type", "conforms"),
    [
        (403, "application/problem+json", True),
        (403, "application/vnd.api+json; charset=utf-8", True),
        (403, "text/json", False),
        (403, "text/plain", False),
        (200, "application/problem+json", False),
    ],
)
def test_an_error_may_be_of_any_json_type(profile: str, status: int, media_type: str, conforms: bool) -> None:
    found = rules.judge_response(Scope(CONTRACT, profile), answer(status, VENDOR, media_type=media_type))
    assert ("response.content-type" not in {one.requirement for one in found}) == conforms


def test_the_rule_is_silent_where_a_body_is_json_of_another_form() -> None:
    response = Response(404, {"content-type": "application/json"}, json.dumps(VENDOR).encode())
    assert not rules.judge_response(Scope(CONTRACT, "kubernetes"), response)
    assert response_rules.error_body in rules.RULES
