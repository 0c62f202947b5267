"""Families replaceable and concurrency: what merge patches leave behind, alone and several at once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from contracts.reference.status_error import conflict
from tests.faults.catalogue import Endpoint, fault


@fault("replaceable.merge-patch", of_update=True)
def null_in_a_new_map_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: null takes a member away. In a map that is new to the object it is stored as an empty text."""
    steps = endpoint.steps

    def apply_patch(stored: Object, patch: dict[str, Any]) -> Any:
        asked = steps.apply_patch(stored, patch)
        for name in ("labels", "annotations"):
            sent = (patch.get("metadata") or {}).get(name) if isinstance(patch.get("metadata"), dict) else None
            if isinstance(sent, dict) and name not in stored["metadata"]:
                for key, item in sent.items():
                    if item is None:
                        asked = paths.put(asked, ("metadata", name, key), "")
        return asked

    return replace(steps, apply_patch=apply_patch)


@fault("concurrency.one-winner", "replaceable.merge-patch", of_update=True)
def patches_at_once_lose_each_other(endpoint: Endpoint) -> Behaviour:
    """Breaks: an accepted update is stored. The object is read, patched and written back; who has written meanwhile
    is overwritten, where the patch names no version.
    """
    steps, lock, own = endpoint.steps, threading.Lock(), threading.local()
    claimed: set[str] = set()

    def apply_patch(stored: Object, patch: dict[str, Any]) -> Any:
        asked = steps.apply_patch(stored, patch)
        metadata = patch.get("metadata")
        version = metadata.get("resourceVersion") if isinstance(metadata, dict) else None
        if not isinstance(version, str):
            time.sleep(0.005)
        else:  # written where the version still is the stored one, in one step
            with lock:
                if version in claimed:
                    raise conflict(endpoint.resource, stored["metadata"]["name"], "it is being updated")
                claimed.add(version)
            own.version = version
        return asked

    def answer(request: Request, response: Response) -> Response:
        version, own.version = getattr(own, "version", None), None
        if response.status != 200 or (version and response.value["metadata"].get("resourceVersion") == version):
            claimed.discard(version or "")
        return steps.answer(request, response)

    return replace(steps, apply_patch=apply_patch, answer=answer, unlocked=True)
