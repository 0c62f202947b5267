"""Paths of the fields that every Kubernetes object has (Kubernetes API conventions, metadata, spec and status)."""

from typing import Any, Final

SPEC: Final = ("spec",)
STATUS: Final = ("status",)
# Members at the top of an object that mean the same of every kind.
OF_EVERY_KIND: Final = ("apiVersion", "kind", "metadata", *STATUS)
NAME: Final = ("metadata", "name")
NAMESPACE: Final = ("metadata", "namespace")
UID: Final = ("metadata", "uid")
VERSION: Final = ("metadata", "resourceVersion")
DELETED: Final = ("metadata", "deletionTimestamp")
CREATED: Final = ("metadata", "creationTimestamp")
GENERATION: Final = ("metadata", "generation")
MANAGED: Final = ("metadata", "managedFields")
ANNOTATIONS: Final = ("metadata", "annotations")
LABELS: Final = ("metadata", "labels")
FINALIZERS: Final = ("metadata", "finalizers")


def is_less_version(one: Any, other: Any) -> bool:
    """Whether both are texts of numbers, as an API server's resourceVersions are, and the one is less."""
    return _is_number(one) and _is_number(other) and _order(one) < _order(other)


def _is_number(version: Any) -> bool:
    return isinstance(version, str) and version.isascii() and version.isdecimal()


def _order(digits: str) -> tuple[int, str]:
    """What sorts texts of digits as the numbers that they are, of which Python reads none of more than 4300 digits."""
    significant = digits.lstrip("0")
    return len(significant), significant
