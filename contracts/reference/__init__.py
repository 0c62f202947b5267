"""A conformant endpoint of the documented resource: the suite's default target, and what its own tests run against."""

from contracts.reference.behaviour import Behaviour, Response, conformant
from contracts.reference.http_request import Request, Route
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.server import ReferenceEndpoint, serve_forever
from contracts.reference.status_error import Refusal

__all__ = [
    "Behaviour",
    "Immutability",
    "ReferenceEndpoint",
    "ReferenceOptions",
    "Refusal",
    "Request",
    "Resource",
    "Response",
    "Route",
    "conformant",
    "serve_forever",
]
