"""Conditions of real environments: what stands around an endpoint that keeps its contract.

One module per family; importing it adds its conditions to `CONDITIONS`.
"""

import contracts.reference.conditions.admission
import contracts.reference.conditions.clocks
import contracts.reference.conditions.controllers
import contracts.reference.conditions.conversions
import contracts.reference.conditions.credentials
import contracts.reference.conditions.defaults
import contracts.reference.conditions.error_bodies
import contracts.reference.conditions.gateways
import contracts.reference.conditions.lifecycle
import contracts.reference.conditions.operator
import contracts.reference.conditions.outages
import contracts.reference.conditions.reads
import contracts.reference.conditions.storage
import contracts.reference.conditions.webhooks  # noqa: F401 - importing them adds their conditions
from contracts.reference.conditions.condition import CONDITIONS, Condition, Parts, around

__all__ = ["CONDITIONS", "Condition", "Parts", "around"]
