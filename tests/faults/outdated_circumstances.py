"""Family concurrency: an outdated version that is accepted in one circumstance."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from dataclasses import replace

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import LABELS, NAMESPACE, SPEC, VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.spellings import routed
from tests.faults.support.making import Moment, decoding, watched

STALE = ("concurrency.stale-refused",)
LARGE = 20_000
MANY = 10
GZIP = b"\x1f\x8b"
SECONDS = 1.0


def _forgiving(endpoint: Endpoint, forgives: Callable[[Moment, Object, Object], bool]) -> Behaviour:
    """Steps that take an outdated version where `forgives` says so, of the moment, the stored and the sent object."""
    steps, moment = watched(endpoint.steps)

    def check_version(stored: Object, sent: Object) -> None:
        try:
            steps.check_version(stored, sent)
        except Refusal as refused:
            if refused.code != 409 or not forgives(moment, stored, sent):
                raise

    return replace(steps, check_version=check_version)


@fault(*STALE)
def outdated_removals_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. What only takes away overwrites nobody's values, it is thought."""
    return _forgiving(endpoint, lambda _, stored, sent: get(stored, LABELS) is not MISSING is get(sent, LABELS))


@fault(*STALE)
def outdated_of_a_field_manager_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. With a field manager owners are compared in place of versions."""
    return _forgiving(endpoint, lambda moment, *_: "fieldManager" in moment.request.query)


@fault(*STALE)
def outdated_and_large_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The version is looked for in the first page of the body."""
    return _forgiving(endpoint, lambda moment, *_: len(moment.request.body) > LARGE)


@fault(*STALE)
def outdated_with_many_labels_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Many labels are written in a batch of their own, without the version."""

    def many(_: Moment, __: Object, sent: Object) -> bool:
        labels = get(sent, LABELS)
        return isinstance(labels, dict) and len(labels) > MANY

    return _forgiving(endpoint, many)


@fault(*STALE)
def outdated_in_chunks_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The filter that compares versions reads bodies of a known length."""
    return _forgiving(endpoint, lambda moment, *_: "transfer-encoding" in moment.request.headers)


@fault(*STALE)
def outdated_and_strict_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Strict validation is another path, which came later and lacks it."""
    return _forgiving(endpoint, lambda moment, *_: moment.request.strict)


@fault(*STALE)
def outdated_and_compressed_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The gateway that compares versions cannot look into packed bodies."""
    unpacking = decoding(endpoint, lambda sent: gzip.decompress(sent) if sent.startswith(GZIP) else sent)
    return _forgiving(unpacking, lambda moment, *_: "content-encoding" in moment.request.headers)


@fault(*STALE)
def outdated_behind_a_slash_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. A slash behind the URL leads to an older handler without versions."""
    return _forgiving(
        routed(endpoint, lambda path: path.rstrip("/")), lambda moment, *_: moment.request.path.endswith("/")
    )


@fault(*STALE)
def outdated_without_namespace_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. What names no namespace is looked up in another one, and is new there."""
    return _forgiving(endpoint, lambda moment, *_: bool(moment.raw) and get(moment.raw, NAMESPACE) is MISSING)


@fault(*STALE)
def outdated_of_what_has_no_labels_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The version is joined from the table of labels: no row, no version."""
    return _forgiving(endpoint, lambda _, stored, __: get(stored, LABELS) is MISSING)


@fault(*STALE)
def outdated_of_the_same_content_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Contents are compared and swapped, so that A, B, A is taken for A."""
    contents: dict[object, str] = {}

    def content(value: Object) -> str:
        return canonical([get(value, SPEC), *(value["metadata"].get(name) for name in ("labels", "annotations"))])

    steps = _forgiving(
        endpoint, lambda _, stored, sent: contents.get(get(sent, VERSION)) == contents.get(get(stored, VERSION))
    )

    def check_version(stored: Object, sent: Object) -> None:
        contents[get(stored, VERSION)] = content(stored)
        steps.check_version(stored, sent)

    return replace(steps, check_version=check_version)


@fault(*STALE)
def next_version_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. Clients of an older API count the version up before they send it."""

    def is_next(_: Moment, stored: Object, sent: Object) -> bool:
        known, version = (str(get(value, VERSION)) for value in (stored, sent))
        return known.isdecimal() and version == str(int(known) + 1)

    return _forgiving(endpoint, is_next)


@fault(*STALE)
def outdated_after_an_idle_second_accepted(endpoint: Endpoint) -> Behaviour:
    """Breaks: an outdated replacement is 409. The versions are kept in a cache that forgets them after a second."""
    last = [time.monotonic()]

    def forgotten(*_: object) -> bool:
        return time.monotonic() - last[0] > SECONDS

    steps = _forgiving(endpoint, forgotten)

    def check_version(stored: Object, sent: Object) -> None:
        try:
            steps.check_version(stored, sent)
        finally:
            last[0] = time.monotonic()

    return replace(steps, check_version=check_version)
