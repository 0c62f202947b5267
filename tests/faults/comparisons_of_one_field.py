"""Family immutable: fields of one name whose values are compared by code of their own, which takes two for one."""

from __future__ import annotations

from collections.abc import Callable

from contracts.judge import quantities
from contracts.reference.behaviour import Behaviour
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, leaking

TEMPLATES = "immutable.replica-specs"


def _of(endpoint: Endpoint, name: str, value: Callable[[str], str]) -> Behaviour:
    """Steps to which fields of a name are the same when their texts have one value."""

    def alike(_: Moment, change: Change) -> bool:
        both = isinstance(change.old, str) and isinstance(change.new, str)
        return change.path[-1] == name and both and value(change.old) == value(change.new)

    return leaking(endpoint, alike)


@fault(TEMPLATES)
def container_names_in_any_capitals(endpoint: Endpoint) -> Behaviour:
    """Breaks: no container is renamed. Names of containers alone are compared as host names are, which they become."""
    return _of(endpoint, "name", str.casefold)


@fault(TEMPLATES)
def environment_trimmed_before_it_is_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no environment variable changes. A form of the vendor's console trims these values, and so does this."""
    return _of(endpoint, "value", str.strip)


@fault(TEMPLATES)
def images_without_a_tag_are_the_latest(endpoint: Endpoint) -> Behaviour:
    """Breaks: no image changes. References are completed before they are compared, as a container runtime does."""
    return _of(endpoint, "image", lambda text: text if ":" in text.rpartition("/")[2] else f"{text}:latest")


@fault(TEMPLATES)
def memory_compared_as_a_number_of_bytes(endpoint: Endpoint) -> Behaviour:
    """Breaks: no quantity of memory changes. Memory alone is compared in bytes, as a quota counts it."""
    return _of(endpoint, "memory", lambda text: str(quantities.amount(text)))


@fault(TEMPLATES)
def working_directories_with_a_slash_behind(endpoint: Endpoint) -> Behaviour:
    """Breaks: no working directory changes. Paths are cleaned before they are compared, of this field alone."""
    return _of(endpoint, "workingDir", lambda text: text.rstrip("/"))
