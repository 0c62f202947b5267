"""Endpoints as real environments have them: what conforms is not accused, what does not is, once, as what it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contracts.jsonvalue import paths

from . import environments
from .command import CLEAN, LIMIT, Command, Finished, complete
from .endpoint import Serve
from .environments import QUEUE, REGISTRY

pytestmark = pytest.mark.slow

SCRIPT = Path(sys.executable).with_name("pytorchjob-contract")
PROJECT = "project-0123456789"
GPU = (
    *("spec", "pytorchReplicaSpecs", "Master", "template", "spec", "containers", 0),
    *("resources", "limits", "nvidia.com/gpu"),
)
LABEL = f"metadata.labels[{QUEUE}]"
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


def failed(finished: Finished) -> set[str]:
    assert "Traceback" not in finished.output, finished.output
    wrong = {name for name, outcome in finished.outcomes.items() if outcome == "error"}
    assert not wrong, finished.output
    return {name for name, outcome in finished.outcomes.items() if outcome == "failed"}


@pytest.fixture
def judged(run: Command, serve: Serve) -> Any:
    """Judge an endpoint of a behaviour with some options and some of the cases."""

    def judge(behaviour: Any, *options: str, cases: str = "", **more: Any) -> Finished:
        with serve(behaviour=behaviour, **more) as served:
            selected = ("--", "-k", cases) if cases else ()
            finished = run(*served.arguments, *options, *selected)
            with served.endpoint.store.lock:
                assert list(served.endpoint.store.items()) == [], "nothing is left behind"
            return finished

    return judge


@pytest.mark.parametrize(
    ("behaviour", "cases", "broken"),
    [
        (environments.anonymous, "credential or comes_first", set()),
        (environments.any_scheme, "credential or comes_first", set()),
        (environments.forbidding, "credential", {"status.401"}),
        (environments.vendor_errors, "", set()),
        (environments.problem_details, "refused or malformed or negative or credential", set()),
        (environments.other_code, "test_refused", {"response.error-body"}),
        (environments.without_generation, "", set()),
        (environments.strict_syntax, "replaceable or generated or pretty", {"replaceable.invalid-refused"}),
        (environments.loose_syntax, "replaceable or generated or pretty", {"replaceable.invalid-refused"}),
    ],
)
def test_what_fails_where(judged: Any, behaviour: Any, cases: str, broken: set[str]) -> None:
    assert failed(judged(behaviour, cases=cases)) == broken


def test_a_generate_name_is_a_gap_of_the_document(judged: Any) -> None:
    cases = "writable_by_convention"
    finished = judged(environments.takes_generate_name, cases=cases)
    assert failed(finished) == set()
    assert finished.report["observed"]["documentGaps"]["fields"] == ["metadata.generateName"]
    by_page = judged(environments.takes_generate_name, "--profile=document", cases=cases)
    assert "immutable.other-metadata" in failed(by_page)


def test_an_immutable_change_that_is_stored_is_told_once(judged: Any) -> None:
    broken = failed(judged(environments.takes_null_templates, cases="replica-specs-null"))
    assert "immutable.replica-specs" in broken
    assert "response.schema" not in broken


def test_what_an_owner_wrote_is_spared_in_generated_cases_too(run: Command, serve: Serve) -> None:
    with serve(behaviour=environments.takes_null_templates) as served:
        name = served.create()
        route = next(route for route, _ in served.endpoint.store.items())
        with served.endpoint.store.lock:
            stored = served.endpoint.store.get(route)
            served.endpoint.store.put(route, paths.put(stored, GPU, 1.5))
        finished = run(*served.arguments, f"--name={name}", "--yes", "--", "-k", "generated or test_accepted")
        # it validates nothing, which a generated value may show
        assert failed(finished) <= {"replaceable.invalid-refused"}


def test_how_anonymous_requests_are_answered_is_observed(judged: Any) -> None:
    finished = judged(environments.anonymous, cases="credential or comes_first")
    seen = finished.report["observed"]["credentials"]
    assert seen["no credential"] == seen["an empty credential"] == [403]
    assert seen["a scheme in other capitals"] == [200]
    assert "no credential 403" in " ".join(finished.output.split())


def test_the_form_of_errors_is_observed(judged: Any) -> None:
    finished = judged(environments.vendor_errors, cases="test_refused")
    assert set(finished.report["observed"]["errorBodies"]) == {"{error_code, error_msg}"}


def test_without_generation_its_requirement_is_skipped_with_the_reason(judged: Any) -> None:
    finished = judged(environments.without_generation, cases="generation or correct")
    assert finished.outcomes["concurrency.generation"] == "skipped"
    assert "generation" in next(
        one["reason"] for one in finished.report["requirements"] if one["id"] == "concurrency.generation"
    )
    assert "concurrency.generation" in failed(judged(environments.generation_as_text, cases="generation"))


def test_304_is_what_it_is_and_nothing_else(judged: Any) -> None:
    broken = failed(judged(environments.not_modified, cases="by_the_same or client_mistakes"))
    assert broken == {"status.200", "status.only-documented"}


def test_without_a_denied_credential_401_is_judged(run: Command, serve: Serve) -> None:
    with serve() as served:
        finished = run(*served.arguments[:-1], "--", "-k", "status")
        assert finished.outcomes["status.401"] == "passed"
        assert finished.outcomes["status.403"] == "skipped"


def test_a_key_that_may_not_change_is_kept(judged: Any, tmp_path: Path) -> None:
    refused = judged(environments.queued)
    assert refused.status == 3
    assert f"label {QUEUE} is required" in refused.output
    assert "--labels" in refused.output
    finished = judged(environments.queued, f"--labels={QUEUE}=a", f"--keep={LABEL}")
    assert failed(finished) == set()
    assert finished.outcomes["replaceable.labels"] == "passed"
    file = tmp_path / "options.yaml"
    file.write_text(f"labels: [{QUEUE}=a]\nkeep:\n- {LABEL!r}\n")
    assert failed(judged(environments.queued, f"--config={file}", cases="replaceable")) == set()


def test_a_field_that_is_kept_is_not_tried(judged: Any) -> None:
    finished = judged(None, "--keep=spec.cleanPodPolicy", cases="replaceable or status")
    assert failed(finished) == set()
    assert finished.outcomes["replaceable.clean-pod-policy"] == "skipped"
    assert finished.outcomes["replaceable.together"] == "passed"


def test_a_key_of_an_adopted_object_is_never_touched(run: Command, serve: Serve) -> None:
    with serve(behaviour=environments.queued) as served:
        name = served.create(labels={QUEUE: "a", "team": "b"})
        before = served.kept()
        finished = run(*served.arguments, f"--name={name}", "--yes", f"--keep={LABEL}", "--", "-k", "replaceable")
        assert failed(finished) == set()
        assert served.kept() == before
        typo = run(*served.arguments, f"--name={name}", "--yes", "--keep=metadata.labels[queue]")
        assert typo.status == 3
        assert "error: --keep: " in typo.output


def test_an_object_and_an_image_of_the_users(judged: Any, tmp_path: Path) -> None:
    refused = judged(environments.guarded, f"--image={REGISTRY}x")
    assert refused.status == 3
    assert "nodeSelector must be set" in refused.output
    assert "(--object" in refused.output
    file = tmp_path / "job.yaml"
    file.write_text(OBJECT.format(image="elsewhere/x"))
    refused = judged(environments.guarded, f"--object={file}")
    assert refused.status == 3
    assert "image elsewhere/x is not from" in refused.output
    assert "(--image, --object" in refused.output
    file.write_text(OBJECT.format(image=f"{REGISTRY}x"))
    assert failed(judged(environments.guarded, f"--object={file}")) == set()
    file.write_text(OBJECT.format(image="elsewhere/x"))
    given = (f"--object={file}", f"--image={REGISTRY}x")
    assert failed(judged(environments.guarded, *given, cases="replaceable")) == set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("kind: Job\napiVersion: batch/v1\nspec: {}\n", "expected apiVersion kubeflow.org/v1"),
        ("- a\n", "expected a YAML mapping"),
        ("a: [\n", "expected YAML"),
        ("kind: PyTorchJob\napiVersion: kubeflow.org/v1\nspec: {a: 2020-01-01}\n", "expected JSON values"),
        ("kind: PyTorchJob\napiVersion: kubeflow.org/v1\nspec: 5\n", "expected metadata and spec"),
        ("", "expected a YAML mapping"),
        (None, "cannot be read"),
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
    refused = judged(environments.tenanted)
    assert refused.status == 3
    assert "--header" in refused.output
    wanting = judged(environments.tenanted, f"--header=X-Project-Id: {PROJECT}")
    assert wanting.status == 3
    assert "--query" in wanting.output
    held = tmp_path / "project"
    held.write_text(PROJECT)
    given = (f"--header=X-Project-Id: @{held}", "--query=tenant=t1", "--workers=2")
    finished = judged(environments.tenanted, *given)
    assert failed(finished) == set()
    files = [path for path in finished.directory.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert not [path for path in files if PROJECT in path.read_text(errors="replace")]
    assert PROJECT not in finished.output


@pytest.mark.parametrize(("workers", "said"), [(4, "2 of 4 workers"), (2, "")])
def test_a_quota_leaves_as_many_workers_as_objects(judged: Any, workers: int, said: str) -> None:
    finished = judged(environments.limited, f"--workers={workers}", cases="replaceable or credential")
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
