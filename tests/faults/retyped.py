"""Family replaceable: texts and keys that careless code takes for numbers, for encodings, for lists, for each other."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import answering
from tests.faults.support.maps import MAPS, Texts, altering_maps
from tests.faults.support.seeing import seeing

HALF = 0.01


def _texts(endpoint: Endpoint, change: Callable[[str], str]) -> Behaviour:
    return altering_maps(endpoint, lambda _, sent: {key: change(text) for key, text in sent.items()})


def _unnoticed(endpoint: Endpoint, same: Callable[[str, str], bool]) -> Behaviour:
    """Steps that write no value that is the `same` as the stored one."""

    def change(old: Texts, sent: Texts) -> Texts:
        return {key: old[key] if key in old and same(old[key], text) else text for key, text in sent.items()}

    return altering_maps(endpoint, change)


@fault(*MAPS)
def durations_stored_as_seconds(endpoint: Endpoint) -> Behaviour:
    """Breaks: texts stay texts. In YAML 1.1 12:30:45 is a number to the base of 60."""

    def change(text: str) -> str:
        if not re.fullmatch(r"[1-9]\d*(:[0-5]?\d)+", text):
            return text
        return str(sum(int(part) * 60**place for place, part in enumerate(reversed(text.split(":")))))

    return _texts(endpoint, change)


@fault(*MAPS)
def grouped_digits_joined(endpoint: Endpoint) -> Behaviour:
    """Breaks: texts stay texts. 1_000 is read as a whole number."""
    return _texts(endpoint, lambda text: text.replace("_", "") if re.fullmatch(r"[1-9]\d*(_\d+)+", text) else text)


@fault(*MAPS)
def padding_cut(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value is stored as it was sent. Pairs are kept as key=value, and split at each equals sign."""
    return _texts(endpoint, lambda text: text.rstrip("=") if re.fullmatch(r"[A-Za-z0-9+/]+={1,2}", text) else text)


@fault(*MAPS)
def equal_numbers_not_noticed(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value can be changed. Before it is written it is compared with ==, for which 1 and 1.0 are the same."""
    number = re.compile(r"\d+(\.\d+)?")
    return _unnoticed(endpoint, lambda *two: all(map(number.fullmatch, two)) and len({*map(float, two)}) == 1)


@fault(*MAPS)
def trailing_spaces_not_noticed(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value can be changed. The database compares texts without the spaces at their end."""
    return _unnoticed(endpoint, lambda old, new: old.rstrip(" ") == new.rstrip(" "))


@fault(*MAPS)
def keys_of_other_punctuation_collide(endpoint: Endpoint) -> Behaviour:
    """Breaks: all keys are stored. They become names of columns, in which only underscores are allowed."""

    def change(_: Texts, sent: Texts) -> Texts:
        kept = {re.sub(r"[-._/]", "_", key): key for key in sorted(sent)}
        return {key: sent[key] for key in kept.values()}

    return altering_maps(endpoint, change)


@fault("response.schema", "response.is-stored-state", *MAPS)
def counted_keys_answered_as_a_list(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. A map whose keys count from 0 is encoded as a list."""

    def listed(value: Any) -> Any:
        if not isinstance(value, dict):
            return [*map(listed, value)] if isinstance(value, list) else value
        found = {key: listed(item) for key, item in value.items()}
        return [*found.values()] if found and [*found] == [str(number) for number in range(len(found))] else found

    return answering(endpoint, lambda _, response: replace(response, value=listed(response.value)))


@fault("pretty.true-is-pretty", "pretty.same-content", "pretty.same-effect", "response.schema", "response.content-type")
def pretty_spoilt_by_a_backslash_at_the_end(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty output is the object. The printer takes a quote behind an escaped backslash for an escaped one."""
    steps = endpoint.steps

    def encode(value: Any, pretty: bool) -> bytes:
        body = steps.encode(value, pretty)
        return body.replace(b'\\\\",', b'\\\\", ,') if pretty else body

    return replace(steps, encode=encode)


@fault("concurrency.read-after-write", "replaceable.sequence", "immutable.atomic")
def labels_shown_before_spec(endpoint: Endpoint) -> Behaviour:
    """Breaks: a replacement is seen whole or not at all. Metadata and spec are two rows; who reads in between sees the
    new version with the old spec.
    """
    endpoint, seen = seeing(endpoint)
    steps, lock, own = endpoint.steps, threading.Lock(), threading.local()

    def authenticate(request: Request) -> str:
        if request.method != "GET":
            lock.acquire()
            own.holds = True
        return steps.authenticate(request)

    def answer(request: Request, response: Response) -> Response:
        if getattr(own, "holds", False):
            own.holds = False
            lock.release()
        return steps.answer(request, response)

    def persist(stored: Object | None, new: Object) -> Object:
        kept = steps.persist(stored, new)
        if stored is not None and seen.store is not None and canonical(kept) != canonical(stored):
            route = Route(kept["metadata"]["namespace"], kept["metadata"]["name"])
            seen.store.put(route, {**kept, "spec": stored["spec"]})
            seen.store.version -= 1  # of which the whole gets the same version
            time.sleep(HALF)
        return kept

    return replace(steps, authenticate=authenticate, answer=answer, persist=persist, unlocked=True)
