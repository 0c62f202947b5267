"""What an API server of another version makes of an object, with the same meaning: canonical forms, defaults shown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions.condition import Parts, condition, every
from contracts.reference.conditions.webhooks import PROCESSES, with_processes, written
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object

MILLI: Final = 1000
BINARY: Final = 1024


def _canonical(quantity: Any) -> Any:
    """A quantity as resource.Quantity writes it, as far as the forms go in which people write one."""
    if type(quantity) is int:
        return str(quantity)
    if not isinstance(quantity, str):
        return quantity
    if match := re.fullmatch(r"(\d+)000m", quantity):
        return match[1]
    if match := re.fullmatch(r"0?\.(\d)", quantity):
        return f"{int(match[1]) * MILLI // 10}m"
    match = re.fullmatch(r"(\d+)Mi", quantity)
    if match and int(match[1]) and int(match[1]) % BINARY == 0:
        return f"{int(match[1]) // BINARY}Gi"
    return quantity


def _canonical_quantities(value: Object) -> Object:
    for path, item in list(paths.walk(value)):
        if path[-1:] in (("limits",), ("requests",)) and isinstance(item, dict):
            value = written(value, path, {name: _canonical(one) for name, one in item.items()})
    return value


@condition()
def quantities_canonical(parts: Parts) -> Parts:
    """Quantities are stored in canonical form (2 as "2", 1000m as 1) with each write, and compared in that form."""
    steps = parts.steps
    changed = replace(
        steps,
        merge=lambda stored, sent: _canonical_quantities(steps.merge(stored, sent)),
        check_immutable=lambda stored, new: steps.check_immutable(_canonical_quantities(stored), new),
        next_generation=lambda stored, new: steps.next_generation(_canonical_quantities(stored), new),
        persist=lambda stored, new: steps.persist(stored, _canonical_quantities(new) if stored is None else new),
    )
    return replace(parts, steps=changed)


@condition()
def skewed_replicas(parts: Parts) -> Parts:
    """Two API servers answer by turns; the newer one shows a default of spec.nprocPerNode, which nobody stores."""
    steps, is_newer = parts.steps, every(2, 1)

    def stored_form(value: Object) -> Object:
        is_default = paths.get(value, PROCESSES) == paths.get(with_processes(parts, {"spec": {}}), PROCESSES)
        return written(value, PROCESSES, MISSING) if is_default else value

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        shown = response.value if is_newer() else None
        is_object = isinstance(shown, dict) and isinstance(shown.get("spec"), dict)
        return replace(response, value=with_processes(parts, shown)) if is_object else response  # type: ignore[arg-type]

    changed = replace(
        steps,
        merge=lambda stored, sent: stored_form(steps.merge(stored, sent)),
        persist=lambda stored, new: steps.persist(stored, stored_form(new) if stored is None else new),
    )
    return replace(parts, serve=serve, steps=changed)
