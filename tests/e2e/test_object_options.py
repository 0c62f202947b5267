"""Options for targets with policies and gateways: what to create, what to keep, what to send with every request."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.conditions.admission import ALLOWED_REGISTRY, QUEUE, TEAM
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource

from .command import CLEAN, LIMIT, Command, Finished, complete
from .endpoint import Serve

pytestmark = pytest.mark.slow

SCRIPT = Path(sys.executable).with_name("pytorchjob-contract")
KEY = "key-0123456789"
GPU = (
    *("spec", "pytorchReplicaSpecs", "Master", "template", "spec", "containers", 0),
    *("resources", "limits", "nvidia.com/gpu"),
)
LABEL = f"metadata.labels[{TEAM}]"
OBJECT = """\
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {{name: theirs, uid: x, labels: {{team: a}}, annotations: {{note: "1"}}}}
spec:
  pytorchReplicaSpecs:
    Master:
      replicas: 1
      restartPolicy: Never
      template:
        spec:
          nodeSelector: {{pool: a}}
          containers: [{{name: pytorch, image: "{image}"}}]
"""


def takes_null_templates(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Wrong: whatever stands below the pod templates is stored."""
    steps = conformant(resource, options)
    template = [("spec", "pytorchReplicaSpecs", kind, "template") for kind in ("Master", "Worker")]

    return replace(
        steps,
        validate=lambda _stored, _new: None,
        check_immutable=lambda stored, new: steps.check_immutable(
            paths.without(stored, template), paths.without(new, template)
        ),
    )


def failed(finished: Finished) -> set[str]:
    assert "Traceback" not in finished.output, finished.output
    wrong = {name for name, outcome in finished.outcomes.items() if outcome == "error"}
    assert not wrong, finished.output
    return {name for name, outcome in finished.outcomes.items() if outcome == "failed"}


@pytest.fixture
def judged(run: Command, serve: Serve) -> Any:
    """Judge an endpoint of a behaviour with some options and some of the cases."""

    def judge(*options: str, behaviour: Any = None, conditions: str = "", cases: str = "") -> Finished:
        with serve(behaviour=behaviour, conditions=frozenset(filter(None, conditions.split(",")))) as served:
            selected = ("--", "-k", cases) if cases else ()
            finished = run(*served.arguments, *options, *selected)
            with served.endpoint.store.lock:
                assert list(served.endpoint.store.items()) == [], "nothing is left behind"
            return finished

    return judge


def test_an_immutable_change_that_is_stored_is_told_once(judged: Any) -> None:
    broken = failed(judged(behaviour=takes_null_templates, cases="replica-specs-null"))
    assert "immutable.replica-specs" in broken
    assert "response.schema" not in broken


def test_what_an_owner_wrote_is_spared_in_generated_cases_too(run: Command, serve: Serve) -> None:
    with serve(behaviour=takes_null_templates) as served:
        name = served.create()
        route = next(route for route, _ in served.endpoint.store.items())
        with served.endpoint.store.lock:
            stored = served.endpoint.store.get(route)
            served.endpoint.store.put(route, paths.put(stored, GPU, 1.5))
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "generated or test_accepted")
        # it validates nothing, which a generated value may show
        assert failed(finished) <= {"replaceable.invalid-refused"}


def test_how_anonymous_requests_are_answered_is_observed(judged: Any) -> None:
    finished = judged(conditions="anonymous-403", cases="credential or comes_first")
    seen = finished.report["observed"]["credentials"]
    assert seen["no credential"] == seen["an empty credential"] == [403]
    assert seen["a scheme in other capitals"] == [200]
    assert "no credential" in (finished.directory / "conformance.html").read_text()


def test_the_form_of_errors_is_observed(judged: Any) -> None:
    finished = judged(conditions="errors-vendor", cases="test_refused")
    assert set(finished.report["observed"]["errorBodies"]) == {"{error_code, error_msg}"}


def test_without_generation_its_requirement_is_skipped_with_the_reason(judged: Any) -> None:
    finished = judged(conditions="no-generation", cases="generation or correct")
    assert finished.outcomes["concurrency.generation"] == "skipped"
    assert "generation" in next(
        one["reason"] for one in finished.report["requirements"] if one["id"] == "concurrency.generation"
    )


def test_without_a_denied_credential_401_is_judged(run: Command, serve: Serve) -> None:
    with serve() as served:
        finished = run(*served.arguments[:-1], "--", "-k", "status")
        assert finished.outcomes["status.401"] == "passed"
        assert finished.outcomes["status.403"] == "skipped"


def test_a_key_that_may_not_change_is_kept(judged: Any, tmp_path: Path) -> None:
    refused = judged(conditions="required-label")
    assert refused.status == 3
    assert f"label {TEAM} is required" in refused.output
    assert "--labels" in refused.output
    finished = judged(f"--labels={TEAM}=a", f"--keep={LABEL}", conditions="required-label")
    assert failed(finished) == set()
    assert finished.outcomes["replaceable.labels"] == "passed"
    file = tmp_path / "options.yaml"
    file.write_text(f"labels: [{TEAM}=a]\nkeep:\n- {LABEL!r}\n")
    assert failed(judged(f"--config={file}", conditions="required-label", cases="replaceable")) == set()


def test_beside_a_key_that_is_kept_what_is_stored_is_recognised(run: Command) -> None:
    options = (f"--labels={TEAM}=a", f"--keep={LABEL}", "--fault=trailing-slash-written-before-it-is-refused")
    finished = run(*options, "--", "-k", "denied_credential_by_other_spellings")
    assert failed(finished) == {"status.403"}


def test_a_field_that_is_kept_is_not_tried(judged: Any) -> None:
    finished = judged("--keep=spec.cleanPodPolicy", cases="replaceable or status")
    assert failed(finished) == set()
    assert finished.outcomes["replaceable.clean-pod-policy"] == "skipped"
    assert finished.outcomes["replaceable.together"] == "passed"


def test_a_key_of_an_adopted_object_is_never_touched(run: Command, serve: Serve) -> None:
    with serve(conditions=frozenset({"queue-label"})) as served:
        name = served.create(labels={QUEUE: "a", "team": "b"})
        before = served.kept()
        finished = run(
            *served.arguments, f"--name={name}", "--yes", f"--keep=metadata.labels[{QUEUE}]", "--", "-k", "replaceable"
        )
        assert failed(finished) == set()
        assert served.kept() == before
        typo = run(*served.arguments, f"--name={name}", "--yes", "--keep=metadata.labels[queue]")
        assert typo.status == 3
        assert "error: --keep: " in typo.output


def test_an_object_and_an_image_of_the_users(judged: Any, tmp_path: Path) -> None:
    policies = "image-policy,node-selector"
    refused = judged(f"--image={ALLOWED_REGISTRY}x", conditions=policies)
    assert refused.status == 3
    assert "a node pool must be chosen" in refused.output
    assert "(--object" in refused.output
    file = tmp_path / "job.yaml"
    file.write_text(OBJECT.format(image="elsewhere/x"))
    refused = judged(f"--object={file}", conditions=policies)
    assert refused.status == 3
    assert "image elsewhere/x is not from" in refused.output
    assert "(--image, --object" in refused.output
    file.write_text(OBJECT.format(image=f"{ALLOWED_REGISTRY}x"))
    assert failed(judged(f"--object={file}", conditions=policies)) == set()
    file.write_text(OBJECT.format(image="elsewhere/x"))
    given = (f"--object={file}", f"--image={ALLOWED_REGISTRY}x")
    assert failed(judged(*given, conditions=policies, cases="replaceable")) == set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("kind: Job\napiVersion: batch/v1\nspec: {}\n", "expected apiVersion kubeflow.org/v1"),
        ("- a\n", "expected a YAML mapping"),
        ("a: [\n", "expected YAML"),
        ("kind: PyTorchJob\napiVersion: kubeflow.org/v1\nspec: {a: 2020-01-01}\n", "expected JSON values"),
        ("kind: PyTorchJob\napiVersion: kubeflow.org/v1\nspec: 5\n", "expected metadata and spec"),
        ("", "expected a YAML mapping"),
        (None, "there is no file"),
    ],
)
def test_a_file_of_an_object_that_is_none_is_usage(tmp_path: Path, content: str | None, words: str) -> None:
    file = tmp_path / "job.yaml"
    if content is not None:
        file.write_text(content)
    finished = complete(f"--object={file}", directory=tmp_path / "run")
    assert finished.status == 4, finished.output
    assert len(finished.output.splitlines()) == 1, finished.output
    assert "--object: " in finished.output
    assert words in finished.output


def test_a_header_and_a_parameter_of_a_gateway(judged: Any, tmp_path: Path) -> None:
    gateway = "project-header,tenant-query"
    refused = judged("--query=tenant=t1", conditions=gateway)
    assert refused.status == 3
    assert "--header" in refused.output
    wanting = judged("--header=X-Project-Id: p1", conditions=gateway)
    assert wanting.status == 3
    assert "--query" in wanting.output
    held = tmp_path / "key"
    held.write_text(KEY)
    given = ("--header=X-Project-Id: p1", f"--header=X-Key: @{held}", "--query=tenant=t1", "--workers=2")
    finished = judged(*given, conditions=gateway)
    assert failed(finished) == set()
    files = [path for path in finished.directory.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if KEY in path.read_text(errors="replace")]
    assert KEY not in finished.output


@pytest.mark.parametrize(("workers", "said"), [(4, "2 of 4 workers"), (2, "")])
def test_a_quota_leaves_as_many_workers_as_objects(judged: Any, workers: int, said: str) -> None:
    finished = judged(f"--workers={workers}", conditions="quota-2", cases="replaceable or credential")
    assert failed(finished) == set()
    assert finished.status == 0, finished.output
    assert ("exceeded quota" in finished.output) == bool(said)
    assert said in finished.output


def test_files_of_the_working_directory_are_no_modules(tmp_path: Path) -> None:
    for name in ("operator", "json", "pytest"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    done = subprocess.run(
        [SCRIPT, "run", "--workers=2", "--", "-k", "correct_replacement or by_the_same"],
        cwd=tmp_path,
        env={**CLEAN, "XDG_STATE_HOME": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "imported" not in done.stdout + done.stderr
