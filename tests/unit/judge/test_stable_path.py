"""The place of a finding is the same in every run: what the run made up itself is left out of it, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import ANY, Json, Path
from contracts.judge.mutations import INVENTED, PROBE, stable_path

KEYS = st.sampled_from(["a", "b", "c", "labels", "x/y"])
OWN = st.recursive(
    st.integers(0, 3), lambda inner: st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=2)
)
PATHS = st.lists(KEYS | st.integers(0, 2), max_size=4).map(tuple)
SENT = st.dictionaries(PATHS, st.sets(KEYS), max_size=4)


@given(PATHS, OWN)
def test_a_run_that_made_nothing_up_sees_the_place_as_it_is(path: Path, own: Json) -> None:
    assert stable_path(path, {}, own) == path


@given(PATHS, SENT, OWN)
def test_each_step_is_itself_or_any(path: Path, sent: dict[Path, set[str]], own: Json) -> None:
    found = stable_path(path, sent, own)
    assert len(found) == len(path)
    for place, (step, shown) in enumerate(zip(path, found, strict=True)):
        made_up = step in sent.get(path[:place], ()) and paths.get(own, path[: place + 1]) is paths.MISSING
        assert shown == (ANY if made_up else step)


@given(PATHS, SENT, OWN)
def test_it_is_settled_once(path: Path, sent: dict[Path, set[str]], own: Json) -> None:
    found = stable_path(path, sent, own)
    assert stable_path(found, {}, own) == found


@given(st.text(min_size=1), st.text(min_size=1), OWN)
def test_two_runs_that_make_up_different_keys_agree(one: str, other: str, own: Json) -> None:
    map_ = ("metadata", "labels")
    found = {stable_path((*map_, key), {map_: {key}}, own) for key in (one, other)}
    assert found == {(*map_, ANY)}


def test_a_key_of_the_object_s_own_is_named_though_the_run_sends_it_too() -> None:
    map_ = ("metadata", "labels")
    own = {"metadata": {"labels": {"app": "test"}}}
    sent: dict[Path, set[str]] = {map_: {"app", "mine"}}
    assert stable_path((*map_, "app"), sent, own) == (*map_, "app")
    assert stable_path((*map_, "mine"), sent, own) == (*map_, ANY)
    assert stable_path((*map_, "theirs"), sent, own) == (*map_, "theirs")
    assert paths.render(stable_path((*map_, "mine"), sent, own)) == "metadata.labels[*]"


def test_a_probe_is_made_up_wherever_it_stands() -> None:
    for name in INVENTED:
        assert stable_path(("spec", name, "x"), {}, {"spec": {PROBE: 1}}) == ("spec", ANY, "x")
