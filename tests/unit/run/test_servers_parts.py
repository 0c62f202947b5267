"""What the server has added as a whole it may change and take away; what the run has created or sent it may not."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.conditions.webhooks import ANNOTATIONS, DOMAIN
from contracts.report import words
from contracts.run.trial import Send, assign
from tests.unit.casekit.conftest import opened
from tests.unit.run.test_other_writers import found, label, persisting, replaced

CONTAINERS = ("spec", "pytorchReplicaSpecs", "Worker", "template", "spec", "containers")
SIDECAR = (*CONTAINERS, 2, "image")
# A member that no page names.
SCRATCH = (*CONTAINERS[:-1], "volumes", 1, "emptyDir")
OURS = (*CONTAINERS, 0, "image")
MIRROR = (*ANNOTATIONS, f"{DOMAIN}/max-seconds")


def injecting(image: Callable[[int, Json], str], *, first: bool = False, lenient: bool = False) -> Any:
    """An endpoint with an injector of a sidecar, whose image is made of the number of the write and of what was sent.

    `first`: whether it comes before the others; `lenient`: whether a value that is sent for it is stored.
    """

    def make(resource: Any, options: Any) -> Behaviour:
        steps, numbers = conformant(resource, options), itertools.count(1)

        def injected(new: Json, value: str) -> Json:
            others = [one for one in paths.get(new, CONTAINERS) if one["name"] != "istio-proxy"]
            sidecar = [{"name": "istio-proxy", "image": value}]
            return paths.put(new, CONTAINERS, [*sidecar, *others] if first else [*others, *sidecar])

        def persist(stored: Json, new: Json) -> Json:
            new, value = steps.persist(stored, new), image(next(numbers), new)
            path = (*CONTAINERS, 0, "image") if first else SIDECAR
            sent = lenient and stored is not None and paths.get(new, path) != paths.get(stored, path)
            return injected(new, paths.get(new, path) if sent else value)

        def check(stored: Json, new: Json) -> None:
            if not lenient:
                steps.check_immutable(injected(stored, ""), injected(new, ""))

        return replace(steps, persist=persist, check_immutable=check, next_generation=lambda *_: 1)

    return make


def tried(path: paths.Path, value: Json) -> Send:
    """An attempt to give an immutable field another value."""
    return Send(lambda live: paths.put(live, path, value), paths.Mutation("change", path, "of before", value))


def rolled_out(number: int, _: Json) -> str:
    """The image of the release that is in force from the fourth write on."""
    return f"proxy:{1 + (number >= 4)}"


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("attempt", [False, True])
def test_a_new_release_of_a_sidecar_is_no_finding(tmp_path: Path, first: bool, attempt: bool) -> None:
    path = (*CONTAINERS, 0, "image") if first else SIDECAR
    with opened(tmp_path, injecting(rolled_out, first=first)) as run:
        for number in range(4):
            if attempt:
                run.examiner.replace(tried(path, f"of-the-run:{number}"))
            else:
                replaced(run, a=str(number))
        assert {one for one in found(run) if one[1] != "generation"} == set()
        assert run.evidence.server_added == {paths.render(path)}


def test_a_sidecar_that_is_made_of_the_request_is_a_finding(tmp_path: Path) -> None:
    def image(_: int, new: Json) -> str:
        return "proxy:wrong" if paths.get(new, ("metadata", "labels", "a")) == "wrong" else "proxy:1"

    with opened(tmp_path, injecting(image)) as run:
        assert replaced(run, a="right") == 200
        assert found(run) == set()
        replaced(run, a="wrong")
        assert ("immutable.replica-specs", "unchanged-rest") in found(run)


def test_a_sidecar_takes_no_value_that_was_sent(tmp_path: Path) -> None:
    with opened(tmp_path, injecting(lambda *_: "proxy:1", lenient=True)) as run:
        run.examiner.replace(tried(SIDECAR, "of-the-run"))
        assert ("immutable.replica-specs", "unchanged-rest") in found(run)


@pytest.mark.parametrize("value", [[], MISSING, "1"])
def test_what_the_run_has_created_is_nobody_elses_though_each_first_write_changes_it(
    tmp_path: Path, value: Json
) -> None:
    def rewriting(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def persist(stored: Json, new: Json) -> Json:
            new = steps.persist(stored, new)
            return new if stored is None else paths.put(new, SCRATCH, value)

        return replace(steps, persist=persist)

    with opened(tmp_path, rewriting) as run:
        replaced(run, a="1")
        assert ("immutable.replica-specs", "unchanged-rest") in found(run)
        assert run.evidence.server_added == set()


def of_ours(numbers: itertools.count[int]) -> Any:
    """An endpoint that gives a container of the client another image from its third write on, also at creation."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def persist(stored: Json, new: Json) -> Json:
            new = steps.persist(stored, new)
            return paths.put(new, OURS, "mirror:1") if next(numbers) >= 3 else new

        return replace(steps, persist=persist)

    return make


@pytest.mark.parametrize("attempt", [False, True])
def test_a_container_that_the_run_created_is_a_finding_in_true_words(tmp_path: Path, attempt: bool) -> None:
    with opened(tmp_path, of_ours(itertools.count(1))) as run:
        assert replaced(run, a="1") == 200
        if attempt:  # a change that the server ignores, as it does not know the field
            at = ("spec", "unknown")
            run.examiner.replace(Send(lambda live: live, paths.Mutation("add", at, MISSING, "x")))
        else:
            replaced(run, a="2")
        met = [one.finding for one in run.evidence.met]
        [said] = {words.message(one) for one in met if one.requirement == "immutable.replica-specs"}
        assert said == f"a replacement changes {paths.render(OURS)}"


def clears_the_deadline(run: Any) -> None:
    """Give the deadline values and clear it, each time with the annotations as they were read."""
    for value in (60, MISSING, 120, MISSING):
        run.examiner.replace(Send(assign({"spec.activeDeadlineSeconds": value})))


def test_a_key_of_the_servers_own_that_it_takes_away_is_nobodys_loss(tmp_path: Path) -> None:
    with opened(tmp_path, conditions=["webhook-mirror"]) as run:
        clears_the_deadline(run)
        run.examiner.replace(Send(assign({"metadata.annotations": {"a": "1"}})))
        clears_the_deadline(run)
        assert found(run) == set()
        assert run.evidence.server_added == {paths.render(MIRROR)}


@pytest.mark.parametrize("key", ["a", MIRROR[-1]])
def test_a_key_of_the_runs_choice_that_is_gone_is_a_finding(tmp_path: Path, key: str) -> None:
    def change(_: Json, new: Json) -> Json:
        gone = paths.get(new, ("metadata", "labels", "gone")) == "yes"
        return paths.remove(new, (*ANNOTATIONS, key)) if gone else new

    def stamped(old: Json, new: Json) -> Json:
        there = paths.get(new, MIRROR) is not MISSING
        return change(old, new if there else paths.put(new, MIRROR, "own"))

    with opened(tmp_path, persisting(stamped)) as run:
        replaced(run, a="1")
        replaced(run, a="2")
        assert found(run) == set()
        run.examiner.replace(Send(assign({"metadata.annotations": {"a": "1", MIRROR[-1]: "of the run"}})))
        assert found(run) == set()
        run.examiner.replace(Send(lambda live: label(live, "gone", "yes")))
        assert found(run) == {("replaceable.annotations", "replaceable-fields")}
