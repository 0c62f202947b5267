"""What others do between a request and the read after it is told from what the target does."""

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
from contracts.reference.status_error import internal_error
from contracts.run.run import Run
from contracts.run.trial import Send, assign
from tests.unit.casekit.conftest import opened

LABELS = ("metadata", "labels")
IMAGE = "spec.pytorchReplicaSpecs.Worker.replicas"
TEMPLATE = "spec.pytorchReplicaSpecs.Worker.template"


def persisting(change: Callable[[Json, Json], Json]) -> Any:
    """An endpoint that stores something else of what it was sent: `change` of the stored and the new object."""

    def make(resource: Any, options: Any) -> Behaviour:
        return replace(conformant(resource, options), persist=lambda old, new: new if old is None else change(old, new))

    return make


def failing(fails: Callable[[Json], bool]) -> Any:
    """An endpoint that answers 500 to what it should have stored."""

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def check(stored: Json, new: Json) -> None:
            if fails(new):
                raise internal_error("connection refused")
            steps.check_immutable(stored, new)

        return replace(steps, check_immutable=check)

    return make


def label(value: Json, key: str, text: Json) -> Json:
    return paths.put(value, (*LABELS, key), text)


def found(run: Run) -> set[tuple[str, str]]:
    """What the run has found so far: requirement and rule."""
    return {(one.finding.requirement, one.finding.rule) for one in run.evidence.met}


def replaced(run: Run, **labels: str) -> int:
    """Replace the labels by these; the status of the answer."""
    return run.examiner.replace(Send(assign({"metadata.labels": labels}))).exchange.response.status


@pytest.mark.parametrize("name", ["webhook-stamp", "webhook-keys", "webhook-defaults", "injector", "controller-stamp"])
def test_what_is_added_to_whatever_is_sent_is_no_finding(tmp_path: Path, name: str) -> None:
    with opened(tmp_path, conditions=[name]) as run:
        for labels in ({"a": "1"}, {"b": "1"}, {}):
            assert replaced(run, **labels) == 200
            run.examiner.replace(Send(assign(dict.fromkeys(run.contract.replaceable, MISSING))))
        assert found(run) == set()
        # a controller that comes later than the read is not seen
        assert name == "controller-stamp" or {*run.added, *run.evidence.server_added}


def test_a_stamp_on_what_may_not_change_is_no_finding_though_another_was_sent(tmp_path: Path) -> None:
    stamp, count = (*paths.parse(TEMPLATE), "metadata", "annotations", "stamped"), itertools.count()

    def make(resource: Any, options: Any) -> Behaviour:
        steps: Behaviour = persisting(lambda _, new: paths.put(new, stamp, f"v{next(count)}"))(resource, options)
        return replace(steps, check_immutable=lambda *_: None, merge=lambda _, sent: sent)

    with opened(tmp_path, make) as run:
        for text in ("x", "y"):
            run.examiner.replace(Send(lambda live, text=text: paths.put(live, stamp, text)))  # type: ignore[misc]
        assert found(run) == set()
        assert run.evidence.server_added == {paths.render(stamp)}


def test_a_key_that_comes_with_updates_alone_is_the_servers_too(tmp_path: Path) -> None:
    with opened(tmp_path, persisting(lambda _, new: label(new, "updated", "yes"))) as run:
        replaced(run, a="1")
        replaced(run, a="2")
        assert found(run) == set()
        assert run.evidence.server_added == {"metadata.labels.updated"}


def test_a_server_that_adds_a_key_may_not_change_one_that_was_sent(tmp_path: Path) -> None:
    def change(_: Json, new: Json) -> Json:
        upper = {key: str(text).upper() for key, text in (paths.get(new, LABELS) or {}).items()}
        return label(paths.put(new, LABELS, upper), "updated", "yes")

    with opened(tmp_path, persisting(change)) as run:
        replaced(run, a="text")
        assert ("replaceable.labels", "replaceable-fields") in found(run)


def test_a_key_that_comes_back_only_when_it_is_removed_is_a_finding(tmp_path: Path) -> None:
    def change(old: Json, new: Json) -> Json:
        gone = {key: text for key, text in (paths.get(old, LABELS) or {}).items() if key.startswith("sticky")}
        return paths.put(new, LABELS, {**gone, **(paths.get(new, LABELS) or {})})

    with opened(tmp_path, persisting(change)) as run:
        replaced(run, sticky="1")
        assert found(run) == set()
        replaced(run, other="1")
        assert found(run) == {("replaceable.labels", "replaceable-fields")}


@pytest.mark.parametrize("fresh", [True, False])
def test_a_value_that_comes_only_when_a_field_is_removed_is_a_finding(tmp_path: Path, fresh: bool) -> None:
    retention = ("spec", "ttlSecondsAfterFinished")

    def change(old: Json, new: Json) -> Json:
        cleared = paths.get(old, retention) is not MISSING and paths.get(new, retention) is MISSING
        return paths.put(new, retention, 0) if cleared else new

    with opened(tmp_path, persisting(change)) as run:
        if not fresh:
            replaced(run, a="1")
        run.examiner.replace(Send(assign({"spec.ttlSecondsAfterFinished": 60})))
        run.examiner.replace(Send(assign({"spec.ttlSecondsAfterFinished": MISSING})))
        assert found(run) == {("replaceable.ttl-seconds-after-finished", "replaceable-fields")}


def test_a_default_that_comes_with_updates_alone_is_the_servers(tmp_path: Path) -> None:
    retention = ("spec", "ttlSecondsAfterFinished")

    def change(_: Json, new: Json) -> Json:
        return paths.put(new, retention, 3600) if paths.get(new, retention) is MISSING else new

    with opened(tmp_path, persisting(change)) as run:
        run.examiner.replace(Send(assign({"spec.ttlSecondsAfterFinished": 60})))
        run.examiner.replace(Send(assign({"spec.ttlSecondsAfterFinished": MISSING})))
        assert found(run) == set()
        assert run.evidence.server_added == {"spec.ttlSecondsAfterFinished"}


def test_a_key_that_is_made_of_what_was_sent_elsewhere_is_a_finding(tmp_path: Path) -> None:
    def change(_: Json, new: Json) -> Json:
        return paths.put(new, LABELS, {**(paths.get(new, ("metadata", "annotations")) or {}), "a": "1"})

    with opened(tmp_path, persisting(change)) as run:
        run.examiner.replace(Send(assign({"metadata.labels": {"a": "1"}, "metadata.annotations": {"copied": "1"}})))
        assert found(run) == {("replaceable.labels", "replaceable-fields")}


def test_a_status_that_was_taken_is_told_of_as_such_alone(tmp_path: Path) -> None:
    started = "status.startTime"

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def merge(stored: Json, new: Json) -> Json:
            relabelled = paths.get(stored, LABELS) != paths.get(new, LABELS)
            merged = steps.merge(stored, new)
            return paths.put(merged, ("status",), paths.get(new, ("status",))) if relabelled else merged

        return replace(steps, merge=merge)

    with opened(tmp_path, make) as run:
        run.examiner.replace(Send(assign({started: 7, "metadata.labels": {"a": "1"}})))
        for labels in ({"b": "1"}, {"c": "1"}):
            assert replaced(run, **labels) == 200
        assert {requirement for requirement, _ in found(run)} == {"immutable.status"}


def test_a_failure_now_and_then_is_one_finding_and_what_was_asked_is_judged(tmp_path: Path) -> None:
    asked = [0]

    def fails(_: Json) -> bool:
        asked[0] += 1
        return asked[0] % 4 == 2

    with opened(tmp_path, failing(fails)) as run:
        assert [replaced(run, a=str(number)) for number in range(8)] == [200] * 8
        [one] = run.evidence.met
        assert (one.finding.requirement, one.finding.rule) == ("status.500", "sporadic-failure")
        assert one.count > 1


def test_a_request_that_always_fails_is_a_finding_about_it(tmp_path: Path) -> None:
    with opened(tmp_path, failing(lambda new: paths.get(new, (*LABELS, "a")) == "bad")) as run:
        assert replaced(run, a="good") == 200
        assert replaced(run, a="bad") == 500
        assert found(run) == {("status.500", "no-server-error")}


def test_what_a_failed_request_has_stored_is_judged(tmp_path: Path) -> None:
    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)
        asked = [0]

        def answer(request: Any, response: Any) -> Any:
            if request.method == "PUT" and response.status == 200:
                asked[0] += 1
                if asked[0] == 1:
                    failure = internal_error("timeout behind the write").body()
                    return replace(response, status=500, value=failure)
            return response

        return replace(steps, answer=answer, check_immutable=lambda _stored, _new: None)

    with opened(tmp_path, make) as run:
        run.examiner.replace(Send(assign({IMAGE: 3})))
        assert {requirement for requirement, _ in found(run)} >= {"immutable.replica-specs", "status.500"}


def test_a_refusal_that_is_stored_is_found_though_its_version_is_new(tmp_path: Path) -> None:
    def make(resource: Any, options: Any) -> Behaviour:
        def answer(request: Any, response: Any) -> Any:
            if request.method == "PUT" and response.status == 200:
                value = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no", "code": 409}
                return replace(response, status=409, value=value)
            return response

        return replace(conformant(resource, options), answer=answer)

    with opened(tmp_path, make) as run:
        assert replaced(run, a="1") == 409
        assert ("status.refusal-changes-nothing", "refusal") in found(run)


@pytest.mark.parametrize("name", ["read-lag", "gateway-502"])
def test_an_environment_has_its_one_finding(tmp_path: Path, name: str) -> None:
    with opened(tmp_path, conditions=[name]) as run:
        for number in range(3 if name == "read-lag" else 60):
            assert replaced(run, a=str(number)) == 200
        expected = {"read-lag": "concurrency.read-after-write", "gateway-502": "status.only-documented"}
        assert {requirement for requirement, _ in found(run)} == {expected[name]}
