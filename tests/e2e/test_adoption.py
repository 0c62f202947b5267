"""An adopted job is somebody's: no operator ends or deletes it for what a run sends, and what is damaged is told."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.reference.http_request import Route
from contracts.reference.objects import format_time
from tests.faults import faulty

from .command import CLEAN, LIMIT, ROOT, Command, complete
from .endpoint import SUCCEEDED, Serve, age, give_environments, put_example, put_job_in_use
from .undo import killed_run, restore


@pytest.mark.parametrize(
    "spec",
    [
        {"cleanPodPolicy": "None", "ended": 3},
        pytest.param({"cleanPodPolicy": "Running", "suspend": False}, marks=pytest.mark.slow),
    ],
    ids=["ended", "running"],
)
@pytest.mark.parametrize("some", [("-k", "not immutable"), pytest.param((), marks=pytest.mark.slow)])
def test_no_operator_harms_an_adopted_job(
    run: Command, serve: Serve, spec: dict[str, Any], some: tuple[str, ...]
) -> None:
    with serve(conditions=frozenset({"operator"})) as served:
        name = served.create()
        age(served.endpoint, name, **spec)
        before = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", *some)
        assert finished.status == 0, finished.output
        assert served.kept() == before


def test_what_is_left_out_on_an_adopted_job_takes_nothing_else_with_it(run: Command, serve: Serve) -> None:
    """A denied credential asks for all but a copy, and what cannot be cleared is told."""
    denied, cleared = "test_every_kind_of_request_with_a_denied_credential", "test_same_effect"
    with serve(conditions=frozenset({"operator"})) as served:
        name = put_job_in_use(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", f"{denied} or {cleared}")
    rows = {row["id"]: row for row in finished.report["requirements"]}
    (asked,) = (case for case in rows["status.403"]["cases"] if denied in case["id"])
    assert (asked["outcome"], asked["notTried"]) == ("passed", ["an absent object"])
    (policy,) = (
        case for case in rows["pretty.same-effect"]["cases"] if cleared in case["id"] and "policy" in case["id"]
    )
    assert "spec.cleanPodPolicy" in policy["notTried"]


def test_an_ended_job_is_adopted_with_consent_alone(run: Command, serve: Serve) -> None:
    with serve() as served:
        name = served.create()
        age(served.endpoint, name, ended=3)
        version = served.version
        finished = run(*served.arguments, f"--name={name}", "--", "-k", "labels")
        assert served.version == version
    assert finished.status == 4, finished.output
    assert "has ended (Succeeded)" in finished.output
    assert "--yes allows it" in finished.output


def test_a_job_that_is_being_deleted_is_refused(run: Command, serve: Serve) -> None:
    with serve() as served:
        name = served.create(finalizers=["example.com/keep"])
        assert served.send("DELETE", name).status_code == 200
        version = served.version
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "labels")
        assert served.version == version
    assert finished.status == 3, finished.output
    assert "is being deleted: it cannot be adopted (--name)" in finished.output


def test_damage_that_cannot_be_undone_ends_the_run(run: Command, serve: Serve) -> None:
    with serve(faulty("container-fields-dropped")) as served:
        name = served.create()
        give_environments(served.endpoint, name)
        (before,) = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes")
        (after,) = served.kept()
    assert finished.status == 1, finished.output
    assert finished.outcomes["immutable.replica-specs"] == "failed"
    assert finished.report["requests"] < 40
    assert "containers[0].env" in finished.report["error"]["message"]
    assert "nothing more is sent" in finished.report["error"]["message"]
    for field in ("labels", "annotations"):
        assert before["metadata"].get(field) == after["metadata"].get(field)


def test_restore_says_what_is_not_as_it_was(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        name = served.create()
        give_environments(served.endpoint, name)
        killed_run(served, tmp_path, 20, f"--name={name}", "--yes", "--", "-k", "labels or annotations")
        store, route = served.endpoint.store, Route(served.endpoint.options.namespace, name)
        with store.lock:
            stored = store.get(route)
            store.put(route, json.loads(json.dumps(stored).replace('"value": "1"', '"value": "2"')))
        done = restore(served, tmp_path / "state")
        (after,) = served.kept()
        again = restore(served, tmp_path / "state")
    assert done.returncode == 3, done.stdout
    assert "containers[0].env[0].value" in done.stderr
    assert after["metadata"]["labels"] == {"owner": "somebody"}
    assert again.returncode == 0, "what can be done was done"
    assert "there is nothing to undo" in again.stdout


def test_the_hint_to_restore_works_as_it_is_printed(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        name = served.create()
        before = served.kept()
        killed_run(served, tmp_path, 10, f"--name={name}", "--yes", "--", "-k", "labels or annotations")
        finished = complete(*served.arguments, "--", "-k", "correct_replacement", directory=tmp_path)
        (hint,) = re.findall(r"pytorchjob-contract (restore .*) undoes it", finished.output)
        line = [sys.executable, "-m", "contracts", *shlex.split(hint)]
        environment = {**CLEAN, "XDG_STATE_HOME": str(tmp_path / "state")}
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=LIMIT, cwd=ROOT, env=environment, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert served.kept() == before


def test_a_plan_says_what_is_not_tried_and_for_how_long_the_job_is_held(run: Command, serve: Serve) -> None:
    with serve() as served:
        name = served.create()
        age(served.endpoint, name, cleanPodPolicy="Running", ended=3)
        planned = run(*served.arguments, f"--name={name}", "--plan", "--", "-k", "labels")
        real = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "labels")
    assert planned.status == 0, planned.output
    assert re.search(r"let it hold test values meanwhile, for about \d+ s$", planned.output, re.MULTILINE)
    (line,) = [line for line in planned.output.splitlines() if "not try what could end it" in line]
    below = {name: int(number) for name, number in re.findall(r" spec\.(\w+) below (\d+)", line)}
    assert 8 * 86_400 <= below["activeDeadlineSeconds"] < 8 * 86_400 + 600, "a week, and a day"
    assert below["ttlSecondsAfterFinished"] == 2_000_000, "the owner's"
    assert 'spec.cleanPodPolicy but "None" or "Running"' in line
    assert "it has ended (Succeeded), so a run asks first (--yes)" in planned.output
    told = {one["field"]: one for one in real.report["observed"]["notTried"]}
    assert told["spec.cleanPodPolicy"]["allowed"] == ['"None"', '"Running"']
    assert told["spec.ttlSecondsAfterFinished"]["below"] == 2_000_000
    assert "not tried on an adopted object" in real.output


def test_a_target_that_loses_the_owner_of_an_adopted_job_is_found_out(run: Command, serve: Serve) -> None:
    with serve(faulty("owner-references-lost")) as served:
        name = put_job_in_use(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        owners = served.jobs()[0]["metadata"]["ownerReferences"]
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "labels")
        (job,) = served.jobs()
    outcomes = {row["id"]: row["outcome"] for row in finished.report["requirements"]}
    assert outcomes["immutable.other-metadata"] == "failed"
    assert job["metadata"].get("ownerReferences") == owners


def test_what_passed_without_what_is_not_tried_says_so(run: Command, serve: Serve) -> None:
    with serve() as served:
        name = put_job_in_use(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "test_mismatch or other-metadata-add")
    told = {row["id"]: row.get("notTried", []) for row in finished.report["requirements"]}
    assert "metadata.name" in told["status.400"]
    assert "metadata.deletionTimestamp" in told["immutable.other-metadata"]
    assert any("passed without what could harm the adopted object" in why for why in finished.report["weakened"])


def test_a_plan_says_what_pods_an_operator_starts(run: Command) -> None:
    planned = run("--plan", "--", "-k", "labels")
    one, other = "10m cpu, 16Mi memory", "0.010 cpu, 16384Ki memory"
    assert f"start its pods until then: 1 with {one}; 1 with {one} and {other} (" in planned.output


def test_a_controller_at_work_is_no_damage(run: Command, serve: Serve) -> None:
    with serve(controller_interval=0.05, conditions=frozenset({"operator"})) as served:
        name = served.create()
        age(served.endpoint, name, cleanPodPolicy="Running")
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "labels or clean or status")
        (job,) = served.jobs()
    assert finished.status == 0, finished.output
    assert job["metadata"]["labels"] == {"owner": "somebody"}
    assert finished.outcomes["replaceable.clean-pod-policy"] == "passed"


def test_a_field_that_can_only_be_kept_is_not_called_replaceable(run: Command, serve: Serve) -> None:
    with serve() as served:
        name = served.create()
        age(served.endpoint, name, cleanPodPolicy="None")
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "clean or correct_replacement")
    assert finished.status == 0, finished.output
    assert finished.outcomes["replaceable.clean-pod-policy"] == "skipped"
    assert "spec.cleanPodPolicy than the adopted object's could let a controller harm it" in " ".join(
        finished.output.split()
    )


def test_the_first_change_that_a_controller_may_act_on_ends_the_run_and_is_undone(run: Command, serve: Serve) -> None:
    """Though the first case that would have met it tries other clients and not the change alone."""
    with serve(faulty("changes-accepted")) as served:
        name = put_example(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        before = served.kept()
        done = run(*served.arguments, f"--name={name}", "--yes", "--seed=3")
        after = served.kept()
    [error] = [line for line in done.output.splitlines() if line.startswith("error: ")]
    assert "was changed by what the target does, in a way that harms it: spec." in error
    assert error.endswith("nothing more is sent but what puts back the rest")
    assert {name for name, outcome in done.outcomes.items() if outcome == "failed"} == {"immutable.replica-specs"}
    assert after == before


@pytest.mark.parametrize("condition", ["webhook-stamp", "webhook-keys", "webhook-defaults"])
def test_what_a_webhook_adds_to_an_adopted_job_is_no_finding(run: Command, serve: Serve, condition: str) -> None:
    """Also where the job has it already, and where a cleared field gets by default what it had before."""
    with serve(conditions=frozenset({condition})) as served:
        name = served.create(annotations={"theirs": "1"})
        before = served.kept()
        finished = run(
            *served.arguments, f"--name={name}", "--yes", "--", "-k", "true_is_pretty or set_change_clear or all_in_one"
        )
        after = served.kept()
    assert finished.status == 0, finished.output
    assert not [one for row in finished.report["requirements"] for one in row["findings"]]
    for job in (*before, *after):
        job["metadata"]["annotations"].pop("platform.example.com/last-write", None)
    assert after == before


@pytest.mark.parametrize("condition", ["webhook-stamp", "injector"])
def test_what_the_server_writes_with_each_write_is_told_and_no_error(
    run: Command, serve: Serve, condition: str
) -> None:
    """The job is older than the webhook, so it keeps what that has added."""
    with serve(conditions=frozenset({condition})) as served:
        name = put_job_in_use(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        (before,) = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "true_is_pretty or set_change_clear")
        (after,) = served.kept()
    assert finished.status == 0, finished.output
    told = [paths.parse(one) for one in finished.report["observed"]["serverAdded"]]
    stamps = {path for path in told if "platform.example.com/" in str(path[-1])}
    assert stamps
    changed = {one.path for one in paths.differences(before, after)}
    assert all(paths.starts_with(path, [one]) for path, one in zip(sorted(stamps), sorted(changed), strict=True))


@pytest.mark.parametrize("condition", ["one-lagging-replica", pytest.param("replica-second", marks=pytest.mark.slow)])
def test_an_adopted_job_is_put_back_where_reads_lag(run: Command, serve: Serve, tmp_path: Path, condition: str) -> None:
    with serve(conditions=frozenset({"operator", condition})) as served:
        name = put_job_in_use(served.endpoint)
        age(served.endpoint, name, cleanPodPolicy="Running")
        before = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "labels or ttl or correct_replacement")
        after = served.kept()
    assert after == before
    assert "error" not in finished.report or not finished.report["error"]
    assert {name for name, outcome in finished.outcomes.items() if outcome == "failed"} <= {
        "concurrency.read-after-write"
    }
    assert "left something behind" not in finished.output


def test_a_job_is_as_old_as_the_targets_clock_says(run: Command, serve: Serve) -> None:
    """By ours it will only be made in three days; it has ended an hour ago, by the operator's clock."""
    with serve(conditions=frozenset({"operator", "clock-ahead"})) as served:
        name = put_job_in_use(served.endpoint)
        store, route = served.endpoint.store, Route(served.endpoint.namespace, name)
        created, ended = (format_time(store.clock() - timedelta(hours=hours)) for hours in (2, 1))
        with store.lock:
            stored: Any = store.get(route)
            status = {"startTime": created, "completionTime": ended, "conditions": [SUCCEEDED]}
            metadata = {**stored["metadata"], "creationTimestamp": created}
            spec = {**stored["spec"], "ttlSecondsAfterFinished": 2_000_000}
            store.put(route, {**stored, "metadata": metadata, "spec": spec, "status": status})
        before = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "ttl or labels")
        date = served.send("GET", name).headers["date"]
        assert served.kept() == before
    assert finished.status == 0, finished.output
    assert finished.outcomes["replaceable.ttl-seconds-after-finished"] == "passed"
    assert parsedate_to_datetime(date) > datetime.now(UTC) + timedelta(days=2)
