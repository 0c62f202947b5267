"""Field ownership: what the run's writes took of an adopted object is given back, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import USER_AGENT, Response, Scope
from contracts.resource.field_managers import MANAGER
from contracts.resource.journal import entries
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.ownership import given_back, grown, lost
from contracts.resource.restore import restore
from contracts.spec.contract import Contract
from tests.unit.resource.fake_target import NAMESPACE, FakeTarget, get, put, said

FIELDS: st.SearchStrategy[Json] = st.recursive(
    st.just({}), lambda inner: st.dictionaries(st.sampled_from(["f:a", "f:b", "f:c", "."]), inner, max_size=3)
)


def entry(manager: str, fields: Json, operation: str = "Apply") -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "apiVersion": "v1", "fieldsV1": fields}


def leaves(fields: Json, above: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = {above} if above else set()
    return found.union(*(leaves(inner, (*above, name)) for name, inner in fields.items()))


def owned(fields: Json, manager: str = "kubectl", **spec: Json) -> Json:
    """An object in which somebody owns fields."""
    return {"metadata": {"managedFields": [entry(manager, fields)]}, "spec": spec}


def test_a_field_that_stands_and_has_no_manager_any_more_is_lost() -> None:
    both: Json = {"f:spec": {"f:a": {}, "f:b": {"f:c": {}, 'k:{"name":"x"}': {"f:d": {}}}}}
    was = owned(both, a=1, b={"c": 2})
    assert not lost(was, was)
    assert lost(was, owned({"f:spec": {"f:a": {}}}, a=1, b={"c": 2}))
    assert not lost(was, owned(both, "another", a=1, b={"c": 2})), "somebody has got it"
    assert not lost(was, owned({"f:spec": {"f:a": {}}}, a=1)), "it stands there no more"
    assert not lost(was, owned({"f:spec": {"f:a": {}}}, a=1, b={"c": 3})), "another value has another owner"
    items = owned({"f:spec": {"f:a": {}, "f:b": {"f:c": {}}}}, a=1, b={"c": 2})
    assert not lost(was, items), "of items of lists nothing is said"


@given(FIELDS, FIELDS, FIELDS.filter(bool), FIELDS)
def test_what_the_run_took_goes_back_to_who_had_it(had: Json, left: Json, taken: Json, others: Json) -> None:
    live = [entry("kubectl", left), entry("operator", others, "Update"), entry(MANAGER, taken, "Update")]
    wanted = given_back([entry("kubectl", had)], live, [MANAGER])
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
    assert given_back(original, live, [MANAGER]) is None


def test_an_owner_that_is_gone_comes_back() -> None:
    fields: Json = {"f:metadata": {"f:labels": {"f:app": {}}}}
    assert given_back([entry("kubectl", fields)], [entry(MANAGER, fields, "Update")], [MANAGER]) == [
        entry("kubectl", fields)
    ]


def test_an_entry_of_an_earlier_run_is_as_it_was() -> None:
    before = [entry(MANAGER, {"f:old": {}}, "Update"), entry("kubectl", {"f:spec": {"f:ttl": {}}})]
    live = [entry(MANAGER, {"f:old": {}, "f:spec": {"f:ttl": {}}}, "Update"), entry("kubectl", {})]
    assert given_back(before, live, [MANAGER]) == before


class OwningTarget(FakeTarget):
    """Lets whoever replaces a label own it, as server-side apply does; a list that is sent is taken as it is.

    `manager`: the name that it makes of User-Agent. `operator`: whether a controller writes status with each write.
    """

    manager = MANAGER
    operator = False

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
            if one["manager"] != self.manager
        ]
        own = [one for one in given if one["manager"] == self.manager] or [entry(self.manager, {}, "Update")]
        own = [{**own[0], "fieldsV1": {**own[0]["fieldsV1"], **owned}}]
        if self.operator:
            status: Json = {"f:status": {f"f:{self.clock}": {}}}
            own.append({**entry("operator", status, "Update"), "subresource": "status"})
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


OWNERS = [entry("kubectl", {"f:app": {}}), entry("other", {"f:else": {}})]


def taken_by_a_run(
    owning: OwningTarget, job: ResourceUnderTest, before: list[dict[str, Any]], *changes: str
) -> tuple[Json, Json]:
    """The labels and owners of an adopted object before a run has changed a label."""
    job.target = owning  # type: ignore[assignment]
    owning.store(job.path, put(owning.objects[job.path], "metadata.managedFields", before))
    job.start()
    was = live = job.read()
    for value in changes:
        job.note_state(live)
        wanted = put(live, "metadata.labels.app", value)
        job.about_to_send(wanted, live)
        job.write(job.contract.write.body(live, wanted))
        live = job.read()
        job.note_state(live)
    return get(was, "metadata.labels"), get(was, "metadata.managedFields")


def owners_and_labels(owning: OwningTarget, job: ResourceUnderTest) -> tuple[Json, Json]:
    stored = owning.objects[job.path]
    owners = [one for one in get(stored, "metadata.managedFields") if "subresource" not in one]
    return get(stored, "metadata.labels"), owners


@pytest.mark.parametrize("operator", [False, True])
@pytest.mark.parametrize("manager", [MANAGER, "gateway"])
@pytest.mark.parametrize("earlier", [False, True], ids=["new", "an entry of that name"])
def test_whatever_name_a_gateway_gives_the_run_its_fields_are_given_back(
    target: FakeTarget, adopted: ResourceUnderTest, manager: str, operator: bool, earlier: bool
) -> None:
    owning = OwningTarget(target.contract, target.objects)
    owning.manager, owning.operator = manager, operator
    owners = [*OWNERS, *([entry(manager, {"f:old": {}}, "Update")] if earlier else [])]
    before = taken_by_a_run(owning, adopted, owners, "changed", "again")
    assert owners_and_labels(owning, adopted) != before
    adopted.finish()
    assert owners_and_labels(owning, adopted) == before
    assert set(adopted.managers.names) == {MANAGER, manager}


def test_restore_gives_back_what_was_taken_under_another_name(
    target: FakeTarget, contract: Contract, tmp_path: Path, adopted: ResourceUnderTest
) -> None:
    owning = OwningTarget(target.contract, target.objects)
    owning.manager = "gateway"
    client = cast("Client", owning)
    job = ResourceUnderTest(Scope(contract, "kubernetes"), client, NAMESPACE, adopted.name, tmp_path)
    before = taken_by_a_run(owning, job, OWNERS, "changed")
    job.release()
    (journal,) = entries(tmp_path)
    assert restore(journal, client).endswith("put back as it was")
    assert owners_and_labels(owning, job) == before


OURS = entry("gateway", {"f:app": {}}, "Update")
GROWN = entry("argo", {"f:else": {}, "f:more": {}}, "Update")


@pytest.mark.parametrize(
    ("after", "name"),
    [
        ([OURS], "gateway"),
        ([OURS, {**GROWN, "subresource": "status"}], "gateway"),
        ([OURS, {**GROWN, "operation": "Apply"}], "gateway"),
        ([OURS, GROWN], None),
        ([{**OURS, "fieldsV1": {}}], None),
        (OWNERS, None),
        (MISSING, None),
    ],
    ids=["new", "status", "apply", "two", "nothing", "the same", "no list"],
)
def test_the_runs_name_is_the_one_that_has_grown(after: Json, name: str | None) -> None:
    assert grown(OWNERS, after) == name
    assert grown(MISSING, after) is None


def test_somebody_who_wrote_between_is_not_taken_for_the_run(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    """The replacement did not name the version that was read: another one may have come between."""
    owning = OwningTarget(target.contract, target.objects)
    owning.manager = "gateway"
    taken_by_a_run(owning, adopted, OWNERS)
    live = adopted.read()
    adopted.note_state(live)
    theirs = owning.store(
        adopted.path, put(live, "metadata.managedFields", [*OWNERS, entry("argo", {"f:x": {}}, "Update")])
    )
    adopted.write(adopted.contract.write.body(theirs, theirs))
    assert adopted.managers.names == (MANAGER,)


def test_gateways_that_name_the_run_by_turns_leave_nothing_taken(
    target: FakeTarget, adopted: ResourceUnderTest
) -> None:
    owning = OwningTarget(target.contract, target.objects)
    before = taken_by_a_run(owning, adopted, OWNERS)
    live = adopted.read()
    for number, value in enumerate(("one", "two", "three", "four")):
        owning.manager = f"gateway-{number % 2}"
        adopted.note_state(live)
        wanted = put(live, "metadata.labels.app", value)
        adopted.about_to_send(wanted, live)
        adopted.write(adopted.contract.write.body(live, wanted))
        live = adopted.read()
        adopted.note_state(live)
    adopted.finish()
    assert owners_and_labels(owning, adopted) == before
    assert adopted.managers.names == (MANAGER, "gateway-0", "gateway-1")


def test_what_is_not_there_is_for_a_later_restore(
    target: FakeTarget, contract: Contract, tmp_path: Path, adopted: ResourceUnderTest
) -> None:
    """The address may lead to another cluster for a while, which answers 404 as well."""
    client = cast("Client", target)
    job = ResourceUnderTest(Scope(contract, "kubernetes"), client, NAMESPACE, adopted.name, tmp_path)
    job.start()
    changed = put(target.objects[job.path], "metadata.labels", {"contract": "1"})
    job.about_to_send(changed, target.objects[job.path])
    target.store(job.path, changed)
    theirs = target.objects.pop(job.path)
    with pytest.raises(TargetError, match=r"is gone: .* restore puts it back"):
        job.finish()
    job.release()
    (journal,) = entries(tmp_path)
    with pytest.raises(TargetError, match="it is not there, and the journal is kept"):
        restore(journal, client)
    target.objects[job.path] = theirs
    (journal,) = entries(tmp_path)
    assert restore(journal, client).endswith("put back as it was")
    assert get(target.objects[job.path], "metadata.labels") == {"app": "test"}
    assert entries(tmp_path) == []
