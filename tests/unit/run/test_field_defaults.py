"""A default that is not one constant is the server's; a field that is not cleared is a finding beside it, too."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.conditions.defaults import DEADLINE, POLICY, RETENTION
from contracts.run.field_defaults import _is_varying
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from tests.unit.casekit.conftest import opened
from tests.unit.run.test_other_writers import found, persisting

OF = {"default-varies": DEADLINE, "default-depends": POLICY, "default-two-versions": POLICY}
VALUES: dict[paths.Path, list[Json]] = {DEADLINE: [3600, 7200, 60], POLICY: ["All", "None", "Running"]}
Change = Callable[[Json, Json], Json]


def gives(run: Run, **fields: Json) -> None:
    """Replace some fields of spec."""
    run.examiner.replace(Send(assign({f"spec.{name}": value for name, value in fields.items()})))


def cleared_after_each_value(run: Run, path: paths.Path) -> None:
    """Give a field each value behind another one and clear it, with another field beside it and without."""
    for beside in (600, MISSING, 700, 800, MISSING):
        for earlier, value in itertools.permutations(VALUES[path], 2):
            gives(run, **{str(path[-1]): earlier})
            gives(run, **{str(path[-1]): value})
            gives(run, **{str(path[-1]): MISSING, str(RETENTION[-1]): beside})
        gives(run, **{str(path[-1]): MISSING})


def wrong(path: paths.Path) -> tuple[str, str]:
    name = {DEADLINE: "active-deadline-seconds", POLICY: "clean-pod-policy"}[path]
    return f"replaceable.{name}", "replaceable-fields"


@pytest.mark.parametrize("condition", OF)
def test_a_default_that_is_not_one_constant_is_the_servers(tmp_path: Path, condition: str) -> None:
    path = OF[condition]
    with opened(tmp_path, conditions=[condition]) as run:
        cleared_after_each_value(run, path)
        assert found(run) == set()
        assert paths.render(path) in run.added


def kept(path: paths.Path) -> Change:
    """The old value stays where a replacement lacks the field."""
    return lambda old, new: paths.put(new, path, paths.get(old, path)) if paths.get(new, path) is MISSING else new


def undone(path: paths.Path) -> Change:
    """The value from before the last one comes back where a replacement lacks the field."""
    before: list[Json] = [MISSING]

    def change(old: Json, new: Json) -> Json:
        was, now = paths.get(old, path), paths.get(new, path)
        back = paths.put(new, path, before[0]) if now is MISSING else new
        if not paths.same(was, now):
            before[0] = was
        return back

    return change


def copied(path: paths.Path) -> Change:
    """The retention that was sent stands for the field where a replacement lacks it."""
    return lambda _, new: paths.put(new, path, paths.get(new, RETENTION)) if paths.get(new, path) is MISSING else new


@pytest.mark.parametrize("condition", OF)
@pytest.mark.parametrize("fault", [kept, undone, copied])
def test_a_field_that_is_not_cleared_is_a_finding_beside_such_a_default(
    tmp_path: Path, condition: str, fault: Callable[[paths.Path], Change]
) -> None:
    path = OF[condition]
    with opened(tmp_path, persisting(fault(path)), [condition]) as run:
        cleared_after_each_value(run, path)
        assert wrong(path) in found(run)


def test_a_value_of_another_field_is_no_default_though_it_always_comes(tmp_path: Path) -> None:
    with opened(tmp_path, persisting(copied(DEADLINE)), ["webhook-defaults"]) as run:
        gives(run, ttlSecondsAfterFinished=600, activeDeadlineSeconds=MISSING)
        assert wrong(DEADLINE) in found(run)


@pytest.mark.parametrize("old", [60, 3600])
def test_one_constant_default_hides_no_other_value(tmp_path: Path, old: int) -> None:
    with opened(tmp_path, persisting(kept(DEADLINE)), ["webhook-defaults"]) as run:
        gives(run, activeDeadlineSeconds=old)
        gives(run, activeDeadlineSeconds=MISSING)
        assert wrong(DEADLINE) in found(run)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (([1, 2, 3], [4]), True),
        (([1, 1], [1, 1, 2, 2, 3]), True),
        (([1, 2, 1],), False),
        (([1, 2], [1, 2, 1, 2]), False),
        (([1, 1], [2, 2]), False),
        (([], []), False),
    ],
)
def test_values_by_turns_come_back_and_those_that_vary_do_not(groups: Any, expected: bool) -> None:
    assert _is_varying(*groups) is expected
