"""The rules of the judge: each can be silent and can speak, of the right requirement and field, in its own words."""

from __future__ import annotations

import dataclasses

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge import rules
from contracts.judge.model import Replacement, Response, Scope
from contracts.report.finding import Demand, Finding, Seen
from tests.unit.judge.replacements import (
    CHANGED,
    CONTRACT,
    DEADLINE,
    LIVE,
    MUTATED,
    MUTATION,
    REPLICAS,
    SCOPES,
    STORED_MUTATION,
    Said,
    accepted,
    answer,
    found_by,
    get,
    judged,
    put,
    refused,
    said,
    stored_after,
)

# rule → (a replacement of the kind that it looks at and on which it must be silent, one on which it must speak)
BOTH: dict[str, tuple[Replacement, Replacement]] = {
    "documented_status": (refused(CHANGED), refused(CHANGED, status=418)),
    "no_server_error": (refused(CHANGED, status=422), refused(CHANGED, status=500)),
    "valid_credential": (refused(CHANGED, status=401, authorized=False), refused(CHANGED, status=401)),
    "content_type": (
        accepted(CHANGED),
        Replacement(LIVE, LIVE, answer(200, LIVE, media_type="text/html"), LIVE),
    ),
    "error_body": (
        refused(CHANGED),
        Replacement(LIVE, LIVE, answer(403, {"kind": "Status", "apiVersion": "v1"}), LIVE),
    ),
    "response_schema": (accepted(CHANGED), accepted(CHANGED, shown=put(LIVE, "metadata.labels", {"a": 1}))),
    "stored_state": (accepted(CHANGED), accepted(CHANGED, shown=LIVE)),
    "accepted_status": (accepted(CHANGED), accepted(CHANGED, status=202)),
    "replaceable_fields": (accepted(CHANGED), accepted(CHANGED, LIVE)),
    "unchanged_rest": (refused(MUTATED, mutation=MUTATION), accepted(MUTATED, STORED_MUTATION, mutation=MUTATION)),
    "stored_status": (
        accepted(put(LIVE, "status.startTime", "2030")),
        accepted(put(LIVE, "status.startTime", "2030"), put(LIVE, "status.startTime", "2030")),
    ),
    "refusal": (refused(CHANGED), refused(CHANGED, stored_after(LIVE, CHANGED))),
    "generation": (accepted(CHANGED), accepted(CHANGED, put(CHANGED, "metadata.resourceVersion", "2"))),
    "version": (accepted(CHANGED), accepted(CHANGED, put(CHANGED, "metadata.generation", 3))),
    "pretty_output": (accepted(CHANGED, pretty="true", indent=2), accepted(CHANGED, pretty="true")),
    "compact_output": (accepted(CHANGED), accepted(CHANGED, indent=2)),
}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_can_be_silent_and_can_speak(rule: rules.Rule) -> None:
    silent, speaking = BOTH[rule.__name__]
    assert found_by(rule, silent) == []
    found = found_by(rule, speaking)
    assert found
    keys = {one.key for one in rules.judge(SCOPES["kubernetes"], speaking)}
    for one in found:
        assert one.requirement in CONTRACT.requirements
        assert one.rule == rule.__name__.replace("_", "-")
        assert one.attempt is speaking.mutation
        assert one.key in keys


def test_the_tables_of_rules_name_no_rule_that_is_gone() -> None:
    assert set(BOTH) == set(SAID) == {rule.__name__ for rule in rules.RULES}


# rule → all that it says of the replacement on which it must speak, word for word as a reader gets it
SAID: dict[str, list[Said]] = {
    "documented_status": [
        Said(
            "status.only-documented",
            "418 is answered, which is not documented",
            "",
            f"one of {', '.join(map(str, sorted(SCOPES['kubernetes'].statuses)))}",
            "418",
        )
    ],
    "no_server_error": [
        Said("status.500", "a replacement is answered with a server error", "", "2xx or 4xx", "500"),
    ],
    "valid_credential": [
        Said("status.401", "a valid credential is answered with 401", "", "any other status", "401"),
    ],
    "content_type": [
        Said("response.content-type", "the response 200 is not sent as JSON", "", "application/json", '"text/html"')
    ],
    "error_body": [
        Said(
            "response.error-body",
            "the body of a response 403 is no proper error",
            field,
            expected,
            "absent",
        )
        for field, expected in (
            ("status", 'answered value "Failure"'),
            ("code", "answered value 403"),
            ("message", "what was wrong, as text"),
        )
    ],
    "response_schema": [
        Said(
            "response.schema",
            "the answered metadata.labels.a is not as documented",
            "metadata.labels.a",
            "the documented structure and type",
            '200, 1 is not of type "string"',
        )
    ],
    "stored_state": [
        Said(
            "response.is-stored-state",
            f"the response shows another {field} than is stored",
            field,
            f"stored value {stored}",
            f"200, answered value {shown}",
        )
        for field, stored, shown in (("metadata.generation", 3, 2), (DEADLINE, 60, "absent"))
    ],
    "accepted_status": [
        Said("status.200", "an accepted replacement is answered with another status", "", "200", "202")
    ],
    "replaceable_fields": [
        Said(
            "replaceable.active-deadline-seconds",
            f"{DEADLINE} is not stored as it was sent",
            DEADLINE,
            "stored value 60",
            "200, stored value absent",
        )
    ],
    "unchanged_rest": [
        Said(
            "immutable.replica-specs",
            f"{REPLICAS} changed from 1 to 3",
            REPLICAS,
            "refused, or stored value still 1",
            "200, stored value 3",
        )
    ],
    "stored_status": [
        Said(
            "immutable.status",
            "a replacement changes status.startTime",
            "status.startTime",
            f"refused, or stored value still {paths.show(get(LIVE, 'status.startTime'))}",
            '200, stored value "2030"',
        )
    ],
    "refusal": [
        Said(
            "status.refusal-changes-nothing",
            "a replacement changes spec.activeDeadlineSeconds: refused and yet stored",
            DEADLINE,
            "stored value still absent",
            "403, stored value 60",
        )
    ],
    "generation": [
        Said(
            "concurrency.generation",
            "a replacement: generation does not count the changes of spec",
            "metadata.generation",
            "stored value 3",
            "200, stored value 2",
        )
    ],
    "version": [
        Said(
            "concurrency.version-advances",
            f"the object changed, the {where} resourceVersion did not",
            "metadata.resourceVersion",
            "a new value",
            f"200, {where} value {paths.show(get(LIVE, 'metadata.resourceVersion'))}",
        )
        for where in ("stored", "answered")
    ],
    "pretty_output": [
        Said(
            "pretty.true-is-pretty",
            "pretty=true is not answered in pretty JSON",
            "",
            "indented JSON, one member a line",
            "200, line 1: a member of an object does not begin a line",
        )
    ],
    "compact_output": [
        Said(
            "pretty.default",
            "the answer is laid out for people though nobody asks for it",
            "",
            "compact JSON",
            "200, pretty",
        )
    ],
}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_what_a_rule_says(rule: rules.Rule) -> None:
    assert list(map(said, found_by(rule, BOTH[rule.__name__][1]))) == SAID[rule.__name__]


@pytest.mark.parametrize(
    ("status", "accepted_", "refused_"),
    [
        (199, False, False),
        (200, True, False),
        (299, True, False),
        (300, False, False),
        (399, False, False),
        (400, False, True),
        (499, False, True),
        (500, False, False),
    ],
)
def test_accepted_and_refused(status: int, accepted_: bool, refused_: bool) -> None:
    one = Response(status, {}, b"")
    assert (one.accepted, one.refused) == (accepted_, refused_)


def test_scope_judges_by_level(scope: Scope) -> None:
    for requirement in CONTRACT.requirements.values():
        assert scope.judges(requirement.id) == (scope.profile == "kubernetes" or requirement.level == "document")


def test_scope_statuses_and_gaps() -> None:
    assert SCOPES["document"].statuses == {200, 201, 400, 401, 403, 500}
    assert SCOPES["kubernetes"].statuses > {200, 201, 400, 401, 403, 500, 404, 409, 422}
    assert SCOPES["document"].gaps == ()
    assert ("metadata", "finalizers") in SCOPES["kubernetes"].gaps


def test_of_thousands_of_wrong_fields_a_rule_names_the_first_few(live: Json) -> None:
    many = put(live, "metadata.labels", {f"label-{number}": "x" for number in range(1000)})
    found = judged(accepted(live, live, shown=many))
    assert 0 < len([one for one in found if one[0] == "response.is-stored-state"]) <= rules.MOST_OF_A_RULE


def test_of_a_large_answer_the_schema_names_one_error(live: Json) -> None:
    for count, errors in ((10, 10), (30_000, 1)):
        many = put(live, "metadata.labels", {f"label-{number}": number for number in range(count)})
        found = judged(accepted(live, live, shown=many))
        assert len([one for one in found if one[0] == "response.schema"]) == errors


def test_an_answer_that_is_no_http_is_said_to_be_none(live: Json) -> None:
    replacement = dataclasses.replace(accepted(live, live), response=Response(0, {}, b"", "BadStatusLine: SSH"))
    assert [name for name, _ in judged(replacement)] == ["status.only-documented"]


def test_a_body_that_cannot_be_used_is_no_object(live: Json) -> None:
    replacement = accepted(live, live)
    bad = dataclasses.replace(replacement.response, defect="it is larger than 8388608 bytes")
    names = {name for name, _ in judged(dataclasses.replace(replacement, response=bad))}
    assert names == {"response.content-type", "response.schema"}


def seen_of(finding: Finding) -> tuple[Seen, int | None]:
    return finding.observed.seen, finding.observed.status


@pytest.mark.parametrize("status", [401, 403, 418, 500])
def test_a_response_alone_is_judged_by_what_it_says_itself(status: int) -> None:
    """Nothing is known of an object, and 401 is no surprise: nobody says that the credential was a valid one."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no", "code": status}
    found = rules.judge_response(SCOPES["kubernetes"], answer(status, body))
    expected = {418: ["status.only-documented"], 500: ["status.500"]}.get(status, [])
    assert [one.requirement for one in found] == expected
    assert [seen_of(one) for one in found] == [(Seen.STATUS, status)] * len(expected)


def test_what_a_finding_was_seen_by_is_said_with_it() -> None:
    """A reader is told a status where that is what was seen, and a note where something was read."""
    scope = SCOPES["kubernetes"]
    teapot = rules.judge(scope, refused(CHANGED, status=418))
    assert [seen_of(one) for one in teapot if one.rule == "documented-status"] == [(Seen.STATUS, 418)]
    wrong = rules.judge(scope, refused(CHANGED, status=401))
    (credential,) = [one for one in wrong if one.rule == "valid-credential"]
    assert (credential.expected.demand, credential.expected.values) == (Demand.OTHER_STATUS, (401,))
    assert seen_of(credential) == (Seen.STATUS, 401)
