"""Family immutable: items, texts and numbers of spec that no replacement leaves as they were created."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, altering

REPLICAS: Final = "immutable.replica-specs"
PODS: Final = "pytorchReplicaSpecs"


def _walked(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with `change` made of it, and then of everything in it."""
    value = change(value)
    if isinstance(value, dict):
        return {name: _walked(item, change) for name, item in value.items()}
    return [_walked(item, change) for item in value] if isinstance(value, list) else value


def _in_pods(endpoint: Endpoint, change: Callable[[Any], Any]) -> Behaviour:
    """Steps that store the templates of pods with `change` made of every value in them."""

    def alter(_: Moment, new: Object) -> Object:
        spec = new["spec"]
        return {**new, "spec": {**spec, PODS: _walked(spec[PODS], change)}} if PODS in spec else new

    return altering(endpoint, alter)


def _texts(endpoint: Endpoint, change: Callable[[str], str]) -> Behaviour:
    return _in_pods(endpoint, lambda value: change(value) if isinstance(value, str) else value)


def _keyed(endpoint: Endpoint, field: str, key: str) -> Behaviour:
    """Steps that keep of the items of a list one of each key, the last."""

    def change(value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get(field), list):
            return value
        return {**value, field: list({item.get(key): item for item in value[field]}.values())}

    return _in_pods(endpoint, change)


@fault(REPLICAS)
def mounts_of_one_volume_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. Mounts are rows with the volume's name for their key."""
    return _keyed(endpoint, "volumeMounts", "name")


@fault(REPLICAS)
def ports_of_one_number_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. Ports are merged by their number, whatever their protocol."""
    return _keyed(endpoint, "ports", "containerPort")


@fault(REPLICAS)
def tolerations_of_one_key_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. Tolerations are a map by their keys, whatever their effect."""
    return _keyed(endpoint, "tolerations", "key")


@fault(REPLICAS)
def equal_arguments_kept_once(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. A collection of texts is mapped to a set that keeps the order."""

    def change(value: Any) -> Any:
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return list(dict.fromkeys(value)) if texts else value

    return _in_pods(endpoint, change)


@fault(REPLICAS)
def empty_arguments_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. A list is split and joined again by a filter for what is empty."""
    return _in_pods(endpoint, lambda value: [one for one in value if one != ""] if isinstance(value, list) else value)


@fault(REPLICAS)
def first_ten_items_kept(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. Before it is written back, of each list the first page is loaded."""
    return _in_pods(endpoint, lambda value: value[:10] if isinstance(value, list) else value)


@fault(REPLICAS)
def texts_of_specs_cut_at_1024(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A column of the read model, which is written back, is no longer."""
    return _texts(endpoint, lambda text: text[:1024])


@fault(REPLICAS)
def numbers_of_specs_wrapped_at_32_bits(endpoint: Endpoint) -> Behaviour:
    """Breaks: no number below spec changes. Every number is an int32, also the seconds that have 64 bits."""
    return _in_pods(endpoint, lambda value: (value + 2**31) % 2**32 - 2**31 if type(value) is int else value)


@fault(REPLICAS)
def specs_outside_plane_0_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Their column has three bytes for a character, that of annotations four."""
    return _texts(endpoint, lambda text: re.sub("[\U00010000-\U0010ffff]", "?", text))


@fault(REPLICAS)
def apostrophes_of_specs_doubled(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A statement is put together of texts that are bound as well."""
    return _texts(endpoint, lambda text: text.replace("'", "''"))


@fault(REPLICAS)
def ampersands_of_specs_escaped(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. In XML & is &amp;, which nobody takes back."""
    return _texts(endpoint, lambda text: re.sub("&(?!&)", "&amp;", text))


@fault(REPLICAS)
def exponents_of_specs_written_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A text with an exponent comes back from YAML as another number's."""

    def change(text: str) -> str:
        return f"{float(text):f}" if re.fullmatch(r"\d+(\.\d+)?e-?\d{1,2}", text) else text

    return _texts(endpoint, change)
