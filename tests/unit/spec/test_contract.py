"""The requirement catalogue: well-formed, complete, rooted in the page, and tied to the cases both ways."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.jsonvalue import paths
from contracts.report.model import Source
from contracts.spec.catalogue import catalogue_of, kebab
from contracts.spec.contract import Contract, ContractError, Requirement
from contracts.spec.load import REQUIREMENTS_FILE, load_contract
from contracts.spec.schema import Specification, documented_operation
from tests.design import REQUIREMENT_IDS
from tests.unit.spec.shipped import PATH, SPEC
from tests.updates import write_update

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT.parent / "shared" / "documents" / "replacing-a-pytorchjob.txt"
REQUIREMENTS = tuple(load_contract().requirements.values())

ROW = {
    "id": "pretty.x",
    "level": "document",
    "severity": "normal",
    "statement": "It holds.",
    "source": "parameter pretty",
}


def catalogue(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"families": {"pretty": "Pretty"}, "requirements": list(rows)}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ROW.items() if name != key}


def test_every_id_of_the_design_is_there(contract: Contract) -> None:
    assert set(REQUIREMENT_IDS) <= set(contract.requirements)
    assert len(set(REQUIREMENT_IDS)) == len(REQUIREMENT_IDS) == 37


@pytest.mark.parametrize("family", ["concurrency"])
def test_the_level_of_a_family_is_the_designs(contract: Contract, family: str) -> None:
    assert {one.level for one in REQUIREMENTS if one.family == family} == {"kubernetes"}
    assert {one.level for one in REQUIREMENTS if one.family in ("pretty", "immutable")} == {"document"}


def test_parse_gives_rows_in_order_with_all_they_hold() -> None:
    row = {**ROW, "fields": ["a.b", ""], "needs": ["credential"]}
    made = catalogue_of(catalogue(row, {**ROW, "id": "pretty.y", "source": {"convention": "Verbs"}}), SPEC)
    found = made.requirements
    assert made.families == {"pretty": "Pretty"}
    assert list(found) == ["pretty.x", "pretty.y"]
    assert found["pretty.x"] == Requirement(
        "pretty.x",
        "pretty",
        "document",
        "It holds.",
        "normal",
        Source("URI", "47-51"),
        ("a.b", ""),
        ("credential",),
    )
    assert (found["pretty.y"].fields, found["pretty.y"].needs) == ((), ())
    assert found["pretty.y"].source == Source("Verbs", "")
    assert str(found["pretty.x"].source) == "URI, lines 47-51"
    assert str(Source("Kubernetes API conventions", "")) == "Kubernetes API conventions"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (catalogue({**ROW, "id": "other.x"}), "requirements.yaml: other.x: 'other' is none of pretty"),
        (catalogue({**ROW, "level": "page"}), "requirements.yaml: pretty.x: 'page' is none of document, kubernetes"),
        (catalogue({**ROW, "severity": "high"}), "requirements.yaml: pretty.x: 'high' is none of blocker, critical"),
        (catalogue(ROW, ROW), "requirements.yaml: an id occurs twice"),
        *((catalogue(without(key)), f"requirements.yaml: '{key}'") for key in ROW),
        (catalogue({**ROW, "source": {"section": "URI"}}), "requirements.yaml: 'convention'"),
        (catalogue({**ROW, "source": "page 7"}), "requirements.yaml: 'page 7' is no source"),
        (catalogue({**ROW, "source": None}), "requirements.yaml: "),
        ({"families": {}}, "requirements.yaml: 'requirements'"),
        ({"requirements": []}, "requirements.yaml: 'families'"),
        (None, "requirements.yaml: "),
        ({"families": [], "requirements": []}, "requirements.yaml: "),
        ({"families": {"a": "b"}, "requirements": [5]}, "requirements.yaml: "),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_named_in_one_line(content: Any, message: str) -> None:
    with pytest.raises(ContractError) as caught:
        catalogue_of(content, SPEC)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def without_facts(**missing: Any) -> Specification:
    """The shipped specification, of which the operation says otherwise."""
    derived = copy.deepcopy(SPEC.derived)
    found = documented_operation(derived)
    derived["paths"][found.path][found.method].update(missing)
    return Specification(derived, SPEC.overlaid, SPEC.sha256)


@pytest.mark.parametrize(
    ("missing", "left_out"),
    [
        (
            {"parameters": [one for one in SPEC.derived["paths"][PATH]["put"]["parameters"] if one["in"] == "path"]},
            {"pretty"},
        ),
        ({"x-replaceable-fields": []}, {"replaceable", "immutable"}),
        ({"responses": {"200": SPEC.derived["paths"][PATH]["put"]["responses"]["200"]}}, {"status"}),
    ],
)
def test_what_a_page_leaves_open_is_not_judged(missing: dict[str, Any], left_out: set[str]) -> None:
    made = catalogue_of(yaml.safe_load(REQUIREMENTS_FILE.read_text()), without_facts(**missing))
    # Those about an update alone are left out of every replacement.
    assert {name.split(".")[0] for name in made.left_out - load_contract().left_out} == left_out
    assert made.requirements.keys() & made.left_out == set()
    # The page says which object is replaced in another place than what of it.
    kept = {"immutable.other-objects"} & made.requirements.keys()
    rooted = {one.family for one in made.requirements.values() if one.level == "document" and one.id not in kept}
    assert not rooted & (left_out - {"status"})
    gone = load_contract().requirements.keys() - made.requirements.keys()
    assert gone <= {one for one in load_contract().requirements if one.split(".")[0] in left_out}
    assert gone


@pytest.mark.parametrize(
    ("name", "shown"),
    [("ttlSecondsAfterFinished", "ttl-seconds-after-finished"), ("labels", "labels"), ("dnsPolicy", "dns-policy")],
)
def test_a_name_in_kebab_case(name: str, shown: str) -> None:
    assert kebab(name) == shown


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda one: one.id)
def test_a_statement_is_one_sentence(requirement: Requirement) -> None:
    assert requirement.statement.endswith(".")
    assert ". " not in requirement.statement
    assert 30 < len(requirement.statement) < 200
    assert set(requirement.needs) <= {"credential", "denied"}


@pytest.mark.parametrize(
    ("path", "family", "owner"),
    [
        (("metadata", "labels"), "replaceable", "replaceable.labels"),
        (("spec", "cleanPodPolicy"), "replaceable", "replaceable.clean-pod-policy"),
        (("apiVersion",), "immutable", "immutable.type-meta"),
        (("metadata", "uid"), "immutable", "immutable.identity"),
        (("metadata",), "immutable", "immutable.other-metadata"),
        (("metadata", "finalizers", 0), "immutable", "immutable.other-metadata"),
        (("metadata", "names"), "immutable", "immutable.other-metadata"),
        (("metadata", "x/y"), "immutable", "immutable.other-metadata"),
        (("spec",), "immutable", "immutable.other-spec"),
        (("spec", "pytorchReplicaSpecs"), "immutable", "immutable.replica-specs"),
        (
            (*paths.parse("spec.pytorchReplicaSpecs.Master.template.spec.containers"), 0, "image"),
            "immutable",
            "immutable.replica-specs",
        ),
        (("spec", "pytorchReplicaSpecsX"), "immutable", "immutable.other-spec"),
        (("status", "conditions", 0, "type"), "immutable", "immutable.status"),
        (("anything",), "immutable", "immutable.other-spec"),
        ((), "immutable", "immutable.other-spec"),
    ],
)
def test_the_longest_prefix_owns_a_field(contract: Contract, path: paths.Path, family: str, owner: str) -> None:
    assert contract.owner(path, family) == owner


def test_a_field_that_nobody_owns_is_an_error(contract: Contract) -> None:
    with pytest.raises(ContractError, match=r"no requirement of the family replaceable covers the field spec\.other"):
        contract.owner(("spec", "other"), "replaceable")


def test_every_replaceable_field_has_a_requirement_of_its_own(contract: Contract) -> None:
    owners = [contract.owner(paths.parse(field), "replaceable") for field in contract.replaceable]
    assert len(set(owners)) == len(owners) == 5


def test_facts_of_the_operation(contract: Contract) -> None:
    assert contract.item_path == "/apis/kubeflow.org/v1/namespaces/{namespace}/pytorchjobs/{name}"
    assert contract.collection_path == "/apis/kubeflow.org/v1/namespaces/{namespace}/pytorchjobs"
    assert (contract.group, contract.version, contract.api_version) == ("kubeflow.org", "v1", "kubeflow.org/v1")
    assert (contract.kind, contract.plural) == ("PyTorchJob", "pytorchjobs")
    assert contract.statuses == (200, 201, 400, 401, 403, 500)
    assert not set(contract.statuses) & set(contract.convention_statuses)
    assert {404, 409, 422} <= set(contract.convention_statuses)
    assert contract.document.title == "Replacing a PyTorchJob"
    assert contract.judged("kubernetes") == REQUIREMENTS
    assert contract.judged("document") == tuple(one for one in REQUIREMENTS if one.level == "document")
    assert contract.response_schema("document") != contract.response_schema("kubernetes")


# ---------------------------------------------------------------- the page


@pytest.mark.skipif(not PAGE.exists(), reason=f"the page is not at {PAGE}")
@pytest.mark.parametrize(
    "requirement", [one for one in REQUIREMENTS if one.level == "document"], ids=lambda one: one.id
)
def test_the_source_of_a_requirement_is_on_the_page(requirement: Requirement) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first, last = map(int, (requirement.source.lines + "-" + requirement.source.lines).split("-")[:2])
    assert 1 <= first <= last <= len(lines)
    sections = requirement.source.section.split(", ")
    starts = [place(lines, section) for section in sections]
    assert starts[0] <= first
    headings = [place(lines, name) for name in ("Function", "URI", "Request", "Response", "Status Code")]
    following = [line for line in headings if line > max(starts)]
    assert last < min([*following, len(lines) + 1])


def place(lines: list[str], section: str) -> int:
    """The number of the line that is the section's heading or its table's title."""
    found = [number for number, line in enumerate(lines, 1) if line == section or line.startswith(f"{section} ")]
    if section.startswith("Table"):
        return found[-1]
    return next(number for number in found if lines[number - 1] == section)


@pytest.mark.skipif(not PAGE.exists(), reason=f"the page is not at {PAGE}")
def test_the_source_lines_name_what_the_requirement_is_about(contract: Contract) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for requirement in REQUIREMENTS:
        first, _, last = requirement.source.lines.partition("-")
        if requirement.family == "replaceable" and requirement.fields:
            assert requirement.fields[0] in lines[int(last) - 1]
        if requirement.id.removeprefix("status.").isdigit():
            assert lines[int(first) - 1] == requirement.id.removeprefix("status.")


def test_a_convention_is_named_and_has_no_lines() -> None:
    for requirement in REQUIREMENTS:
        conventional = requirement.source.section.startswith("Kubernetes API conventions: ")
        assert conventional == (requirement.level == "kubernetes") == (not requirement.source.lines)


def test_the_catalogue_ships_with_the_package() -> None:
    assert REQUIREMENTS_FILE.parent.name == "spec"
    assert load_contract() is load_contract()


def test_requirements_about_one_operation_are_of_no_other(tmp_path: Path) -> None:
    replacing, updating = load_contract(), load_contract(write_update(tmp_path))
    alone = {"replaceable.merge-patch", "status.absent", "status.patch-type"}
    assert replacing.left_out == alone
    assert alone <= updating.requirements.keys()
    assert updating.left_out == {"status.201"}
    assert all(name.startswith("update/") for name in updating.ids)
    assert (
        updating.requirements["status.200"].statement
        == "An accepted update of an existing object is answered with 200."
    )
    assert "can be updated in one request" in updating.requirements["replaceable.together"].statement
