"""The catalogue of faults: mistakes that implementers make, each as one small change of a conformant endpoint.

One module per family of mistakes; importing it adds its faults to `FAULTS`.
"""

from contracts.reference.faults import (  # noqa: F401 - importing a module adds its faults
    atomicity,
    identity,
    immutable_conditions,
    immutable_places,
    immutable_ways,
    status_field,
)
from contracts.reference.faults.catalogue import FAULTS, Fault, faulty

__all__ = ["FAULTS", "Fault", "faulty"]
