"""Field ownership: what the run's writes took of an adopted object is given back, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import USER_AGENT, Response
from contracts.resource.adopted import MANAGER
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.ownership import given_back
from tests.unit.resource.fake_target import FakeTarget, get, put, said

FIELDS: st.SearchStrategy[Json] = st.recursive(
    st.just({}), lambda inner: st.dictionaries(st.sampled_from(["f:a", "f:b", "f:c", "."]), inner, max_size=3)
)


def entry(manager: str, fields: Json, operation: str = "Apply") -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields}


def leaves(fields: Json, above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = {above} if above else set()
    return found.union(*(leaves(inner, (*above, name)) for name, inner in fields.items()))


@given(FIELDS, FIELDS, FIELDS.filter(bool), FIELDS)
def test_what_the_run_took_goes_back_to_who_had_it(had: Json, left: Json, taken: Json, others: Json) -> None:
    live = [entry("kubectl", left), entry("operator", others, "Update"), entry(MANAGER, taken, "Update")]
    wanted = given_back([entry("kubectl", had)], live, MANAGER)
    assert wanted is not None
    first, second = wanted
    assert (first["manager"], second) == ("kubectl", live[1])
    assert leaves(first["fieldsV1"]) == leaves(left) | (leaves(had) & leaves(taken))


@pytest.mark.parametrize(
    ("original", "live"),
    [
        (MISSING, [entry(MANAGER, {"f:a": {}}, "Update")]),
        ([entry("kubectl", {"f:a": {}})], [entry("kubectl", {"f:a": {}})]),
        ([entry(MANAGER, {"f:a": {}, "f:b": {}}, "Update")], [entry(MANAGER, {"f:b": {}}, "Update")]),
        ([entry("kubectl", {})], "odd"),
    ],
    ids=["no ownership is kept", "nothing taken", "an earlier entry of ours", "no list"],
)
def test_nothing_is_sent_where_nothing_was_taken(original: Json, live: Json) -> None:
    assert given_back(original, live, MANAGER) is None


def test_an_owner_that_is_gone_comes_back() -> None:
    fields: Json = {"f:metadata": {"f:labels": {"f:app": {}}}}
    assert given_back([entry("kubectl", fields)], [entry(MANAGER, fields, "Update")], MANAGER) == [
        entry("kubectl", fields)
    ]


def test_an_entry_of_an_earlier_run_is_as_it_was() -> None:
    before = [entry(MANAGER, {"f:old": {}}, "Update"), entry("kubectl", {"f:spec": {"f:ttl": {}}})]
    live = [entry(MANAGER, {"f:old": {}, "f:spec": {"f:ttl": {}}}, "Update"), entry("kubectl", {})]
    assert given_back(before, live, MANAGER) == before


class OwningTarget(FakeTarget):
    """Lets whoever replaces a label own it, as server-side apply does; a list that is sent is taken as it is."""

    def put(self, path: str, value: Json) -> Response:
        before = self.objects[path]
        answer = super().put(path, value)
        given = get(value, "metadata.managedFields")
        if not answer.accepted or not paths.same(given, get(before, "metadata.managedFields")):
            return answer
        changed = {one.path[-1] for one in paths.differences(before, value) if "labels" in one.path}
        owned: dict[str, Json] = {f"f:{name}": {} for name in changed}
        kept = [
            {**one, "fieldsV1": {name: inner for name, inner in one["fieldsV1"].items() if name not in owned}}
            for one in given
            if one["manager"] != MANAGER
        ]
        own = [one for one in given if one["manager"] == MANAGER] or [entry(MANAGER, {}, "Update")]
        own = [{**own[0], "fieldsV1": {**own[0]["fieldsV1"], **owned}}]
        self.objects[path] = put(self.objects[path], "metadata.managedFields", [*kept, *own])
        return said(200, self.objects[path])


def test_an_adopted_object_has_its_owners_again(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    owners = [entry("kubectl", {"f:app": {}}), entry("other", {"f:else": {}})]
    owning = OwningTarget(target.contract, target.objects)
    adopted.target = owning  # type: ignore[assignment]
    target.store(adopted.path, put(target.objects[adopted.path], "metadata.managedFields", owners))
    adopted.start()
    was = target.objects[adopted.path]
    owning.put(adopted.path, put(was, "metadata.labels.app", "changed"))
    assert target.objects[adopted.path]["metadata"]["managedFields"] != owners
    adopted.finish()
    now = target.objects[adopted.path]
    assert now["metadata"]["managedFields"] == owners
    assert now["metadata"]["labels"] == was["metadata"]["labels"]


def test_the_manager_is_what_a_server_makes_of_our_user_agent() -> None:
    assert USER_AGENT.startswith(f"{MANAGER}/")
