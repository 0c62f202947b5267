"""Errors in other bodies than a Status of the API conventions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.reference.conditions.condition import Parts, condition
from contracts.reference.http_request import JSON, Request, Response

Shape = Callable[[int, dict[str, Any]], Any]
BODIES = ("response.error-body", "response.content-type")


def _shaped(parts: Parts, shape: Shape, content_type: str = JSON) -> Parts:
    """The parts of an endpoint whose errors are `shape(status, Status body)`."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        if response.status < 400 or response.body is not None or not isinstance(response.value, dict):
            return response
        value = shape(response.status, response.value)
        return replace(response, value=value, content_type=content_type)

    return replace(parts, serve=serve)


@condition(hides=BODIES)
def errors_vendor(parts: Parts) -> Parts:
    """Errors are the vendor gateway's: error_code and error_msg."""
    return _shaped(
        parts, lambda status, told: {"error_code": f"CCI.01.{status}001", "error_msg": told.get("message", "")}
    )


@condition(hides=BODIES)
def errors_problem(parts: Parts) -> Parts:
    """Errors are problem details (RFC 9457)."""

    def shape(status: int, told: dict[str, Any]) -> dict[str, Any]:
        title = told.get("reason") or "Error"
        return {"type": "about:blank", "title": title, "status": status, "detail": told.get("message", "")}

    return _shaped(parts, shape, "application/problem+json")


@condition(hides=BODIES)
def errors_envelope(parts: Parts) -> Parts:
    """Errors stand below "error", with code and message."""
    return _shaped(parts, lambda status, told: {"error": {"code": status, "message": told.get("message", "")}})


@condition(hides=BODIES)
def errors_nested(parts: Parts) -> Parts:
    """The Status of an error stands below "error"."""
    return _shaped(parts, lambda _, told: {"error": told})


@condition(hides=BODIES)
def errors_detail(parts: Parts) -> Parts:
    """Errors are a web framework's: one text, "detail"."""
    return _shaped(parts, lambda _, told: {"detail": told.get("message", "")})


@condition(hides=BODIES)
def errors_list(parts: Parts) -> Parts:
    """Errors are a list of items with title and detail below "errors" (JSON:API)."""

    def shape(status: int, told: dict[str, Any]) -> dict[str, Any]:
        return {"errors": [{"status": str(status), "title": told.get("reason", ""), "detail": told.get("message", "")}]}

    return _shaped(parts, shape, "application/vnd.api+json")


@condition(hides=BODIES)
def other_reason(parts: Parts) -> Parts:
    """A Status has the right code, and a reason of the vendor's own."""
    return _shaped(parts, lambda _, told: {**told, "reason": "OperationNotAllowed"} if "reason" in told else told)


@condition(hides=BODIES)
def request_id(parts: Parts) -> Parts:
    """Every answer carries the id of its request in a header, a Status in its body as well."""
    count = [0]

    def serve(request: Request) -> Response:
        count[0] += 1
        number = f"req-{count[0]:08}"
        response = parts.serve(request)
        headers = {**response.headers, "x-request-id": number}
        told = response.status >= 400 and isinstance(response.value, dict)
        return replace(
            response, headers=headers, value={**response.value, "requestId": number} if told else response.value
        )

    return replace(parts, serve=serve)
