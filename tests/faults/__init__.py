"""The catalogue of faults: mistakes that implementers make, each as one small change of a conformant endpoint.

One module per family of mistakes; importing it adds its faults to `FAULTS`.
"""

from tests.faults import (  # noqa: F401 - importing a module adds its faults
    answers,
    atomicity,
    comparisons,
    connections,
    crashes,
    credentials,
    disclosure,
    encoding,
    error_bodies,
    foreign_credentials,
    generations,
    identity,
    immutable_conditions,
    immutable_places,
    immutable_ways,
    key_capitals,
    lengths,
    lifecycle,
    lookalikes,
    malformed,
    map_limits,
    maps,
    metadata_types,
    normalising,
    numbers,
    outdated,
    overstrict,
    patches,
    pretty_content,
    pretty_effect,
    pretty_layout,
    races,
    refusals,
    representations,
    rich_object,
    sequences,
    spellings,
    sporadic,
    status_field,
    statuses,
    validation,
    versions,
)
from tests.faults.catalogue import FAULTS, UPDATE_FAULTS, Fault, faulty

__all__ = ["FAULTS", "UPDATE_FAULTS", "Fault", "faulty"]
