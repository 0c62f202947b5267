"""The contract that a target is judged by: facts of the specification plus the requirement catalogue, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Path
from contracts.report.sources import Document, Source
from contracts.spec import schema
from contracts.spec.fields import OF_EVERY_KIND, SPEC, STATUS
from contracts.spec.schema import Specification

if TYPE_CHECKING:
    from contracts.spec.write import Write

LEVELS: Final = ("document", "kubernetes")
# Where objects lie of which nobody says where (Kubernetes documentation, Namespaces).
DEFAULT_NAMESPACE: Final = "default"
# The level of a requirement of the user's own, which every profile judges.
OWN: Final = "own"
SEVERITIES: Final = ("blocker", "critical", "normal", "minor", "trivial")


class ContractError(Exception):
    """The specification or the requirement catalogue cannot be used; the message is one line."""


@dataclass(frozen=True)
class Requirement:
    """The unit that is judged and reported; made of a row of requirements.yaml.

    `fields`: dotted paths of the fields that it covers; `needs`: what a run must be given to judge it; `witness`: what
    must have been observed before it counts as passed.
    """

    id: str
    family: str
    level: str
    statement: str
    severity: str
    source: Source
    fields: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    witness: str = ""

    def is_judged(self, profile: str) -> bool:
        """Whether a profile ("document" or "kubernetes") judges it."""
        return profile == "kubernetes" or self.level != "kubernetes"


@dataclass(frozen=True)
class ActivityConditions:
    """By which conditions of its status an object is told to be at work: the overlay's `x-activity`.

    `conditions`: dotted path of the list of conditions; `ended`: the types of which one is "True" once the work has
    ended; `active`: what the other types mean, the first that is "True" counts.
    """

    conditions: str
    ended: frozenset[str]
    active: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Contract:
    """All that judges and cases know of the operation; nothing of it is written in Python.

    `left_out`: ids of the catalogue that the page gives no reason for. `narrower`: by replaceable field what its schema
    says otherwise where values to send are made of it. `write`: how the operation is told what a client wants.
    """

    spec: Specification
    families: Mapping[str, str]
    requirements: Mapping[str, Requirement]
    left_out: frozenset[str] = frozenset()
    narrower: Mapping[str, schema.Schema] = field(default_factory=dict)
    write: Write = field(kw_only=True)

    @cached_property
    def documented(self) -> schema.Operation:
        """Which operation the page documents."""
        return schema.documented_operation(self.spec.derived)

    @property
    def item_path(self) -> str:
        """The documented path, a template with {name}, and {namespace} where there is one."""
        return self.documented.path

    @cached_property
    def operation(self) -> Mapping[str, Any]:
        """The documented operation with what the overlay adds."""
        operation: Mapping[str, Any] = self.spec.overlaid["paths"][self.item_path][self.documented.method]
        return operation

    def namespace_of(self, *given: str | None) -> str:
        """Where objects lie: the first namespace that was given, else the example's; empty where there are none."""
        if not self.namespaced:
            return ""
        metadata: Mapping[str, Any] = self.example_object.get("metadata", {})
        return next(filter(None, given), str(metadata.get("namespace", DEFAULT_NAMESPACE)))

    @property
    def collection_path(self) -> str:
        """The path of all objects, of a namespace where there are any (Kubernetes API concepts: resource URIs)."""
        return self.item_path.rsplit("/", 1)[0]

    @property
    def plural(self) -> str:
        """The resource's name in the path."""
        return self.collection_path.rsplit("/", 1)[1]

    @property
    def api_version(self) -> str:
        """`group/version` of the resource; of the core group, whose name is empty, the version alone."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group(self) -> str:
        """The API group in the path, empty for the core group."""
        return self.documented.group

    @property
    def version(self) -> str:
        """The API version in the path."""
        return self.documented.version

    @property
    def namespaced(self) -> bool:
        """Whether the resource's objects lie in namespaces; else the cluster has one of each name."""
        return "{namespace}" in self.item_path

    @property
    def kind(self) -> str:
        """The kind of the resource's objects."""
        return self.documented.kind

    @cached_property
    def replaceable(self) -> tuple[str, ...]:
        """Dotted paths of the fields that can be replaced; where the page lists none, of those of any object."""
        told = tuple(path for path in self.listed if path not in self.left_open)
        return told or tuple(self.operation["x-replaceable-by-convention"])

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Dotted paths of the fields that the page lists as replaceable, in its order."""
        return tuple(str(field["path"]) for field in self.operation[schema.FIELDS])

    @cached_property
    def left_open(self) -> tuple[str, ...]:
        """Dotted paths of what the page lists as replaceable and the conventions leave to the server: not judged."""
        return schema.left_open(self.operation)

    @cached_property
    def desired(self) -> tuple[str, ...]:
        """What at the top of an object says what a client wants: spec, or of kinds without one all of their own."""
        return desired_state(self.resource_schema)

    @cached_property
    def server_owned(self) -> tuple[str, ...]:
        """Dotted paths that the server or a controller may write at any moment."""
        return tuple(self.operation["x-server-owned"])

    @cached_property
    def quantities(self) -> frozenset[str]:
        """Names of the maps of which each value is a quantity (resource.Quantity), wherever they stand."""
        return frozenset(self.operation.get("x-quantities", ()))

    @cached_property
    def writable_by_convention(self) -> tuple[str, ...]:
        """Dotted paths that the conventions let a client write though the page does not list them, and `left_open`."""
        more = (path for path in self.operation["x-writable-by-convention"] if path not in self.replaceable)
        return (*more, *self.left_open)

    @cached_property
    def statuses(self) -> tuple[int, ...]:
        """The statuses that the page documents."""
        return _statuses(self.spec.derived["paths"][self.item_path][self.documented.method])

    @cached_property
    def convention_statuses(self) -> tuple[int, ...]:
        """The statuses that only the API conventions define."""
        return tuple(status for status in _statuses(self.operation) if status not in self.statuses)

    @cached_property
    def example_request(self) -> dict[str, Any]:
        """The documented example of a request body, or the object of the response's; copy it before changing it."""
        answered = _example(self.operation["responses"]["200"])
        asked = _example(self.operation["requestBody"], self.write.media_type)
        if asked and self.write.is_patch:
            return asked
        return self._typed(asked or {key: value for key, value in answered.items() if (key,) != STATUS})

    @cached_property
    def example_object(self) -> dict[str, Any]:
        """The documented example of an object: of the request, or of the response where that shows only a change.

        Copy it before changing it.
        """
        return self.example_response if self.write.is_patch else self.example_request

    @cached_property
    def example_response(self) -> dict[str, Any]:
        """The documented example of a response body, or of the request's; copy it before changing it."""
        return self._typed(_example(self.operation["responses"]["200"]) or _example(self.operation["requestBody"]))

    def _typed(self, example: dict[str, Any]) -> dict[str, Any]:
        """An example with the kind and the version of the path, which some pages leave out or have another of."""
        return {"kind": self.kind, **example, "apiVersion": self.api_version}

    @cached_property
    def realistic_example(self) -> dict[str, Any] | None:
        """An object as those in use are (the overlay's `x-realistic-example`); copy it before changing it."""
        return self.operation.get("x-realistic-example")

    @property
    def examples(self) -> tuple[dict[str, Any], ...]:
        """What an object may be created from, the one to be preferred first; the documented one is the last."""
        return (*([self.realistic_example] if self.realistic_example else ()), self.example_object)

    @cached_property
    def resource_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the resource, with the ranges and enums of the overlay."""
        return schema.resource_schema(self.spec.overlaid)

    def response_schema(self, profile: str) -> dict[str, Any]:
        """JSON Schema (2020-12) of the body of an accepted replacement, by the page alone or with the overlay."""
        return schema.response_schema(self.spec.derived if profile == "document" else self.spec.overlaid, 200)

    @cached_property
    def activity(self) -> ActivityConditions | None:
        """How an object that is at work is told from one that is not; None where the overlay does not say."""
        found = self.operation.get("x-activity")
        return ActivityConditions(found["conditions"], frozenset(found["ended"]), found["active"]) if found else None

    @cached_property
    def pods(self) -> Path:
        """Where an object says what pods an operator starts for it; empty where the overlay does not tell."""
        return paths.parse(self.operation["x-pods"]) if "x-pods" in self.operation else ()

    @cached_property
    def image(self) -> str:
        """What the member below `pods` is called that names a container's image; empty where the overlay is silent."""
        return str(self.operation.get("x-image", ""))

    @cached_property
    def suspend(self) -> tuple[Path, ...]:
        """The fields of which each, where it is true, suspends an object; none where the overlay does not tell."""
        return tuple(map(paths.parse, self.operation.get("x-suspend", ())))

    @cached_property
    def document(self) -> Document:
        """The page that the contract was derived from."""
        info = self.spec.derived["info"]
        return Document(**{"title": info["title"], "updated": "", **info["x-document"]})

    def shown(self, requirement: str) -> str:
        """The id of a requirement as people see it: that of the suite's own tells the operation that it is about."""
        known = self.requirements.get(requirement)
        return requirement if known and known.level == OWN else self.write.prefix + requirement

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all requirements as people see them."""
        return tuple(map(self.shown, self.requirements))

    def owner(self, path: Path, family: str) -> str:
        """The requirement of `family` that the field at `path` belongs to; the longest matching prefix decides.

        Empty where the page leaves open what the family is about. Raises `ContractError` when no requirement of the
        family covers the field.
        """
        return self._covering(path, family)[1] if family in self._fields else ""

    def field_group(self, path: Path, family: str) -> str:
        """The field of the catalogue that stands for the one at `path`: the longest that is it or holds it."""
        return paths.render(self._covering(path, family)[0])

    def _covering(self, path: Path, family: str) -> tuple[Path, str]:
        fields = self._fields.get(family, {})
        for length in range(len(path), -1, -1):
            if path[:length] in fields:
                return path[:length], fields[path[:length]]
        raise ContractError(f"no requirement of the family {family} covers the field {paths.render(path)}")

    @cached_property
    def _fields(self) -> Mapping[str, Mapping[Path, str]]:
        """By family and path of what its requirements are about the requirement's id; the first that names it."""
        found: dict[str, dict[Path, str]] = {}
        for requirement in self.requirements.values():
            for name in requirement.fields:
                found.setdefault(requirement.family, {}).setdefault(paths.parse(name), requirement.id)
        return found

    def judged(self, profile: str) -> tuple[Requirement, ...]:
        """The requirements that `profile` ("document" or "kubernetes") judges."""
        return tuple(one for one in self.requirements.values() if one.is_judged(profile))

    def with_requirements(self, families: Mapping[str, str], requirements: Mapping[str, Requirement]) -> Contract:
        """The same with more requirements, and the titles of their families."""
        return replace(self, families={**self.families, **families}, requirements={**self.requirements, **requirements})


def desired_state(resource: schema.Schema) -> tuple[str, ...]:
    """By the schema of a resource, which members say what a client wants (Kubernetes API conventions, spec and status).

    The kinds without spec and status, ConfigMap say, have members of their own in their place.
    """
    known = schema.resolve(resource, resource).get("properties", {})
    own = tuple(name for name in known if name not in OF_EVERY_KIND)
    return SPEC if SPEC[0] in own else own


def _statuses(operation: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(sorted(int(status) for status in operation["responses"] if status.isdigit()))


def _example(body: Mapping[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    """The first example of a body that is an object, of a media type if there is one; empty where there is none."""
    contents = sorted(body["content"].items(), key=lambda named: named[0] != media_type)
    shown = (one["value"] for _, content in contents for one in content.get("examples", {}).values())
    return dict(next((value for value in shown if isinstance(value, dict)), {}))
