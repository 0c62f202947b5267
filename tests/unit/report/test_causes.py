"""One cause of many findings is named once, first; findings that have nothing in common have no cause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.report.causes import Found, Totals, causes, with_rate
from contracts.report.finding import Demand
from contracts.report.model import CauseKind, RecordedExchange, RecordedFinding, Values, Waived

QUEUE = "metadata.labels[kueue.x-k8s.io/queue-name]"
DENIED = f'admission webhook "queue.example.com" denied the request: {QUEUE}: field is immutable'
PLAIN = RecordedFinding("it is so", "", "this", "that", "curl")
EXCHANGE = RecordedExchange("PUT", "http://x", {}, "", 403, {}, "", 0.1)
SPEC = ("spec.one", "spec.two", "spec.three")
FIELDS = ("metadata.labels", *SPEC)

REQUIREMENTS = st.sampled_from(
    ["status.200", "status.400", "replaceable.labels", "replaceable.sequence", "pretty.default"]
)
NOTES = st.sampled_from(["", DENIED, "too many labels", "internal error 17", "internal error 18"])
VALUES = st.builds(
    Values,
    st.sampled_from([(200,), (400,), (2, 4), (1,), ()]),
    st.sampled_from([1, None, {"absent": True}]),
    st.sampled_from([None, 200, 201, 400, 403, 500]),
    st.sampled_from([*Demand, ""]),
    NOTES,
    st.sampled_from([(), (QUEUE,), (QUEUE, "spec.one")]),
)
FINDINGS = st.builds(
    lambda number, rule, field, values, count, exchange, waived: replace(
        PLAIN,
        id=f"{number:06x}",
        rule=rule,
        field=field,
        values=values,
        count=count,
        exchange=EXCHANGE if exchange else None,
        waiver=Waived("known", "T-1", "2026-05-01") if waived else None,
    ),
    st.integers(0, 9),
    st.sampled_from(["replaceable-fields", "sporadic-failure", "read-after-write", "a-case[x]", "error-body"]),
    st.sampled_from(["", *FIELDS, "metadata.labels[*]"]),
    VALUES,
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
)
FOUND = st.lists(st.tuples(REQUIREMENTS, FINDINGS), max_size=12)
TOTALS = st.builds(
    Totals,
    st.dictionaries(st.sampled_from(["PUT", "GET"]), st.integers(0, 99)),
    st.sets(st.sampled_from(["PUT", "GET"])).map(tuple),
    st.just(FIELDS),
    st.sets(st.sampled_from(FIELDS)).map(tuple),
)


def refused(requirement: str, number: int, note: str = DENIED, status: int = 403, **values: object) -> Found:
    told = replace(Values((200,), None, status, Demand.STATUS, note), **values)  # type: ignore[arg-type]
    return requirement, replace(PLAIN, id=str(number), rule=f"case-{number}", values=told, exchange=EXCHANGE)


def dropped(field: str, number: int) -> Found:
    told = Values((1,), None, 200, Demand.STORED)
    return f"replaceable.{field}", replace(PLAIN, id=str(number), rule="replaceable-fields", field=field, values=told)


@given(FOUND, TOTALS)
def test_what_a_cause_claims_is_in_the_findings(found: list[Found], totals: Totals) -> None:
    """Each names requirements that have findings, no more than there are; those that are waived count for none."""
    counting = [(name, one) for name, one in found if one.waiver is None]
    named = causes(found, totals)
    assert named == causes(counting, totals)
    for one in named:
        assert set(one.requirements) <= {name for name, _ in counting}
        assert len(set(one.requirements)) == len(one.requirements)
        assert one.finding in {finding.id for _, finding in counting}
        assert one.requests is None or one.count <= one.requests
        assert one.message
        few = len(one.requirements) < 2
        assert not few or one.findings > 2 or one.kind in (CauseKind.SPORADIC, CauseKind.LAG)
    assert sum(one.findings for one in named) <= len(counting)
    assert [len(one.requirements) for one in named] == sorted((len(one.requirements) for one in named), reverse=True)


@given(FOUND, TOTALS, st.integers(0, 20))
def test_a_finding_against_another_requirement_takes_no_cause_away(
    found: list[Found], totals: Totals, place: int
) -> None:
    other = "pretty.true-is-pretty", replace(PLAIN, id="ffffff", values=Values((), None, 200, Demand.PRETTY))
    assert causes([*found[:place], other, *found[place:]], totals) == causes(found, totals)


@given(FOUND)
def test_a_correct_request_that_was_refused_is_in_a_refusal(found: list[Found]) -> None:
    statuses = {one.values.status for _, one in found if one.values.expected == (200,)}
    for cause in causes(found, Totals()):
        if cause.kind is CauseKind.REFUSAL:
            assert cause.status in statuses


@pytest.mark.parametrize("number", [2, 40])
def test_a_refusal_is_named_with_the_key_that_is_to_be_kept(number: int) -> None:
    found = [refused(f"replaceable.r{place}", place, named=(QUEUE,)) for place in range(number)]
    [cause] = causes(found, Totals())
    assert (cause.kind, cause.findings, len(cause.requirements)) == (CauseKind.REFUSAL, number, number)
    assert cause.options == (f"--keep={QUEUE}",)
    assert DENIED in cause.message
    assert cause.finding == "0"
    assert cause.exchange == EXCHANGE


def test_a_key_that_only_some_refusals_name_is_none_to_keep() -> None:
    found = [refused("status.200", 1, named=("a", "b")), refused("status.201", 2, named=("b", "c"))]
    assert causes(found, Totals())[0].options == ("--keep=b",)


def test_two_refusals_of_one_requirement_are_no_cause_and_three_are() -> None:
    found = [refused("replaceable.labels", number) for number in range(3)]
    assert causes(found[:2], Totals()) == ()
    assert len(causes(found, Totals())) == 1


def test_one_status_for_all_refusals_is_one_cause() -> None:
    found = [refused(f"status.40{place}", place, f"why {place}: no", 400, expected=(400 + place,)) for place in (1, 3)]
    [cause] = causes(found, Totals())
    assert (cause.kind, cause.status, cause.options) == (CauseKind.FAILURE, 400, ())


def test_refusals_with_another_status_against_one_requirement_are_no_cause() -> None:
    found = [refused("status.403", place, status=404, expected=(403,)) for place in range(9)]
    assert causes(found, Totals()) == ()


def test_server_errors_are_one_cause_whatever_they_say() -> None:
    found = [refused(f"status.40{place}", place, f"{'no' * place}", 500, expected=(400 + place,)) for place in (1, 3)]
    [cause] = causes(found, Totals())
    assert (cause.kind, cause.note) == (CauseKind.FAILURE, "")


def test_requests_that_are_refused_for_different_reasons_have_no_cause() -> None:
    assert causes([refused("status.200", 1, "no label"), refused("status.201", 2, "no image")], Totals()) == ()


def test_numbers_and_names_do_not_tell_reasons_apart() -> None:
    found = [refused("status.200", 1, 'job "a-1" is 5 old'), refused("status.201", 2, 'job "b" is 17 old')]
    assert len(causes(found, Totals())) == 1


def test_one_rule_about_several_fields_is_one_cause() -> None:
    notes = [f"policy: {name} is too much: 2147483647" for name in ("spec.one", "two", "metadata.labels")]
    found = [refused(f"replaceable.r{place}", place, note) for place, note in enumerate(notes)]
    (cause,) = causes(found, Totals(replaceable=FIELDS))
    assert (cause.findings, cause.note, cause.options) == (3, notes[0], ())
    named = [
        (name, replace(one, values=replace(one.values, named=(FIELDS[place],))))
        for place, (name, one) in enumerate(found)
    ]
    (cause,) = causes(named, Totals(replaceable=FIELDS))
    assert cause.options == ("--keep=metadata.labels", "--keep=spec.one", "--keep=spec.two")
    other = refused("replaceable.r3", 3, "policy: spec.four is too much: 7")
    assert causes([found[0], other], Totals(replaceable=FIELDS)) == (), "it is no field that can be replaced"
    other = refused("replaceable.r3", 3, "policy: spec.two is too little: 7")
    assert causes([found[0], other], Totals(replaceable=FIELDS)) == (), "another reason"


def test_what_a_series_shows_after_a_refusal_comes_of_it() -> None:
    series = [refused("replaceable.sequence", 1), refused("replaceable.labels", 2)]
    later = "replaceable.sequence", replace(PLAIN, id="3", rule="case-1", values=Values((1,), 2, None, Demand.STORED))
    assert causes([*series, later], Totals())[0].findings == 3
    assert causes([later], Totals()) == ()


@pytest.mark.parametrize(
    ("note", "status", "option"),
    [
        ("header X-Project-Id is missing", 403, "--header=X-Project-Id: VALUE"),
        ("X-Tenant is unknown", 400, "--header=X-Tenant: VALUE"),
        ("parameter tenant is missing or unknown", 400, "--query=tenant=VALUE"),
        ("image a/b:v1 is not from an allowed registry", 403, "--image=IMAGE"),
        ("spec.pools: Required value: a node pool must be chosen", 422, "--object=FILE"),
        ("the token has expired", 403, "--token-file=FILE"),
        ("", 401, "--token-file=FILE"),
    ],
)
def test_the_option_that_helps(note: str, status: int, option: str) -> None:
    found = [refused(f"replaceable.r{place}", place, note, status) for place in range(2)]
    assert causes(found, Totals())[0].options == (option,)


def test_a_refusal_that_says_nothing_names_no_option() -> None:
    assert causes([refused(f"replaceable.r{place}", place, "no") for place in range(2)], Totals())[0].options == ()


@given(st.sets(st.sampled_from(SPEC), min_size=2))
def test_fields_that_are_never_stored_are_one_cause(fields: set[str]) -> None:
    lost = [name for name in SPEC if name in fields]
    found = [dropped(name, number) for number, name in enumerate(lost)]
    stored = [name for name in FIELDS if name not in fields]
    [cause] = causes(found, Totals(replaceable=FIELDS, stored=stored))
    assert cause.fields == tuple(lost)
    assert ("all 3 replaceable fields below spec" in cause.message) == (len(lost) == 3)


@given(st.sets(st.sampled_from(SPEC), min_size=2), st.data())
def test_a_field_that_was_stored_once_is_not_dropped(fields: set[str], data: st.DataObject) -> None:
    kept = data.draw(st.sampled_from(sorted(fields)))
    found = [dropped(name, number) for number, name in enumerate(sorted(fields))]
    named = causes(found, Totals(replaceable=FIELDS, stored=(kept,)))
    assert all(kept not in one.fields for one in named)


@given(st.integers(1, 50), st.integers(1, 5000))
def test_a_rate_says_of_how_many(count: int, requests: int) -> None:
    assume(count <= requests)
    values = Values((), None, 500, Demand.NO_FAILURE, "leader changed")
    finding = replace(PLAIN, id="1", rule="sporadic-failure", count=count, values=values)
    totals = Totals({"PUT": requests, "GET": 7}, ("PUT",))
    [cause] = causes([("status.500", finding)], totals)
    assert (cause.kind, cause.count, cause.requests, cause.methods) == (CauseKind.SPORADIC, count, requests, ("PUT",))
    rated = with_rate(finding, totals)
    assert (rated.values.count, rated.values.requests) == (count, requests)
    assert f"{count} of {requests} PUT request" in rated.observed


def test_what_is_no_rate_has_none() -> None:
    assert with_rate(PLAIN, Totals({"PUT": 5}, ("PUT",))) == PLAIN


def test_bodies_that_cannot_be_read_are_one_cause() -> None:
    def unreadable(requirement: str, demand: Demand) -> Found:
        values = Values((), None, 403, demand, "not JSON: character 0")
        return requirement, replace(PLAIN, id=requirement, rule="error-body", values=values)

    found = [unreadable("response.content-type", Demand.MEDIA_TYPE), unreadable("response.schema", Demand.OBJECT)]
    assert [one.kind for one in causes(found, Totals())] == [CauseKind.BODY]
    assert causes(found[:1] * 5, Totals()) == ()
