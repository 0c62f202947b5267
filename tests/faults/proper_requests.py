"""Proper requests refused, or answered wrongly: what a client may write as it likes, or leave to the server."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from typing import Any

import yaml

from contracts.reference.behaviour import Behaviour
from contracts.reference.http_request import Response
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal, bad_request, unsupported_media_type
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import Moment, answering, turning_away, watched

KNOWN_ACCEPT = ("", "application/json", "*/*", "application/*")


@fault("replaceable.together")
def line_end_behind_the_body_refused(endpoint: Endpoint) -> Behaviour:
    """Breaks: an allowed replacement is accepted. What comes behind the last brace is garbage, a line end too."""
    return turning_away(endpoint, lambda one: bad_request("trailing data") if one.body.endswith(b"}\n") else None)


@fault("replaceable.together", "concurrency.generation")
def order_of_members_is_a_change(endpoint: Endpoint) -> Behaviour:
    """Breaks: an allowed replacement is accepted. Replica specs are compared as the text that is stored."""
    steps, moment = watched(endpoint.steps)

    def replicas(value: Any) -> Any:
        spec = value.get("spec") if isinstance(value, dict) else None
        return spec.get("pytorchReplicaSpecs") if isinstance(spec, dict) else None

    def check_immutable(stored: Object, new: Object) -> None:
        steps.check_immutable(stored, new)
        sent, old = replicas(moment.raw), replicas(stored)
        if sent == old and json.dumps(sent) != json.dumps(old):
            raise bad_request("replica specs cannot be replaced")

    return replace(steps, check_immutable=check_immutable)


@fault("replaceable.together")
def charset_in_capitals_is_unsupported(endpoint: Endpoint) -> Behaviour:
    """Breaks: an allowed replacement is accepted. The charset is compared with utf-8 as it is written."""
    refusal = unsupported_media_type("application/json; charset=utf-8")
    return turning_away(
        endpoint, lambda one: refusal if "charset=UTF-8" in one.headers.get("content-type", "") else None
    )


@fault("replaceable.together", "status.only-documented")
def list_of_accepted_types_is_none(endpoint: Endpoint) -> Behaviour:
    """Breaks: an allowed replacement is accepted. Accept is compared as a whole; a Go client sends two types."""
    refusal = Refusal(406, "NotAcceptable", "not acceptable")
    return turning_away(endpoint, lambda one: None if one.headers.get("accept", "") in KNOWN_ACCEPT else refusal)


@fault("response.content-type")
def answered_in_the_type_of_the_request(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is application/json. Who sends YAML is answered in YAML, whatever Accept says."""

    def tell(moment: Moment, response: Response) -> Response:
        if moment.request.media_type != "application/yaml" or response.status != 200:
            return response
        return replace(response, content_type="application/yaml", body=yaml.safe_dump(response.value).encode())

    return answering(endpoint, tell)


@fault("response.is-stored-state")
def request_echoed_with_a_charset(endpoint: Endpoint) -> Behaviour:
    """Breaks: the answer is what is stored. A body with a charset is a text, which is sent back as it came."""

    def tell(moment: Moment, response: Response) -> Response:
        charset = "charset" in moment.request.headers.get("content-type", "")
        return replace(response, value=moment.raw) if charset and response.status == 200 else response

    return answering(endpoint, tell)


@fault("replaceable.together", "status.200")
def what_the_server_writes_is_demanded(endpoint: Endpoint) -> Behaviour:
    """Breaks: an allowed replacement is accepted. Fields that only the server writes are marked as mandatory."""
    steps, moment = watched(endpoint.steps)

    def check_immutable(stored: Object, new: Object) -> None:
        steps.check_immutable(stored, new)
        sent = moment.raw
        metadata = sent.get("metadata") if isinstance(sent, dict) else None
        if isinstance(metadata, dict) and "status" not in sent and not {"uid", "generation"} & set(metadata):
            raise bad_request("status, metadata.uid and metadata.generation are mandatory")

    return replace(steps, check_immutable=check_immutable)


@fault("pretty.true-is-pretty")
def pretty_ignored_for_any_type(endpoint: Endpoint) -> Behaviour:
    """Breaks: pretty=true is laid out. The layout belongs to the writer of application/json, asked for by its name."""
    steps, moment = watched(endpoint.steps)

    def wants_pretty(value: str | None, agent: str) -> bool:
        anything = moment.writes and moment.request.headers.get("accept", "*/*").startswith("*/*")
        return not anything and steps.wants_pretty(value, agent)

    return replace(steps, wants_pretty=wants_pretty)


@fault("response.content-type")
def compressed_answers_cannot_be_unpacked(endpoint: Endpoint) -> Behaviour:
    """Breaks: a body is JSON. Who takes gzip is sent what is called so, and is packed in another format, zlib's."""
    encode = endpoint.steps.encode

    def tell(moment: Moment, response: Response) -> Response:
        if "gzip" not in moment.request.headers.get("accept-encoding", ""):
            return response
        packed = zlib.compress(encode(response.value, False))
        return replace(response, body=packed, headers={**response.headers, "content-encoding": "gzip"})

    return answering(endpoint, tell)
