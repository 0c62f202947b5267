"""Family response: answers that are not the object as it is stored."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Request, Response
from contracts.reference.resource import Object
from contracts.spec.fields import ANNOTATIONS, GENERATION, LABELS, UID, VERSION
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, answering, field_of, storing, watched

STATE = ("response.is-stored-state",)
SCHEMA = ("response.schema",)
LAG_SECONDS = 0.02
SECRET = re.compile(r"password|secret|token|credential|api-?key", re.IGNORECASE)


def _shown(endpoint: Endpoint, change: Callable[[Moment, Any], Any]) -> Behaviour:
    """Steps whose accepted replacements are answered with `change(moment, value)`."""

    def tell(moment: Moment, response: Response) -> Response:
        return replace(response, value=change(moment, response.value)) if response.status == 200 else response

    return answering(endpoint, tell)


@fault(*STATE)
def request_echoed(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. What came in is sent back, without what the server made of it."""
    return _shown(endpoint, lambda moment, _: moment.raw)


@fault(*STATE)
def old_object_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The object that was read before the write is returned after it."""
    return _shown(endpoint, lambda moment, _: moment.stored)


@fault(*STATE)
def old_labels_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Labels are joined from an index that follows later."""
    labels = field_of("replaceable.labels")
    return _shown(endpoint, lambda moment, value: put(value, labels, get(moment.stored, labels)))


@fault(*STATE)
def old_generation_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The database counts generation in a trigger, after the row was returned."""
    return _shown(endpoint, lambda moment, value: put(value, GENERATION, get(moment.stored, GENERATION)))


@fault(*STATE, "replaceable.labels", "replaceable.together", "replaceable.sequence")
def answered_but_not_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted is stored. The write waits in a queue whose consumer is not running."""
    lost: list[Object] = [{}]

    def alter(moment: Moment, new: Object) -> Object:
        lost[0] = new
        return moment.stored

    def tell(_: Moment, response: Response) -> Response:
        return replace(response, value=lost[0]) if response.status == 200 else response

    steps = storing(endpoint, alter)
    return answering(replace(endpoint, steps=steps), tell)


@fault(*STATE, "replaceable.annotations")
def annotations_answered_but_not_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted is stored. The object in memory has the field, the table has no column for it."""
    path = field_of("replaceable.annotations")
    steps = altering(endpoint, lambda moment, new: put(new, path, get(moment.stored, path)))
    return _shown(replace(endpoint, steps=steps), lambda moment, value: put(value, path, get(moment.asked, path)))


@fault("concurrency.read-after-write")
def reads_from_a_slow_replica(endpoint: Endpoint) -> Behaviour:
    """Breaks: what was accepted is what is read next. Reads go to a replica that lags by some
    milliseconds.

    kubernetes/kubernetes#30698 on reads that do not see a client's own writes.
    """
    steps, moment = watched(endpoint.steps)
    written: dict[str, tuple[float, Any]] = {}

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        if response.status != 200:
            return response
        if request.is_judged:
            written[request.path] = (time.monotonic(), moment.stored)
        since, old = written.get(request.path, (0.0, None))
        lagging = request.method == "GET" and old and time.monotonic() - since < LAG_SECONDS
        return replace(response, value=old) if lagging else response

    return replace(steps, answer=answer)


@fault(*SCHEMA)
def status_object_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. A Status of Success is sent, as after a deletion."""
    success = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return _shown(endpoint, lambda *_: success)


@fault(*SCHEMA)
def nothing_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. 200 is sent with an empty body: "it worked" is all there is to say."""

    def tell(_: Moment, response: Response) -> Response:
        return replace(response, body=b"", content_type="") if response.status == 200 else response

    return answering(endpoint, tell)


@fault(*SCHEMA, *STATE)
def null_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. The function that writes returns nothing, and nothing is JSON's null."""
    return _shown(endpoint, lambda *_: None)


@fault(*STATE, *SCHEMA)
def object_in_an_envelope(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. The platform's other APIs put results below "data"."""
    return _shown(endpoint, lambda _, value: {"data": value})


@fault(*STATE, *SCHEMA)
def object_in_a_list(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. The store's "returning" gives rows, and there is one."""
    return _shown(endpoint, lambda _, value: [value])


@fault(*STATE, *SCHEMA)
def another_kind_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. Its type is named after the request's struct."""
    return _shown(endpoint, lambda _, value: {**value, "kind": f"{value['kind']}UpdateResponse"})


@fault(*STATE, *SCHEMA)
def type_meta_not_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is the object. Go clients drop kind and apiVersion when they decode, and a proxy is one."""
    return _shown(endpoint, lambda _, value: {key: value[key] for key in value if key not in ("kind", "apiVersion")})


@fault(*STATE)
def uid_not_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Internal keys are removed from answers, and the uid looks like one."""
    return _shown(endpoint, lambda _, value: put(value, UID, MISSING))


@fault(*STATE)
def version_not_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored, with its new version. The version is read-only, and so not serialised."""
    return _shown(endpoint, lambda _, value: put(value, VERSION, MISSING))


@fault(*STATE)
def status_not_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Status is loaded lazily, after the answer was written."""
    return _shown(endpoint, lambda _, value: put(value, ("status",), MISSING))


@fault(*STATE)
def annotations_not_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The view for answers has a list of fields that is older than the object."""
    return _shown(endpoint, lambda _, value: put(value, ("metadata", "annotations"), MISSING))


@fault(*STATE)
def defaults_answered_but_not_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Defaults are applied to the answer, so that it looks complete."""
    path = field_of("replaceable.ttl-seconds-after-finished")
    return _shown(endpoint, lambda _, value: put(value, path, 0) if get(value, path) is MISSING else value)


@fault(*STATE)
def nulls_answered_for_absent(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The serialiser writes all fields of the class, null where there is
    nothing.
    """
    path = field_of("replaceable.annotations")
    return _shown(endpoint, lambda _, value: put(value, path, None) if get(value, path) is MISSING else value)


@fault(*STATE)
def unknown_field_answered(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. The ORM's own fields are serialised with the rest."""
    return _shown(endpoint, lambda _, value: {**value, "_id": 1})


@fault(*STATE, *SCHEMA)
def version_answered_as_number(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer has the documented types. The version is a number in the database, and is sent as one."""
    return _shown(endpoint, lambda _, value: put(value, VERSION, int(value["metadata"]["resourceVersion"])))


@fault(*STATE, *SCHEMA)
def numbers_answered_as_texts(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer has the documented types. 64-bit numbers are texts in protobuf's JSON."""
    large = (GENERATION, field_of("replaceable.active-deadline-seconds"))

    def told(_: Moment, value: Object) -> Object:
        for path in large:
            number = get(value, path)
            value = put(value, path, str(number)) if isinstance(number, int) else value
        return value

    return _shown(endpoint, told)


@fault(*STATE)
def lists_answered_backwards(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Rows of a child table come without an order."""
    return _shown(endpoint, lambda _, value: {**value, "spec": _backwards(value.get("spec"))})


@fault(*STATE)
def images_masked(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. Addresses in answers are masked, as in the vendor's own examples."""
    return _shown(endpoint, lambda _, value: {**value, "spec": _masked(value.get("spec"))})


def _backwards(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _backwards(item) for key, item in value.items()}
    return [_backwards(item) for item in reversed(value)] if isinstance(value, list) else value


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "***" if key == "image" else _masked(item) for key, item in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value


@fault(*STATE)
def texts_under_secret_names_masked(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. A gateway masks what stands under a key that speaks of a secret."""

    def masked(_: Moment, value: Any) -> Any:
        for path in (LABELS, ANNOTATIONS):
            if isinstance(texts := get(value, path), dict):
                value = put(value, path, {key: "***" if SECRET.search(key) else text for key, text in texts.items()})
        return value

    return _shown(endpoint, masked)
