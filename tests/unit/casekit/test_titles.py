"""Titles of cases: what is tried, in words; no two alike."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from contracts.casekit.markers import AttemptGroup, attempt_groups
from contracts.casekit.titles import in_words, title_of, tries
from contracts.spec.load import load_contract

CONTRACT = load_contract()
GROUPS = [one.values[0] for one in attempt_groups(CONTRACT)]


def case(mark: pytest.MarkDecorator | None, **params: object) -> pytest.Item:
    def obj() -> None:
        """What holds."""

    found = SimpleNamespace(
        stash=pytest.Stash(),
        obj=obj,
        name="test_x",
        callspec=SimpleNamespace(params=params, id="-".join(map(str, params.values()))),
        get_closest_marker=lambda name: mark.mark if mark and name == mark.mark.name else None,
    )
    return cast("pytest.Item", found)


def group(requirement: str, way: str) -> AttemptGroup:
    return AttemptGroup(CONTRACT.requirements[requirement], way)


@pytest.mark.parametrize(
    ("requirement", "way", "title", "sampled"),
    [
        (
            "immutable.replica-specs",
            "change",
            "Change every field below spec.pytorchReplicaSpecs",
            "Change a field at each depth below spec.pytorchReplicaSpecs",
        ),
        ("immutable.type-meta", "remove", "Remove apiVersion and kind", "Remove apiVersion or kind"),
        (
            "immutable.other-spec",
            "append",
            "Append to every other list below spec and at the top of the object",
            "Append to another list at some depths below spec or at the top of the object",
        ),
    ],
)
def test_attempts_say_what_is_done_where(requirement: str, way: str, title: str, sampled: str) -> None:
    attempts = group(requirement, way)
    assert title_of(case(tries("{attempts}"), attempts=attempts), CONTRACT) == title
    assert title_of(case(tries("{sampled_attempts}"), attempts=attempts), CONTRACT) == sampled


@pytest.mark.parametrize("sampled", [False, True])
def test_no_two_groups_of_attempts_are_called_alike(sampled: bool) -> None:
    said = [in_words(one, CONTRACT, sampled=sampled) for one in GROUPS]
    assert len(set(said)) == len(said) > 30
    assert not [one for one in said if "immutable." in one]


@pytest.mark.parametrize(
    ("mark", "params", "title"),
    [
        (tries("send {value}"), {"value": "{x}"}, "Send {x}"),
        (tries("send {value}", value={"a": "all of it"}), {"value": "a"}, "Send all of it"),
        (tries("send {value}", value={"a": "all of it"}), {"value": "b"}, "Send b"),
        (
            tries("Set {replaceable}"),
            {"replaceable": CONTRACT.requirements["replaceable.labels"]},
            "Set metadata.labels",
        ),
        (tries("send {value}", value={"a": "all"}), {"value": {"a": 1}}, "Send {'a': 1}"),
        (None, {"value": "b"}, "What holds (b)"),
        (None, {}, "What holds"),
    ],
)
def test_parameters_stand_in_place_of_their_names(mark: Any, params: dict[str, Any], title: str) -> None:
    assert title_of(case(mark, **params), CONTRACT) == title
