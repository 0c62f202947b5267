"""The catalogue of faults: mistakes that implementers make, each as one small change of a conformant endpoint.

One module per family of mistakes; importing it adds its faults to `FAULTS`.
"""

from tests.faults import (  # noqa: F401 - importing a module adds its faults
    answers,
    atomicity,
    comparisons,
    crashes,
    credentials,
    encoding,
    error_bodies,
    generations,
    identity,
    immutable_conditions,
    immutable_places,
    immutable_ways,
    malformed,
    maps,
    normalising,
    numbers,
    overstrict,
    pretty_content,
    pretty_effect,
    pretty_layout,
    races,
    refusals,
    rich_object,
    sequences,
    sporadic,
    status_field,
    statuses,
    validation,
    versions,
)
from tests.faults.catalogue import FAULTS, Fault, faulty

__all__ = ["FAULTS", "Fault", "faulty"]
