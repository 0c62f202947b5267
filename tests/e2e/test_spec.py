"""Another page: derived, served and judged by the same commands as the one that ships."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import made_pages
from tests.made_pages import derived, example

from .command import ROOT, Command, call

EXAMPLE = example(
    "example.com/v2",
    "Pipeline",
    "team-a",
    spec={"steps": [{"name": "load", "image": "loader:1"}], "parallelism": 2, "schedule": "daily"},
)
REPLACEABLE = ("metadata.labels", "metadata.annotations", "spec.parallelism")
PATH = "/apis/example.com/v2/namespaces/{namespace}/pipelines/{name}"


def page(**how: Any) -> str:
    return made_pages.page(PATH, EXAMPLE, REPLACEABLE, status={"phase": "Idle"}, **how)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return derived(tmp_path, page())


def outcomes(directory: Path) -> dict[str, str]:
    record = json.loads((directory / "conformance.json").read_text())
    return {one["id"]: one["outcome"] for one in record["requirements"]}


@pytest.mark.slow
def test_the_endpoint_of_another_page_is_judged(run: Command, spec: Path) -> None:
    done = run(f"--spec={spec}", "--seed=1")
    assert done.status == 0, done.output
    assert "against  Replacing a Pipeline, updated 2024-01-31" in done.output
    found = outcomes(done.directory)
    assert set(found.values()) == {"passed"}
    assert {"replaceable.parallelism", "immutable.steps", "immutable.schedule", "pretty.default"} <= set(found)
    assert not {"replaceable.clean-pod-policy", "immutable.replica-specs"} & set(found)


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("changes-accepted", "immutable.steps"),
        ("pretty-unless-false", "pretty.default"),
        ("labels-merged", "replaceable.labels"),
    ],
)
def test_its_faults_are_caught(run: Command, spec: Path, fault: str, requirement: str) -> None:
    done = run(f"--spec={spec}", "--seed=1", f"--fault={fault}", "--", "-k", requirement.split(".")[0])
    assert done.status == 1, done.output
    assert outcomes(done.directory)[requirement] == "failed"


@pytest.mark.slow
def test_kinds_without_spec_or_namespace_of_the_core_group_are_judged(run: Command, tmp_path: Path) -> None:
    done = run(f"--spec={derived(tmp_path, made_pages.LAMP)}", "--seed=1", "--", "-n", "2")
    assert done.status == 0, done.output
    assert "namespace" not in done.output.partition("against")[0]
    found = outcomes(done.directory)
    assert set(found.values()) == {"passed"}
    assert {f"replaceable.{name}" for name in ("on", "colors", "level", "place", "mood")} <= set(found)
    assert {"immutable.serial", "immutable.parts"} <= set(found)


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("changes-accepted", "immutable.parts"),
        ("labels-merged", "replaceable.labels"),
        ("generation-grows-with-metadata", "concurrency.generation"),
    ],
)
def test_their_faults_are_caught(run: Command, tmp_path: Path, fault: str, requirement: str) -> None:
    file = derived(tmp_path, made_pages.LAMP)
    done = run(f"--spec={file}", "--seed=1", f"--fault={fault}", "--", "-k", requirement.split(".")[1])
    assert done.status == 1, done.output
    assert outcomes(done.directory)[requirement] == "failed"


FAMILIES = {"replaceable", "immutable", "pretty", "status", "response", "concurrency"}
LISTED = "- metadata.labels\n- metadata.annotations\n- spec.parallelism\n"


def without(text: str, begin: str, end: str) -> str:
    """A page without what stands between two of its lines."""
    before, found, rest = text.partition(begin)
    assert found
    return before + rest[rest.index(end) :]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (page(pretty=False), {"pretty"}),
        (page().replace(f"These can be replaced:\n\n{LISTED}", ""), set()),
        (without(page(), "Response\n", "Status Code\n"), set()),
        (without(page(), "Request\n", "Response\n"), set()),
        (page(statuses={200: "OK"}), set()),
        (
            page()
            .replace("{namespace}", "{ns}")
            .replace("{name}", "{pipeline}")
            .replace("PUT /", "PUT /v3/{project}/"),
            set(),
        ),
    ],
    ids=["the parameter", "the list of fields", "the answer", "the request", "the refusals", "names of parameters"],
)
def test_what_the_page_does_not_say_is_not_judged(run: Command, tmp_path: Path, text: str, gone: set[str]) -> None:
    done = run(f"--spec={derived(tmp_path, text)}", "--seed=1", "--", "-k", "mistakes or content or refused or stale")
    assert done.status == 0, done.output
    found = outcomes(done.directory)
    assert {one.split(".")[0] for one in found} == FAMILIES - gone
    assert ("immutable.identity" in found) == (LISTED in text)  # what no list opens is not said to be closed either
    assert "passed" in found.values()


def test_a_field_without_any_known_value_is_skipped(run: Command, tmp_path: Path) -> None:
    text = page().replace(LISTED, f"{LISTED}- spec.window\n")
    done = run(f"--spec={derived(tmp_path, text)}", "--seed=1", "--", "-k", "replaceable.window or true_is_pretty")
    assert done.status == 0, done.output
    assert outcomes(done.directory)["replaceable.window"] == "skipped"
    assert "no source tells a value that spec.window can take" in done.output.replace("\n    ", " ")


def test_it_is_served_too(run: Command, spec: Path, tmp_path: Path) -> None:
    files = [f"--token-file={tmp_path / 'token'}", f"--denied-token-file={tmp_path / 'denied'}"]
    line = [sys.executable, "-m", "contracts", "serve", f"--spec={spec}", *files]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().split()[1]
            told = server.stdout.readline()
            assert f"--spec {spec}" in told
            target = (f"--target={url}", "--namespace=team-a", f"--spec={spec}", *files)
            har = tmp_path / "run.har"
            done = run(*target, f"--har={har}", "--", "-k", "labels")
        finally:
            server.send_signal(signal.SIGINT)
    assert done.status == 0, done.output
    assert outcomes(done.directory)["replaceable.labels"] == "passed"
    server_path = f"{url}/apis/example.com/v2/namespaces/team-a/pipelines"
    assert server_path in har.read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "PUT /apis",
            "PATCH /apis",
            "PATCH /apis/example.com/v2/namespaces/{namespace}/pipelines/{name}: only PUT, and PATCH with",
        ),
        ("PUT /apis/example.com/v2", "PUT /v2", "this is no path of a Kubernetes API"),
        ("pipelines/{name}", "pipelines/{name}/status", "this is no path of one object of a Kubernetes API"),
    ],
    ids=["a patch of no type", "no Kubernetes API", "no object"],
)
def test_what_cannot_be_judged_yet_is_one_line(run: Command, tmp_path: Path, old: str, new: str, said: str) -> None:
    text = page()
    assert old in text
    done = run(f"--spec={derived(tmp_path, text.replace(old, new))}")
    assert done.status == 4, done.output
    assert done.output.count("\n") == 1
    assert said in done.output


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """One specification of two pages, of the replacement and of the update by merge patch."""
    change = '{"metadata": {"labels": {"app": "loads"}}}'
    update = (
        page().replace("PUT /apis", "PATCH /apis").replace("Replacing a", "Updating a").replace("replaced", "updated")
    )
    update = update.replace(json.dumps(EXAMPLE, indent=1), f"Content-Type: application/merge-patch+json\n{change}")
    (tmp_path / "replace.txt").write_text(page())
    (tmp_path / "update.txt").write_text(update.replace("201\nCreated\n", ""))
    pages = [str(tmp_path / name) for name in ("replace.txt", "update.txt")]
    line = [sys.executable, "-m", "contracts", "derive", *pages, f"--output={tmp_path / 'merged'}/"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return tmp_path / "merged" / "pipelines.yaml"


def test_operations_of_one_specification_are_judged_in_one_run(run: Command, both: Path) -> None:
    done = run(f"--spec={both}", "--seed=1", "--", "-k", "patch or test_status")
    assert done.status == 0, done.output
    assert "== replace ==" in done.output
    assert "== replace and update ==\nverdict: partial" in done.output  # cases were left out
    found = outcomes(done.directory)
    assert found["status.201"] == found["update/replaceable.merge-patch"] == found["update/status.absent"] == "passed"
    assert "update/status.201" not in found
    parts = [json.loads((done.directory / name / "conformance.json").read_text()) for name in ("replace", "update")]
    whole = done.report
    assert whole["requests"] == sum(one["requests"] for one in parts)
    assert len(whole["requirements"]) == sum(len(one["requirements"]) for one in parts)
    verified = call("report", "verify", str(done.directory), directory=done.directory)
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("null-for-one-label-clears-all", "update/replaceable.merge-patch"),
        ("any-media-type-is-a-patch", "update/status.patch-type"),
        ("patch-of-what-is-absent-accepted", "update/status.absent"),
    ],
)
def test_faults_of_an_update_are_caught(run: Command, both: Path, fault: str, requirement: str) -> None:
    done = run(f"--spec={both}", "--operation=update", "--seed=1", f"--fault={fault}", "--", "-k", "patch")
    assert done.status == 1, done.output
    found = outcomes(done.directory)
    assert found[requirement] == "failed"
    assert all(name.startswith("update/") for name in found)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--plan",), "--plan: the specification has replace and update; add --operation"),
        (("--har=run.har",), "--har: the specification has replace and update; add --operation"),
    ],
)
def test_what_makes_sense_for_one_operation_alone(
    run: Command, both: Path, options: tuple[str, ...], said: str
) -> None:
    done = run(f"--spec={both}", *options)
    assert (done.status, done.output) == (4, f"pytorchjob-contract: {said}\n")


def test_operation_that_the_specification_lacks(run: Command, spec: Path) -> None:
    done = run(f"--spec={spec}", "--operation=update")
    assert done.status == 4
    assert "the specification has no update; it has replace" in done.output


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no file"), ("a: [", "expected YAML"), ("openapi: 3.1.0\npaths: {}\n", "x-replaceable-fields")],
)
def test_a_specification_that_cannot_be_used_is_one_line(
    run: Command, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "some.yaml"
    if content is not None:
        file.write_text(content)
    done = run(f"--spec={file}")
    assert done.status == 4, done.output
    assert done.output.count("\n") == 1
    assert "--spec: " in done.output
    assert said in done.output
