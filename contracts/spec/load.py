"""Loads a contract: a derived specification, the overlays applied, and the requirement catalogue.

`derived` is what the vendor's page and the tables that it refers to say, as far as it is judged; `overlaid` is the same
with, laid over it in this order, the conventions of Kubernetes APIs, those of its API group, and what is particular to
the resource, the latter two where there are such files (OpenAPI Overlay 1.0; `<kind>`, `<path>` and `<method>` in an
overlay stand for those of the operation).
"""

import copy
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonpath_rfc9535
import yaml

from contracts.jsonvalue import paths
from contracts.spec import shape
from contracts.spec.asserted import asserted
from contracts.spec.canonical import canonical
from contracts.spec.catalogue import catalogue_of
from contracts.spec.contract import Contract, ContractError
from contracts.spec.schema import (
    JUDGED,
    Operation,
    Specification,
    SpecificationError,
    documented_operation,
    judged_operations,
    of_operation,
)
from contracts.spec.write import MERGE_PATCH, write_of

# The same in C where PyYAML was built with it; each process of a run reads these files.
LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DERIVED = "replace-pytorchjob.yaml"
SUFFIX = ".overlay.yaml"
CONVENTIONS = f"kubernetes{SUFFIX}"
REQUIREMENTS_FILE: Final = Path(__file__).with_name("requirements.yaml")


def load_contract(file: Path | None = None) -> Contract:
    """The contract of a derived specification, by default the one that ships with the package.

    `file`: with `#update` or `#replace` behind its name for one operation of several. Raises `ContractError` or
    `SpecificationError` for a file that cannot be used, which is read once.
    """
    return _contract(file and file.resolve())


def operations_of(file: Path | None) -> tuple[str, ...]:
    """The names of the operations of a derived specification that can be judged; raises as `load_contract` does."""
    return judged_operations(read_specification(file)[1]) if file else (next(iter(JUDGED)),)


def ids_of(file: Path | None) -> tuple[str, ...]:
    """The ids of the requirements about all operations of a specification, as people see them."""
    contracts = (load_contract(file and file.with_name(f"{file.name}#{name}")) for name in operations_of(file))
    return tuple(name for contract in contracts for name in contract.ids)


@cache
def _contract(file: Path | None) -> Contract:
    specification = load_specification(file)
    operation = documented_operation(specification.derived)
    documented, method = specification.derived["paths"][operation.path][operation.method], operation.method.upper()
    write = write_of(method, documented.get("requestBody", {}).get("content", {}))
    if write is None:
        raise ContractError(f"{method} {operation.path}: only PUT, and PATCH with {MERGE_PATCH}, can be judged")
    catalogue = catalogue_of(read_yaml(REQUIREMENTS_FILE)[1], specification)
    told = catalogue.families, catalogue.requirements, catalogue.left_out
    contract = Contract(specification, *told, write=write)
    if not isinstance(contract.example_object.get("metadata"), dict):
        raise SpecificationError(f"{method} {operation.path}: the page shows no example of an object with its metadata")
    return contract


def shipped() -> Path:
    """Where the files are that ship: inside the package where it is installed, else the checkout's `openapi/`."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "openapi"
    return installed if installed.is_dir() else package.parent / "openapi"


def load_specification(file: Path | None = None) -> Specification:
    """Load a derived specification, by default the one that ships, with its overlays.

    Those of the conventions and of the API group are the ones that ship, that of the resource stands beside the file
    (`X.overlay.yaml` beside `X.yaml`). Raises SpecificationError for a missing or malformed file and for an overlay
    that does not fit.
    """
    named, (file, _, name) = file, partition(file or shipped() / DERIVED)
    content, read = read_specification(file)
    derived = asserted(canonical(of_operation(read, name)))
    operation = documented_operation(derived)
    overlaid = derived
    of_group, own = shipped() / f"{operation.group}{SUFFIX}", file.with_name(file.stem + SUFFIX)
    for overlay in (shipped() / CONVENTIONS, *(one for one in (of_group, own) if one.exists())):
        try:
            overlaid = apply_overlay(overlaid, filled(read_yaml(overlay)[1], operation))
        except SpecificationError as error:
            raise SpecificationError(f"{overlay.name}: {error}") from error
    _let_read(overlaid, operation)
    return Specification(derived, overlaid, hashlib.sha256(content).hexdigest(), str(named.resolve()) if named else "")


def partition(reference: Path) -> tuple[Path, str, str]:
    """The file and the operation that are named by FILE#OPERATION."""
    name, mark, operation = reference.name.rpartition("#")
    return (reference.with_name(name), mark, operation) if operation in JUDGED else (reference, "", "")


def filled(overlay: Any, operation: Operation) -> Any:
    """A copy of an overlay with kind, path and method of the operation in the place of what stands for them."""
    if isinstance(overlay, dict):
        return {filled(key, operation): filled(value, operation) for key, value in overlay.items()}
    if isinstance(overlay, list):
        return [filled(value, operation) for value in overlay]
    if not isinstance(overlay, str):
        return overlay
    for name in ("kind", "path", "method"):
        overlay = overlay.replace(f"<{name}>", getattr(operation, name))
    return overlay


def _let_read(document: Mapping[str, Any], operation: Operation) -> None:
    """Give the reading of the object, which an overlay adds, the parameters that the documented operation has."""
    item = document["paths"][operation.path]
    kept = ("name", "in", "required", "schema")
    parameters = item[operation.method].get("parameters", ())
    if "parameters" not in item.get("get", {"parameters": ()}):
        item["get"]["parameters"] = [{key: one[key] for key in kept if key in one} for one in parameters]


def apply_overlay(document: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Give a copy of a document with an overlay's actions applied in their order (OpenAPI Overlay 1.0, Action Object).

    Stricter than that text: a target that selects nothing (but for an action with `x-optional: true`), or an update of
    what is no object or array, raises SpecificationError, as do merges of values of different kinds (which Overlay 1.1
    calls incompatible). An update with `x-fill: true` adds what is not there and changes nothing that is.
    """
    if not str(overlay.get("overlay")).startswith("1.0."):
        raise SpecificationError(f"overlay: expected version 1.0, found {overlay.get('overlay')!r}")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise SpecificationError("overlay: expected a list of actions")
    result = copy.deepcopy(dict(document))
    for number, action in enumerate(actions):
        try:
            _apply(result, action)
        except (SpecificationError, jsonpath_rfc9535.JSONPathError) as error:
            reason = str(error).splitlines()[0]
            raise SpecificationError(f"overlay: actions[{number}]: {reason}") from error
    return result


def read_specification(path: Path) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a derived specification and what it says; raises SpecificationError for a file that is none."""
    content, value = read_yaml(path)
    try:
        shape.check(value)
    except SpecificationError as error:
        raise SpecificationError(f"{path}: {error}") from error
    return content, value


def read_yaml(path: Path) -> tuple[bytes, dict[str, Any]]:
    """The bytes of a YAML file and the mapping in it; raises SpecificationError for a file that is none."""
    try:
        content = path.read_bytes()
        value = yaml.load(content, Loader=LOADER)  # noqa: S506
        problem = next(_odd(value, {}), "")
    except OSError as error:
        raise SpecificationError(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SpecificationError(f"{path}: expected YAML: {' '.join(str(error).split())}") from error
    if not isinstance(value, dict):
        raise SpecificationError(f"{path}: expected a YAML mapping")
    if problem:
        raise SpecificationError(f"{path}: {problem}")
    return content, value


def _odd(value: object, known: dict[int, bool]) -> Iterator[str]:
    """What YAML may hold and JSON may not; `known`: by containers looked at whether all that they hold was."""
    if not isinstance(value, dict | list) or known.get(id(value)):
        return
    if id(value) in known:
        yield "an alias (*) refers to what holds it"
        return
    known[id(value)] = False
    if isinstance(value, dict):
        yield from (f"expected keys that are strings, found {key!r}" for key in value if not isinstance(key, str))
    for child in value.values() if isinstance(value, dict) else value:
        yield from _odd(child, known)
    known[id(value)] = True


def _apply(root: dict[str, Any], action: Any) -> None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        raise SpecificationError("expected an object with a target")
    if "update" not in action and action.get("remove") is not True:
        raise SpecificationError("expected update or remove: true")
    target = action["target"]
    nodes = jsonpath_rfc9535.find(target, root)
    if not nodes and action.get("x-optional") is not True:
        raise SpecificationError(f"{target} selects nothing")
    # RFC 9535 lets a query select a node twice; each is changed once.
    distinct = {node.location: node for node in nodes}.values()
    # The deepest and last node first, so that no removal moves another selected node.
    for node in sorted(
        distinct, key=lambda node: [(isinstance(step, str), step) for step in node.location], reverse=True
    ):
        if action.get("remove") is True:
            if not node.location:
                raise SpecificationError("the whole document cannot be removed")
            *above, last = node.location
            del paths.get(root, tuple(above))[last]
        elif not isinstance(node.value, dict | list):
            raise SpecificationError(f"{target} selects {node.path()}, which is neither object nor array")
        elif isinstance(node.value, list):
            node.value.append(copy.deepcopy(action["update"]))
        else:
            _merge(node.value, action["update"], node.path(), fill=action.get("x-fill") is True)


def _merge(target: dict[str, Any], update: Any, place: str, *, fill: bool = False) -> None:
    if not isinstance(update, dict):
        raise SpecificationError(f"{place} is an object, so expected an object to merge")
    for name, value in update.items():
        if name not in target:
            target[name] = copy.deepcopy(value)
        elif isinstance(target[name], dict) and isinstance(value, dict):
            _merge(target[name], value, f"{place}[{name!r}]", fill=fill)
        elif fill:
            continue
        elif isinstance(target[name], list) and isinstance(value, list):
            target[name].extend(copy.deepcopy(value))
        elif isinstance(target[name], dict | list) or isinstance(value, dict | list):
            raise SpecificationError(f"{place}[{name!r}] and its update are of different kinds")
        else:
            target[name] = value
