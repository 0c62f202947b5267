"""The judge: silent on whatever a conformant target does, and each rule speaks, of the right requirement and field."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.mutation import Mutation
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import mutations, rules
from contracts.judge.model import Finding, Replacement, Response, Scope
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE = CONTRACT.example_response
SCOPES = {profile: Scope(CONTRACT, profile) for profile in ("kubernetes", "document")}
LABELS, DEADLINE = "metadata.labels", "spec.activeDeadlineSeconds"
REPLICAS = "spec.pytorchReplicaSpecs.Worker.replicas"
IMAGE = ("spec", "pytorchReplicaSpecs", "Master", "template", "spec", "containers", 0, "image")


def put(value: Json, name: str, new: Json) -> Json:
    return paths.put(value, paths.parse(name), new)


def get(value: Json, name: str) -> Json:
    return paths.get(value, paths.parse(name))


def stored_after(before: Json, sent: Json) -> Json:
    """What a conformant target stores: the replaceable fields of `sent`, a new version and, with spec, generation."""
    after = before
    for path in SCOPES["document"].replaceable:
        after = paths.put(after, path, paths.get(sent, path))
    if paths.same(after, before):
        return before
    after = put(after, "metadata.resourceVersion", "72519847")
    if not paths.same(after["spec"], before["spec"]):
        after = put(after, "metadata.generation", before["metadata"]["generation"] + 1)
    return after


def answer(status: int, value: Json, indent: int | None = None, media_type: str = "application/json") -> Response:
    body = b"" if value is MISSING else json.dumps(value, indent=indent).encode()
    return Response(status, {"content-type": media_type}, body)


def refusal_body(status: int) -> Json:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no", "code": status}


def accepted(sent: Json, after: Json = None, *, shown: Json = None, status: int = 200, **more: Any) -> Replacement:
    """An accepted replacement of the documented object; by default stored and shown as it must be."""
    after = stored_after(LIVE, sent) if after is None else after
    body = answer(status, after if shown is None else shown, more.pop("indent", None))
    return Replacement(LIVE, sent, body, after, **more)


def refused(sent: Json, after: Json = None, *, status: int = 403, **more: Any) -> Replacement:
    return Replacement(LIVE, sent, answer(status, refusal_body(status)), LIVE if after is None else after, **more)


def judged(replacement: Replacement, profile: str = "kubernetes") -> list[tuple[str, str]]:
    return [(one.requirement, one.field) for one in rules.judge(SCOPES[profile], replacement)]


CHANGED = put(LIVE, DEADLINE, 60)
MUTATION = Mutation("change", paths.parse(REPLICAS), 1, 3)
MUTATED = put(LIVE, REPLICAS, 3)
STORED_MUTATION = put(put(MUTATED, "metadata.generation", 3), "metadata.resourceVersion", "2")

# rule → (a replacement of the kind that it looks at and on which it must be silent, one on which it must speak)
BOTH: dict[str, tuple[Replacement, Replacement]] = {
    "documented_status": (refused(CHANGED), refused(CHANGED, status=418)),
    "no_server_error": (refused(CHANGED, status=422), refused(CHANGED, status=500)),
    "valid_credential": (refused(CHANGED, status=401, authorized=False), refused(CHANGED, status=401)),
    "content_type": (
        accepted(CHANGED),
        Replacement(LIVE, LIVE, answer(200, LIVE, media_type="text/html"), LIVE),
    ),
    "error_body": (refused(CHANGED), Replacement(LIVE, LIVE, answer(403, {"kind": "Status"}), LIVE)),
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
}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_can_be_silent_and_can_speak(rule: rules.Rule) -> None:
    silent, speaking = BOTH[rule.__name__]
    assert list(rule(SCOPES["kubernetes"], silent)) == []
    found = list(rule(SCOPES["kubernetes"], speaking))
    assert found
    for one in found:
        assert one.requirement in CONTRACT.requirements
        assert one.message
        assert one.expected
        assert one.observed
        assert one in rules.judge(SCOPES["kubernetes"], speaking)


def test_the_tables_of_rules_name_no_rule_that_is_gone() -> None:
    assert set(BOTH) == set(SAID) == {rule.__name__ for rule in rules.RULES}


GENERATION_SAID = "a replacement: generation does not count the changes of spec"
GONE = Finding(
    "immutable.identity", "a replacement: the object is gone", "", "the object is there and as it was", "404"
)

# rule → all that it says of the replacement on which it must speak, word for word as a reader gets it
SAID: dict[str, list[Finding]] = {
    "documented_status": [
        Finding(
            "status.only-documented",
            "418 is answered, which is not documented",
            "",
            f"one of {', '.join(map(str, sorted(SCOPES['kubernetes'].statuses)))}",
            "418",
        )
    ],
    "no_server_error": [
        Finding("status.500", "a request is answered with a server error", "", "2xx or 4xx", "500"),
    ],
    "valid_credential": [
        Finding("status.401", "a valid credential is answered with 401", "", "any other status", "401"),
    ],
    "content_type": [
        Finding("response.content-type", "the answer 200 is not sent as JSON", "", "application/json", "text/html")
    ],
    "error_body": [
        Finding("response.error-body", "the body of an answer 403 is no proper Status", field, expected, "absent")
        for field, expected in (
            ("apiVersion", '"v1"'),
            ("status", '"Failure"'),
            ("code", "403"),
            ("message", "what was wrong, as text"),
        )
    ],
    "response_schema": [
        Finding(
            "response.schema",
            "the answered metadata.labels.a is not as documented",
            "metadata.labels.a",
            "the documented structure and type",
            '1 is not of type "string"',
        )
    ],
    "stored_state": [
        Finding(
            "response.is-stored-state",
            f"the answer shows another {field} than is stored",
            field,
            f"stored value {stored}",
            f"200, answered value {shown}",
        )
        for field, stored, shown in (("metadata.generation", 3, 2), (DEADLINE, 60, "absent"))
    ],
    "accepted_status": [
        Finding("status.200", "an accepted replacement is answered with another status", "", "200", "202")
    ],
    "replaceable_fields": [
        Finding(
            "replaceable.active-deadline-seconds",
            f"{DEADLINE} sent as 60 is not stored so",
            DEADLINE,
            "stored value 60",
            "200, stored value absent",
        )
    ],
    "unchanged_rest": [
        Finding(
            "immutable.replica-specs",
            f"{REPLICAS} changed from 1 to 3",
            REPLICAS,
            "refused, or stored value still 1",
            "200, stored value 3",
        )
    ],
    "stored_status": [
        Finding(
            "immutable.status",
            "a replacement",
            "status.startTime",
            f"refused, or stored value still {paths.show(get(LIVE, 'status.startTime'))}",
            '200, stored value "2030"',
        )
    ],
    "refusal": [
        Finding(
            "status.refusal-changes-nothing",
            "a replacement: refused and yet stored",
            DEADLINE,
            "stored value still absent",
            "403, stored value 60",
        )
    ],
    "generation": [
        Finding(
            "concurrency.generation", GENERATION_SAID, "metadata.generation", "stored value 3", "200, stored value 2"
        )
    ],
    "version": [
        Finding(
            "concurrency.version-advances",
            f"the object changed, the {where} resourceVersion did not",
            "metadata.resourceVersion",
            "a new value",
            paths.show(get(LIVE, "metadata.resourceVersion")),
        )
        for where in ("stored", "answered")
    ],
    "pretty_output": [
        Finding(
            "pretty.true-is-pretty",
            "pretty=true is not answered in pretty JSON",
            "",
            "indented JSON, one member a line",
            "line 1: a member of an object does not begin a line",
        )
    ],
}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_what_a_rule_says(rule: rules.Rule) -> None:
    assert list(rule(SCOPES["kubernetes"], BOTH[rule.__name__][1])) == SAID[rule.__name__]


# ---------------------------------------------------------------- silent on what conforms

LABEL_MAPS = st.dictionaries(st.sampled_from(["app", "example.com/x", "b"]), st.sampled_from(["", "1", "x"]))
REPLACED = st.fixed_dictionaries(
    {},
    optional={
        LABELS: LABEL_MAPS,
        "metadata.annotations": st.dictionaries(st.sampled_from(["a", "b"]), st.text('é \n"x', max_size=3)),
        DEADLINE: st.integers(0, 2**63 - 1) | st.just(MISSING),
        "spec.ttlSecondsAfterFinished": st.integers(0, 2**31 - 1) | st.just(MISSING),
        "spec.cleanPodPolicy": st.sampled_from(["All", "Running", "None", MISSING]),
    },
)
PROFILES = st.sampled_from(["kubernetes", "document"])


def with_all(values: Mapping[str, Json]) -> Json:
    value = LIVE
    for name, new in values.items():
        value = put(value, name, new)
    return value


@given(REPLACED, PROFILES, st.booleans())
def test_silent_on_a_conformant_acceptance(values: Mapping[str, Json], profile: str, pretty: bool) -> None:
    replacement = accepted(with_all(values), pretty="true" if pretty else None, indent=4 if pretty else None)
    assert rules.judge(SCOPES[profile], replacement) == ()


ATTEMPTS = list(mutations.mutations(LIVE, CONTRACT.resource_schema, [*SCOPES["document"].replaceable]))


@given(st.sampled_from(ATTEMPTS), st.sampled_from([400, 403]), PROFILES, REPLACED)
def test_silent_on_a_conformant_refusal(
    mutation: Mutation, status: int, profile: str, values: Mapping[str, Json]
) -> None:
    sent = mutation.apply(with_all(values))
    assert rules.judge(SCOPES[profile], refused(sent, status=status, mutation=mutation)) == ()


@given(st.sampled_from(ATTEMPTS), PROFILES, REPLACED)
def test_silent_on_a_change_that_is_ignored(mutation: Mutation, profile: str, values: Mapping[str, Json]) -> None:
    allowed = with_all(values)
    sent = mutation.apply(allowed)
    if any(not isinstance(paths.get(sent, path), dict) for path in (("metadata",), ("spec",))):
        return  # what clears the whole container has a test of its own
    replacement = accepted(sent, stored_after(LIVE, sent), mutation=mutation)
    assert rules.judge(SCOPES[profile], replacement) == ()


@pytest.mark.parametrize("profile", SCOPES)
def test_a_stored_immutable_change_is_found_under_its_own_field(profile: str) -> None:
    scope = SCOPES[profile]
    unseen = (("metadata", "resourceVersion"), ("metadata", "managedFields"), *scope.gaps)
    for mutation in ATTEMPTS:
        after = bumped(mutation.apply(LIVE))
        judged_ = rules.judge(scope, accepted(mutation.apply(LIVE), after, mutation=mutation))
        found = [one for one in judged_ if one.requirement.startswith("immutable.")]
        if paths.starts_with(mutation.path, unseen):
            assert not found, mutation.title
            continue
        assert found, mutation.title
        assert all(one.message.startswith(mutation.title) for one in found)
        if mutation.path not in (("metadata",), ("spec",)):
            assert {one.requirement for one in found} == {CONTRACT.owner(mutation.field, "immutable")}, mutation.title


def bumped(value: Json) -> Json:
    if not isinstance(value.get("metadata"), dict):
        return value
    if paths.same(get(value, "metadata.resourceVersion"), get(LIVE, "metadata.resourceVersion")):
        value = put(value, "metadata.resourceVersion", "72519847")
    spec_changed = not paths.same(value.get("spec"), LIVE["spec"])
    return put(value, "metadata.generation", 3) if spec_changed and "generation" in value["metadata"] else value


# ---------------------------------------------------------------- boundaries, rule by rule


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


def found_by(rule: Callable[..., Any], replacement: Replacement, profile: str = "kubernetes") -> list[Finding]:
    return list(rule(SCOPES[profile], replacement))


@pytest.mark.parametrize(
    ("status", "requirements"),
    [
        (199, []),
        (200, []),
        (201, ["status.200", "status.201"]),
        (202, ["status.200"]),
        (299, ["status.200"]),
        (300, []),
        (404, []),
    ],
)
def test_accepted_status(status: int, requirements: list[str]) -> None:
    found = found_by(rules.accepted_status, accepted(LIVE, status=status))
    assert [one.requirement for one in found] == requirements
    assert all((one.expected, one.observed) == ("200", str(status)) for one in found)


def test_201_says_what_is_wrong_with_it() -> None:
    found = found_by(rules.accepted_status, accepted(LIVE, status=201))
    assert found[1] == Finding("status.201", "201 is answered though the object existed before", "", "200", "201")


def test_a_long_value_is_cut_in_what_was_sent() -> None:
    [one] = found_by(rules.replaceable_fields, accepted(put(LIVE, LABELS, {"a": "x" * 200}), LIVE))
    shown = paths.show({"a": "x" * 200}, 80)
    assert len(shown) == 80
    assert one.message == f"{LABELS} sent as {shown} is not stored so"


@pytest.mark.parametrize("name", CONTRACT.replaceable)
def test_each_replaceable_field_that_is_not_stored_speaks_against_its_own_requirement(name: str) -> None:
    value: Json = {"k": "v"} if name.startswith("metadata") else "All" if "Policy" in name else 77
    found = found_by(rules.replaceable_fields, accepted(put(LIVE, name, value), LIVE))
    [one] = found
    assert one.requirement == CONTRACT.owner(name, "replaceable")
    assert one.field == name
    assert one.expected == f"stored value {paths.show(value)}"
    assert one.observed == f"200, stored value {paths.show(paths.get(LIVE, paths.parse(name)))}"


def case(sent: Json, stored: Json, before: Json = MISSING, default: Json = MISSING, name: str = LABELS) -> bool:
    """Whether the rule is silent when `sent` is sent for one field and `stored` is then stored."""
    was = put(LIVE, name, before)
    defaults = {} if default is MISSING else {name: default}
    after = put(LIVE, name, stored)
    replacement = Replacement(was, put(LIVE, name, sent), answer(200, after), after, defaults=defaults)
    return not found_by(rules.replaceable_fields, replacement)


@pytest.mark.parametrize(
    ("sent", "stored", "before", "default", "silent"),
    [
        ({"a": "1"}, {"a": "1"}, MISSING, MISSING, True),
        ({"a": "1"}, {"a": "2"}, MISSING, MISSING, False),
        ({"a": "1"}, {"a": "1", "b": "2"}, {"b": "2"}, MISSING, False),
        ({"a": "1"}, {"a": "1", "d": "2"}, MISSING, {"d": "2"}, True),
        ({"a": "1"}, {"a": "0", "d": "2"}, MISSING, {"a": "0", "d": "2"}, False),
        ({"a": "1"}, {"d": "2"}, MISSING, {"d": "2"}, False),
        (MISSING, MISSING, {"a": "1"}, MISSING, True),
        (MISSING, None, {"a": "1"}, MISSING, True),
        (MISSING, {}, {"a": "1"}, MISSING, True),
        (MISSING, {"a": "1"}, {"a": "1"}, MISSING, False),
        (MISSING, {"d": "2"}, {"a": "1"}, {"d": "2"}, True),
        (None, MISSING, {"a": "1"}, MISSING, True),
        (None, {"a": "1"}, {"a": "1"}, MISSING, False),
        ({}, MISSING, {"a": "1"}, MISSING, True),
        ({}, {"a": "1"}, {"a": "1"}, MISSING, False),
        ([], MISSING, {"a": "1"}, MISSING, True),
        ({"a": ""}, {"a": ""}, MISSING, MISSING, True),
        ({"a": ""}, MISSING, MISSING, MISSING, False),
    ],
)
def test_what_may_be_stored_of_a_map(sent: Json, stored: Json, before: Json, default: Json, silent: bool) -> None:
    assert case(sent, stored, before, default) == silent


@pytest.mark.parametrize(
    ("sent", "stored", "default", "silent"),
    [
        (60, 60, MISSING, True),
        (60, 61, MISSING, False),
        (60, "60", MISSING, False),
        (60, 60.0, MISSING, False),
        (60.0, 60, MISSING, True),
        (60.0, 60.0, MISSING, True),
        (60.5, 60, MISSING, False),
        (0, 0, MISSING, True),
        (0, MISSING, MISSING, False),
        (1, True, MISSING, False),
        (False, False, MISSING, True),
        (False, MISSING, MISSING, False),
        (MISSING, 5, 5, True),
        (MISSING, 6, 5, False),
        (MISSING, MISSING, 5, True),
        (None, 5, 5, True),
        (7, 5, 5, False),
    ],
)
def test_what_may_be_stored_of_a_number(sent: Json, stored: Json, default: Json, silent: bool) -> None:
    assert case(sent, stored, 3, default, DEADLINE) == silent


@pytest.mark.parametrize(
    ("metadata", "stored", "silent"),
    [(MISSING, "old", True), (None, "old", True), ({}, "old", False), ({}, MISSING, True)],
)
def test_when_the_container_is_not_sent_the_old_value_may_stand(metadata: Json, stored: Json, silent: bool) -> None:
    after = LIVE if stored == "old" else put(LIVE, LABELS, MISSING)
    sent = put(LIVE, "metadata", metadata)
    assert (not found_by(rules.replaceable_fields, accepted(sent, after))) == silent


def test_nothing_is_asked_of_replaceable_fields_when_refused_malformed_or_gone() -> None:
    one = accepted(CHANGED, LIVE)
    assert found_by(rules.replaceable_fields, one)
    for other in (
        refused(CHANGED),
        dataclasses.replace(one, sent=MISSING),
        dataclasses.replace(one, sent=[]),
        dataclasses.replace(one, after=MISSING),
    ):
        assert not found_by(rules.replaceable_fields, other)


def test_an_object_that_is_gone_is_said_once() -> None:
    gone = Replacement(LIVE, LIVE, answer(200, LIVE), MISSING)
    assert judged(gone) == judged(gone, "document") == [("immutable.identity", "")]
    refused_and_gone = Replacement(LIVE, LIVE, answer(403, refusal_body(403)), MISSING)
    assert judged(refused_and_gone) == [("immutable.identity", "")]
    assert found_by(rules.unchanged_rest, gone) == [GONE]


@pytest.mark.parametrize("profile", SCOPES)
@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_change_outside_the_replaceable_fields_is_found_whatever_was_answered(profile: str, status: int) -> None:
    after = paths.put(LIVE, IMAGE, "evil")
    replacement = Replacement(LIVE, LIVE, answer(status, LIVE), after)
    [one] = found_by(rules.unchanged_rest, replacement, profile)
    assert one == Finding(
        "immutable.replica-specs",
        "a replacement",
        paths.render(IMAGE),
        f'refused, or stored value still "{paths.get(LIVE, IMAGE)}"',
        f'{status}, stored value "evil"',
    )


@pytest.mark.parametrize("name", CONTRACT.writable_by_convention)
def test_gaps_are_judged_by_the_page_alone_only(name: str) -> None:
    after = put(LIVE, name, ["x"])
    replacement = Replacement(LIVE, after, answer(200, after), after)
    owned = name in CONTRACT.server_owned
    assert found_by(rules.unchanged_rest, replacement, "kubernetes") == []
    found = found_by(rules.unchanged_rest, replacement, "document")
    assert [one.requirement for one in found] == ([] if owned else ["immutable.other-metadata"])


@pytest.mark.parametrize("profile", SCOPES)
def test_what_server_and_controllers_write_is_nobodys_change(profile: str) -> None:
    after = LIVE
    for name in CONTRACT.server_owned:
        after = put(after, name, "other")
    assert found_by(rules.unchanged_rest, Replacement(LIVE, LIVE, answer(200, after), after), profile) == []
    assert found_by(rules.refusal, Replacement(LIVE, LIVE, answer(403, None), after), profile) == []


@pytest.mark.parametrize(
    ("before", "sent", "stored", "fields_"),
    [
        ({"a": 1}, {"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, {"a": 3}, []),
        ({"a": 1}, {"a": 2}, {"a": 2}, ["status.a"]),
        ({"a": 1}, {"a": 2, "b": 3}, {"a": 2, "b": 3}, ["status.a", "status.b"]),
        ({"a": 1}, {"a": 1, "b": 3}, {"a": 1, "b": 3, "c": 4}, ["status.b"]),
        ({"a": 1}, MISSING, {"a": 1}, []),
        ({"a": 1}, MISSING, MISSING, ["status"]),
        ({"a": 1}, {}, {}, ["status.a"]),
        ({"a": 1}, {}, {"b": 2}, ["status.a"]),
        ({"a": 1}, None, None, ["status"]),
        (MISSING, {"a": 2}, {"a": 2}, ["status"]),
        (MISSING, {"a": 2}, MISSING, []),
        (MISSING, {}, MISSING, []),
        ({"l": [1, 2]}, {"l": [2, 1]}, {"l": [2, 1]}, ["status.l[0]", "status.l[1]"]),
        ({"l": [1]}, {"l": [1, 2]}, {"l": [1, 3]}, []),
        ({"a": 1}, {"a": True}, {"a": True}, ["status.a"]),
        # emptied by the client, stored as another kind of empty
        ({"a": 1}, {"a": None}, {}, ["status.a"]),
        ({"a": 1}, {"a": {}}, {"a": None}, ["status.a"]),
        ({"a": [1]}, {"a": []}, {}, ["status.a"]),
        ({"a": 1}, {}, {"a": []}, ["status.a"]),
        ({"a": 1}, {"a": 2}, {}, []),
        ({"a": 1}, {"a": None}, {"a": 1}, []),
        ({"a": None}, {"a": {}}, {}, []),
    ],
)
def test_the_clients_status(before: Json, sent: Json, stored: Json, fields_: list[str]) -> None:
    objects = [put(LIVE, "status", value) for value in (before, sent, stored)]
    replacement = Replacement(objects[0], objects[1], answer(200, objects[2]), objects[2])
    found = found_by(rules.stored_status, replacement)
    assert [one.field for one in found] == fields_
    assert {one.requirement for one in found} <= {"immutable.status"}


def test_no_status_can_be_stored_from_a_body_that_is_no_object() -> None:
    after = put(LIVE, "status", MISSING)
    bodies: tuple[Json, ...] = (MISSING, [], "x")
    for sent in bodies:
        assert found_by(rules.stored_status, Replacement(LIVE, sent, answer(200, after), after)) == []


@pytest.mark.parametrize(
    ("status", "with_mutation", "requirements"),
    [
        (399, False, []),
        (400, False, ["status.refusal-changes-nothing"]),
        (409, True, ["status.refusal-changes-nothing", "immutable.atomic"]),
        (499, False, ["status.refusal-changes-nothing"]),
        (500, True, []),
        (200, True, []),
    ],
)
def test_refusal_changes_nothing(status: int, with_mutation: bool, requirements: list[str]) -> None:
    replacement = refused(CHANGED, CHANGED, status=status, mutation=MUTATION if with_mutation else None)
    found = found_by(rules.refusal, replacement)
    assert [one.requirement for one in found] == requirements
    assert all(one.field == DEADLINE and one.expected == "stored value still absent" for one in found)
    assert all(one.observed == f"{status}, stored value 60" for one in found)


@pytest.mark.parametrize(
    ("spec_changed", "generation", "requirement"),
    [
        (True, 3, ""),
        (True, 2, "concurrency.generation"),
        (True, 4, "concurrency.generation"),
        (True, 1, "concurrency.generation"),
        (True, 3.0, "concurrency.generation"),
        (True, MISSING, "concurrency.generation"),
        (False, 2, ""),
        (False, 3, "concurrency.generation"),
        (False, MISSING, "concurrency.generation"),
        (False, 99, "immutable.identity"),
        (True, 99, "immutable.identity"),
    ],
)
def test_generation(spec_changed: bool, generation: Json, requirement: str) -> None:
    sent = put(CHANGED if spec_changed else put(LIVE, LABELS, {}), "metadata.generation", 99)
    after = put(stored_after(LIVE, sent), "metadata.generation", generation)
    found = found_by(rules.generation, accepted(sent, after))
    assert [one.requirement for one in found] == ([requirement] if requirement else [])
    assert all(one.expected == f"stored value {3 if spec_changed else 2}" for one in found)


def test_generation_kept_is_no_sign_that_the_clients_was_taken() -> None:
    after = put(CHANGED, "metadata.resourceVersion", "2")
    [one] = found_by(rules.generation, accepted(CHANGED, after))
    assert one.requirement == "concurrency.generation"


def test_a_refusal_that_counts_has_changed_something() -> None:
    was, after = LIVE, put(LIVE, "metadata.generation", 3)
    counted = Replacement(was, CHANGED, answer(422, {}), after)
    found = found_by(rules.generation, counted)
    assert [one.requirement for one in found] == ["concurrency.generation", "status.refusal-changes-nothing"]
    assert {one.observed for one in found} == {"422, stored value 3"}
    stored = put(CHANGED, "metadata.generation", 5)
    [one] = found_by(rules.generation, Replacement(was, CHANGED, answer(422, {}), stored))
    assert one.requirement == "concurrency.generation"


def test_a_target_without_generations_is_not_asked_to_count() -> None:
    was = put(LIVE, "metadata.generation", MISSING)
    after = put(was, DEADLINE, 3)
    assert found_by(rules.generation, Replacement(was, after, answer(200, after), after)) == []
    assert found_by(rules.generation, Replacement(LIVE, LIVE, answer(200, LIVE), MISSING)) == []


def test_generation_is_not_judged_by_the_page_alone() -> None:
    wrong = accepted(CHANGED, put(CHANGED, "metadata.resourceVersion", "2"))
    assert judged(wrong) == [("concurrency.generation", "metadata.generation")]
    assert judged(wrong, "document") == []


@pytest.mark.parametrize(
    ("stored", "shown", "where"),
    [
        ("9", "9", []),
        ("72519846", "9", ["stored"]),
        ("9", "72519846", ["answered"]),
        ("72519846", "72519846", ["stored", "answered"]),
    ],
)
def test_version_advances(stored: str, shown: str, where: list[str]) -> None:
    after, answered = (put(CHANGED, "metadata.resourceVersion", value) for value in (stored, shown))
    found = found_by(rules.version, accepted(CHANGED, after, shown=answered))
    assert [one.requirement for one in found] == ["concurrency.version-advances"] * len(where)
    assert all(word in one.message for word, one in zip(where, found, strict=True))


def test_version_need_not_advance_when_nothing_changed() -> None:
    assert found_by(rules.version, accepted(LIVE)) == []
    only_status = put(LIVE, "status.startTime", "2030")
    assert found_by(rules.version, accepted(LIVE, only_status)) == []
    assert found_by(rules.version, refused(CHANGED, CHANGED)) == []
    assert found_by(rules.version, accepted(CHANGED, MISSING, shown=LIVE)) == []


def test_an_object_that_never_had_a_version_has_none_that_advances() -> None:
    was, after = (put(value, "metadata.resourceVersion", MISSING) for value in (LIVE, CHANGED))
    replacement = Replacement(was, after, answer(200, after), after)
    assert len(found_by(rules.version, replacement)) == 2


@pytest.mark.parametrize(
    ("pretty", "status", "indent", "speaks"),
    [
        ("true", 200, None, True),
        ("true", 200, 2, False),
        ("true", 299, None, True),
        ("true", 300, None, False),
        ("true", 403, None, False),
        ("false", 200, None, False),
        ("True", 200, None, False),
        (None, 200, None, False),
    ],
)
def test_pretty_output(pretty: str | None, status: int, indent: int | None, speaks: bool) -> None:
    replacement = accepted(LIVE, pretty=pretty, status=status, indent=indent)
    found = found_by(rules.pretty_output, replacement)
    assert [one.requirement for one in found] == (["pretty.true-is-pretty"] if speaks else [])
    assert all(one.observed.startswith("line 1: ") for one in found)


def test_pretty_output_of_bytes_that_are_no_text_is_not_pretty() -> None:
    replacement = Replacement(LIVE, LIVE, Response(200, {}, b'{\n "a": "\xff'), LIVE, pretty="true")
    assert found_by(rules.pretty_output, replacement)


@pytest.mark.parametrize("path", ["metadata.labels", "spec.cleanPodPolicy", "metadata.generation", "status"])
def test_what_replacements_and_servers_write_is_not_the_rest(path: str) -> None:
    other = put(LIVE, path, {"x": "y"})
    assert not found_by(rules.unchanged_rest, accepted(LIVE, other))
    other = put(other, "spec.more", 1)
    found = found_by(rules.unchanged_rest, accepted(LIVE, other))
    assert [one.field for one in found] == ["spec.more"]


def test_attempt_names_the_mutation() -> None:
    assert rules.attempt(refused(LIVE)) == "a replacement"
    assert rules.attempt(refused(LIVE, mutation=MUTATION)) == f"{REPLICAS} changed from 1 to 3"


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
