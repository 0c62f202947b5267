"""Ways to break the contract that several tests look for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource


def accepts_image(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Looks at nothing below the pod templates when it looks for immutable changes."""
    steps = conformant(resource, options)

    def without_images(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without_images(item) for key, item in value.items() if key != "image"}
        return [without_images(item) for item in value] if isinstance(value, list) else value

    return replace(
        steps, check_immutable=lambda old, new: steps.check_immutable(without_images(old), without_images(new))
    )


def ignores_annotations(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Keeps the stored annotations, whatever is sent."""
    steps = conformant(resource, options)
    path = ("metadata", "annotations")

    def merge(stored: Any, sent: Any) -> Any:
        return paths.put(steps.merge(stored, sent), path, paths.get(stored, path))

    return replace(steps, merge=merge)
