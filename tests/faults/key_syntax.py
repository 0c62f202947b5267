"""Family replaceable: keys and values of labels and annotations whose syntax is looked at carelessly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault


def _taking(endpoint: Endpoint, proper: Callable[[dict[str, str]], dict[str, str]], *maps: str) -> Behaviour:
    """Steps that validate maps as `proper` makes them of those that were sent."""
    steps = endpoint.steps

    def validate(stored: Object | None, new: Object) -> None:
        metadata = new["metadata"]
        shown = {name: proper(metadata[name]) for name in maps if isinstance(metadata.get(name), dict)}
        steps.validate(stored, {**new, "metadata": {**metadata, **shown}})

    return replace(steps, validate=validate)


@fault("replaceable.invalid-refused")
def letters_of_any_alphabet_in_labels(endpoint: Endpoint) -> Behaviour:
    r"""Breaks: a label's value has its syntax. \w and isalnum() take the letters of every alphabet."""

    def plain(found: dict[str, str]) -> dict[str, str]:
        return {
            key: "".join("x" if not one.isascii() and one.isalnum() else one for one in str(text))
            for key, text in found.items()
        }

    return _taking(endpoint, plain, "labels")


@fault("replaceable.invalid-refused")
def key_names_limited_with_their_prefix(endpoint: Endpoint) -> Behaviour:
    """Breaks: the name of a key has 63 characters at most. Only the 317 of prefix and name together are looked at."""

    def short(found: dict[str, str]) -> dict[str, str]:
        return {
            re.sub(r"[^/]{63,}$", lambda name: f"k{len(name[0])}", key) if len(key) <= 317 else key: text
            for key, text in found.items()
        }

    return _taking(endpoint, short, "labels", "annotations")


@fault("replaceable.invalid-refused")
def keys_with_two_slashes_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: a key has one prefix. It is cut at its first slash, and the rest is matched as a path's."""
    return _taking(
        endpoint,
        lambda found: {re.sub(r"(?<=/)([^/]+)/(?=[^/]+$)", r"\1.", key): text for key, text in found.items()},
        "labels",
        "annotations",
    )


@fault("replaceable.invalid-refused")
def annotations_of_any_size(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations have 256 KiB at most. The limit was left to the store, which has another one."""

    def short(found: dict[str, str]) -> dict[str, str]:
        return {key: text[:10] if len(str(text)) > 100_000 else text for key, text in found.items()}

    return _taking(endpoint, short, "annotations")
