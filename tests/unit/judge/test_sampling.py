"""Which of many attempts are made: few of each kind and of each name, others with another seed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue.paths import Json, Mutation, Path
from contracts.judge.attempts import careless_attempts
from contracts.judge.sampling import names_first, of_each_name, representatives, shuffled
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE: Json = {**CONTRACT.example_response, "spec": CONTRACT.examples[0]["spec"]}
PATHS = st.lists(st.sampled_from(["a", "b", "c", 0, 1]), min_size=1, max_size=4).map(tuple)


def test_more_of_some_kinds_are_chosen() -> None:
    found = [("capitals", Mutation("change", (name,), "a", "A")) for name in "abcde"]
    assert len(list(representatives(found, 1, 1))) == 1
    assert len(list(representatives(found, 1, 1, {"capitals": 4}))) == 4


def names(attempt: Mutation) -> tuple[str | int, ...]:
    """The names of a field and of the one that it stands in."""
    return tuple(step for step in attempt.path if isinstance(step, str))[-2:]


def test_of_each_kind_there_is_one_of_each_name() -> None:
    found = list(careless_attempts(CONTRACT, LIVE))
    kinds = {id(attempt): kind for kind, attempt in found}
    every = {(kind, names(attempt)) for kind, attempt in found}
    chosen = list(of_each_name(found, 1))
    assert sorted(map(str, every)) == sorted(str((kinds[id(one)], names(one))) for one in chosen)
    assert [one.field for one in chosen] != [one.field for one in of_each_name(found, 2)], "another seed, others"
    few = list(representatives(found, 1, 3))
    others = list(of_each_name(found, 1, besides=few))
    assert {(kinds[id(one)], names(one)) for one in (*few, *others)} == every
    assert not {(kinds[id(one)], names(one)) for one in few} & {(kinds[id(one)], names(one)) for one in others}


def test_representatives_are_few_of_each_kind_on_fields_of_different_names() -> None:
    found = list(careless_attempts(CONTRACT, LIVE))
    kinds = {id(attempt): kind for kind, attempt in found}
    seen = set()
    for seed in range(20):
        chosen = list(representatives(found, seed, 2))
        assert [one.field for one in chosen] == [one.field for one in representatives(found, seed, 2)]
        assert {kinds[id(one)] for one in chosen} == set(kinds.values())
        for kind in set(kinds.values()):
            of_kind = [one for one in chosen if kinds[id(one)] == kind]
            names = {one.path[-1] for other, one in found if other == kind}
            assert len({one.path[-1] for one in of_kind}) == min(2, len(names), len(of_kind))
            assert len(of_kind) <= 2
        seen.add(tuple(one.field for one in chosen))
    assert len(seen) == 20, "another seed chooses others"


def test_a_seed_orders_attempts_and_loses_none() -> None:
    attempts = [Mutation("change", ("spec", name), 1, 2) for name in "abcdefgh"]
    orders = {tuple(one.field for one in shuffled(attempts, seed, "pretty")) for seed in range(9)}
    assert len(orders) > 5
    assert all(set(order) == {one.field for one in attempts} for order in orders)


@given(st.lists(PATHS, unique=True, max_size=20), st.none() | st.integers(0, 99))
def test_of_each_name_one_comes_first(places: list[Path], seed: int | None) -> None:
    def name(attempt: Mutation) -> str:
        return next((step for step in attempt.path[::-1] if isinstance(step, str)), "")

    found = [Mutation("null", path, 1, None) for path in places]
    first, others = names_first(found, seed)
    assert sorted(map(name, first)) == sorted(set(map(name, found)))
    assert [one for one in found if one in first] == first
    if seed is None:
        assert all(one is next(other for other in found if name(other) == name(one)) for one in first)
    assert [one for one in found if one not in first] == others


def test_another_seed_chooses_another_place_of_a_name() -> None:
    found = [Mutation("null", ("spec", part, "name"), "x", None) for part in "abcdefgh"]
    assert len({names_first(found, seed)[0][0].path for seed in range(20)}) > 4
