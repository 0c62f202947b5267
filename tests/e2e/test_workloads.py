"""Pages about workloads as vendors write them, whose endpoints keep their contract: nobody is accused.

The page lists what only a server can give (`metadata.resourceVersion`), a whole pod template, and not the annotations;
its answer shows defaults and other values than its request; its template holds null.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import made_pages
from tests.made_pages import derived, example

from .command import Command

PATH = "/apis/example.com/v1/namespaces/{namespace}/sets/{name}"
TEMPLATE = {
    "metadata": {"creationTimestamp": None, "labels": {"app": "a"}},
    "spec": {"containers": [{"name": "c", "image": "i:1"}], "restartPolicy": "Always"},
}
SPEC = {"replicas": 1, "serviceName": "s", "template": TEMPLATE}
ANSWERED = {**SPEC, "replicas": 2, "revisionHistoryLimit": 10}
GIVEN = ("metadata.selfLink", "metadata.resourceVersion", "metadata.generation", "metadata.creationTimestamp")
FIELDS = ("metadata.labels", "metadata.generateName", *GIVEN, "spec.template", "spec.replicas")
TELLING = "documented_example or patch or sequence or series or set_change or generated or one_winner or accepted"


def workload(method: str) -> str:
    sent = example("example.com/v1", "Set", "team-a", spec=SPEC)
    text = made_pages.page(PATH, sent, FIELDS, method=method, spec=ANSWERED)
    if method == "PATCH":
        change = json.dumps({"metadata": {"labels": {"app": "etl"}}})
        text = text.replace(json.dumps(sent, indent=1), f"Content-Type: application/merge-patch+json\n{change}")
    return text


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("immutability", ["ignore", "refuse-403"])
def test_an_endpoint_that_keeps_the_contract_is_not_accused(
    run: Command, tmp_path: Path, method: str, immutability: str
) -> None:
    spec = derived(tmp_path, workload(method))
    done = run(f"--spec={spec}", "--seed=1", f"--immutability={immutability}", "--", "-k", TELLING)
    assert done.status == 0, done.output
    found = {one["id"].removeprefix("update/"): one["outcome"] for one in done.report["requirements"]}
    assert not {"failed", "error"} & set(found.values())
    assert {"replaceable.template", "replaceable.generate-name", "replaceable.replicas"} < set(found)
    assert not {"replaceable.self-link", "replaceable.resource-version"} & set(found)


@pytest.mark.parametrize(
    ("fault", "requirement"), [("labels-merged", "replaceable.labels"), ("uid-stored", "immutable.identity")]
)
def test_its_faults_are_caught(run: Command, tmp_path: Path, fault: str, requirement: str) -> None:
    spec = derived(tmp_path, workload("PUT"))
    done = run(f"--spec={spec}", "--seed=1", f"--fault={fault}", "--", "-k", requirement.split(".")[0])
    assert done.status == 1, done.output
    assert requirement in {one["id"] for one in done.report["requirements"] if one["outcome"] == "failed"}


def test_an_example_without_kind_of_another_version_and_with_hidden_values(run: Command, tmp_path: Path) -> None:
    text = workload("PUT").replace(' "kind": "Set",\n', "").replace('"example.com/v1"', '"example.com/v1beta1"')
    text = text.replace('"app": "etl"', '"app": "e**l"')  # no label has such a value
    assert ('"kind"' in text, "e**l" in text) == (False, True)
    (tmp_path / "page.txt").write_text(text)
    done = run(f"--spec={derived(tmp_path, text)}", "--seed=1", "--", "-k", "documented_example or accepted")
    assert done.status == 0, done.output
