"""Conformant endpoints as they are met behind gateways, policies and other APIs' habits, as behaviours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource
from contracts.reference.status_error import Refusal

QUEUE = "kueue.x-k8s.io/queue-name"
REGISTRY = "registry.example.com/"
ANONYMOUS = "system:anonymous"
PODS = "spec.pytorchReplicaSpecs"


def denied(said: str) -> Refusal:
    return Refusal(403, "Forbidden", f'admission webhook "policy.example.com" denied the request: {said}')


def queued(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """An admission webhook refuses objects without their queue, and every change of it."""
    steps = conformant(resource, options)

    def validate(stored: Any, new: Any) -> None:
        queue = paths.get(new, ("metadata", "labels", QUEUE))
        if stored is None and queue is paths.MISSING:
            raise denied(f"label {QUEUE} is required")
        if stored is not None and queue != paths.get(stored, ("metadata", "labels", QUEUE)):
            raise denied(f"metadata.labels[{QUEUE}]: field is immutable")
        steps.validate(stored, new)

    return replace(steps, validate=validate)


def guarded(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """A policy takes images of one registry alone, and only with a node selector."""
    steps = conformant(resource, options)

    def validate(stored: Any, new: Any) -> None:
        for path, item in paths.walk(paths.get(new, paths.parse(PODS))) if stored is None else ():
            if path[-1] == "image" and not item.startswith(REGISTRY):
                raise denied(f"image {item} is not from {REGISTRY}")
            if path[-2:] == ("template", "spec") and "nodeSelector" not in item:
                raise denied("template.spec.nodeSelector must be set")
        steps.validate(stored, new)

    return replace(steps, validate=validate)


def tenanted(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """A gateway wants a header and a query parameter with every request."""
    steps = conformant(resource, options)

    def authenticate(request: Request) -> str:
        if request.headers.get("x-project-id") != "project-0123456789":
            raise Refusal(400, "BadRequest", "the header X-Project-Id is missing or unknown")
        if request.query.get("tenant") != "t1":
            raise Refusal(400, "BadRequest", "the query parameter tenant is missing or unknown")
        return steps.authenticate(request)

    return replace(steps, authenticate=authenticate)


def anonymous(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Who shows no credential, or one of another scheme, is an anonymous user, who may do nothing."""
    steps = conformant(resource, options)

    def authenticate(request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        return steps.authenticate(request) if scheme.lower() == "bearer" and token else ANONYMOUS

    def authorize(user: str, verb: str, route: Route) -> None:
        if user == ANONYMOUS:
            raise Refusal(403, "Forbidden", f'User "{ANONYMOUS}" cannot {verb} anything')
        steps.authorize(user, verb, route)

    return replace(steps, authenticate=authenticate, authorize=authorize)


def any_scheme(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """The valid token is taken in whatever scheme, or without one."""
    steps = conformant(resource, options)

    def authenticate(request: Request) -> str:
        token = request.headers.get("authorization", "").strip().rpartition(" ")[2]
        headers = {**request.headers, "authorization": f"Bearer {token}"}
        return steps.authenticate(replace(request, headers=headers))

    return replace(steps, authenticate=authenticate)


def forbidding(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Wrong: a token that nobody knows is answered with 403."""
    steps = conformant(resource, options)

    def authenticate(request: Request) -> str:
        try:
            return steps.authenticate(request)
        except Refusal:
            raise Refusal(403, "Forbidden", "no") from None

    return replace(steps, authenticate=authenticate)


def _telling(resource: Resource, options: ReferenceOptions, media_type: str, make: Any) -> Behaviour:
    def answer(_request: Request, response: Response) -> Response:
        if response.status < 400:
            return response
        return replace(response, value=make(response), content_type=media_type)

    return replace(conformant(resource, options), answer=answer)


def vendor_errors(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Errors are the vendor gateway's."""
    return _telling(
        *(resource, options, "application/json"),
        lambda one: {"error_code": "ModelArts.0001", "error_msg": one.value["message"]},
    )


def problem_details(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Errors are problem details (RFC 9457)."""
    return _telling(
        *(resource, options, "application/problem+json"),
        lambda one: {"title": one.value["message"], "status": one.status},
    )


def other_code(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Wrong: errors show the code that the gateway would have liked."""
    return _telling(*(resource, options, "application/json"), lambda _: {"error": {"code": 500, "message": "no"}})


def without_generation(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """No object has metadata.generation."""
    path = ("metadata", "generation")
    return replace(conformant(resource, options), persist=lambda _stored, new: paths.remove(new, path))


def generation_as_text(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Wrong: generation is shown as a text."""

    def answer(_request: Request, response: Response) -> Response:
        generation = paths.get(response.value, ("metadata", "generation"))
        if not isinstance(generation, int):
            return response
        return replace(response, value=paths.put(response.value, ("metadata", "generation"), str(generation)))

    return replace(conformant(resource, options), answer=answer)


def strict_syntax(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Stricter than Kubernetes: keys and values in small letters, digits and dashes alone."""
    steps = conformant(resource, options)

    def validate(stored: Any, new: Any) -> None:
        for name in ("labels", "annotations"):
            for pair in (new["metadata"].get(name) or {}).items():
                if any(not isinstance(one, str) or one != one.lower() or len(one) > 40 for one in pair):
                    raise Refusal(422, "Invalid", f"metadata.{name}: {pair[0]}: small letters, 40 at most")
        steps.validate(stored, new)

    return replace(steps, validate=validate)


def loose_syntax(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Looser than Kubernetes: whatever texts stand in labels and annotations are taken."""
    steps = conformant(resource, options)

    def validate(stored: Any, new: Any) -> None:
        maps = [value for key, value in new["metadata"].items() if key in ("labels", "annotations")]
        texts = all(isinstance(item, str) for one in maps if isinstance(one, dict) for item in one.values())
        spared = [("metadata", "labels"), ("metadata", "annotations")] if texts else []
        steps.validate(stored, paths.without(new, spared))

    return replace(steps, validate=validate)


def not_modified(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Wrong: a replacement that changes nothing is answered with 304."""
    steps, versions = conformant(resource, options), dict[str, str]()

    def answer(request: Request, response: Response) -> Response:
        version = paths.get(response.value, ("metadata", "resourceVersion"))
        known, versions[request.path] = versions.get(request.path), version
        if request.method == "PUT" and response.status == 200 and known == version:
            return replace(response, status=304, body=b"", content_type="")
        return response

    return replace(steps, answer=answer)


def limited(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """A quota of two objects."""
    steps, there = conformant(resource, options), set[str]()

    def validate(stored: Any, new: Any) -> None:
        if stored is None and len(there) >= 2:
            raise Refusal(403, "Forbidden", "exceeded quota: jobs, requested: count=1, used: count=2, limited: count=2")
        steps.validate(stored, new)

    def answer(request: Request, response: Response) -> Response:
        if response.status == 201:
            there.add(response.value["metadata"]["name"])
        if request.method == "DELETE" and response.status == 200:
            there.discard(request.path.rpartition("/")[2])
        return response

    return replace(steps, validate=validate, answer=answer)


def takes_generate_name(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """metadata.generateName is stored, as no API server refuses it by itself."""
    steps, path = conformant(resource, options), ("metadata", "generateName")

    def without(value: Any) -> Any:
        return paths.remove(value, path)

    return replace(
        steps,
        check_immutable=lambda stored, new: steps.check_immutable(without(stored), without(new)),
        merge=lambda stored, sent: paths.put(steps.merge(stored, sent), path, paths.get(sent, path)),
    )


def takes_null_templates(resource: Resource, options: ReferenceOptions) -> Behaviour:
    """Wrong: whatever stands below the pod templates is stored."""
    steps = conformant(resource, options)
    template = [(*paths.parse(PODS), kind, "template") for kind in ("Master", "Worker")]

    return replace(
        steps,
        validate=lambda _stored, _new: None,
        check_immutable=lambda stored, new: steps.check_immutable(
            paths.without(stored, template), paths.without(new, template)
        ),
    )
