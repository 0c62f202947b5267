"""Clocks that do not agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from contracts.reference.conditions.condition import Parts, condition
from contracts.reference.http_request import Request, Response

AHEAD: Final = timedelta(days=3)


@condition()
def clock_ahead(parts: Parts) -> Parts:
    """The server's clock, and with it Date, is three days ahead of the client's, as where that was asleep."""
    clock = parts.store.clock
    parts.store.clock = lambda: clock() + AHEAD
    return parts


@condition()
def clock_untold(parts: Parts) -> Parts:
    """A proxy takes Date away from every answer."""

    def serve(request: Request) -> Response:
        response = parts.serve(request)
        return replace(response, headers={**response.headers, "date": ""})

    return replace(parts, serve=serve)
