"""Policies that refuse: quota, images, node selectors, keys of other controllers, creation as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.reference.conditions.condition import Parts, condition, is_editor
from contracts.reference.conditions.webhooks import LABELS, written
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.resource import Object
from contracts.reference.status_error import Cause, Refusal, forbidden, invalid

QUOTA: Final = 2
QUEUE: Final = "kueue.x-k8s.io/queue-name"
TEAM: Final = "example.com/team"
# What looks like an attack, and characters of four bytes, also where they are escaped.
SIGNATURES: Final = re.compile(
    r"<\s*/?(script|img|svg|iframe)|\.\./|\$\{jndi:|union\s+select|[\U00010000-\U0010ffff]|\\ud[89ab]", re.IGNORECASE
)
ALLOWED_REGISTRY: Final = "registry.example.com/"

# Stored (None on creation) and new; raises `Refusal`.
Check = Callable[[Object | None, Object], None]


def _checking(parts: Parts, check: Check) -> Parts:
    """The parts of an endpoint that makes one more check, after validation."""
    steps = parts.steps

    def validate(stored: Object | None, new: Object) -> None:
        steps.validate(stored, new)
        check(stored, new)

    return replace(parts, steps=replace(steps, validate=validate))


def _denied(webhook: str, why: str) -> Refusal:
    """How an API server tells of a webhook that has denied a request."""
    return Refusal(403, "Forbidden", f'admission webhook "{webhook}" denied the request: {why}')


@condition()
def quota_2(parts: Parts) -> Parts:
    """A quota allows two objects in the namespace; creating a third is 403, exceeded quota."""

    def check(stored: Object | None, new: Object) -> None:
        namespace, name = new["metadata"].get("namespace", ""), new["metadata"]["name"]
        used = len(parts.store.items(namespace))
        if stored is None and used >= QUOTA and parts.store.get(Route(namespace, name)) is None:
            count = f"count/{parts.resource.subject(None)}"
            limits = f"requested: {count}=1, used: {count}={used}, limited: {count}={QUOTA}"
            raise forbidden(parts.resource, name, f"exceeded quota: objects, {limits}")

    return _checking(parts, check)


@condition(run_with=(f"--image={ALLOWED_REGISTRY}pytorch:v1",))
def image_policy(parts: Parts) -> Parts:
    """A policy refuses creation with images of unknown registries with 403, and names the image."""

    def check(stored: Object | None, new: Object) -> None:
        for path, value in paths.walk(new):
            if stored is None and path[-1:] == ("image",) and not str(value).startswith(ALLOWED_REGISTRY):
                raise _denied("images.example.com", f"image {value} is not from an allowed registry")

    return _checking(parts, check)


@condition()
def node_selector(parts: Parts) -> Parts:
    """A policy refuses creation without a node selector in each pod template with 422."""

    def check(stored: Object | None, new: Object) -> None:
        templates = [path for path, _ in paths.walk(new) if path[-1:] == ("template",)]
        lacking = [path for path in templates if paths.get(new, (*path, "spec", "nodeSelector")) in (MISSING, {}, None)]
        if stored is None and lacking:
            field = paths.render((*lacking[0], "spec", "nodeSelector"))
            cause = Cause("FieldValueRequired", "Required value: a node pool must be chosen", field)
            raise invalid(parts.resource.group, parts.resource.kind, new["metadata"]["name"], (cause,))

    return _checking(parts, check)


@condition(run_with=(f"--labels={TEAM}=ml", f"--keep=metadata.labels[{TEAM}]"))
def required_label(parts: Parts) -> Parts:
    """A policy refuses every object without the label of a team with 403."""

    def check(_: Object | None, new: Object) -> None:
        if paths.get(new, (*LABELS, TEAM)) in (MISSING, None, ""):
            raise _denied("labels.example.com", f"label {TEAM} is required")

    return _checking(parts, check)


@condition()
def create_forbidden(parts: Parts) -> Parts:
    """Creating and listing are forbidden with 403; what is there can be read and replaced."""
    steps = parts.steps

    def authorize(user: str, verb: str, route: Route) -> None:
        steps.authorize(user, verb, route)
        if verb in ("create", "list"):
            what = f'resource "{parts.resource.plural}" in API group "{parts.resource.group}"'
            raise forbidden(parts.resource, route.name, f'User "{user}" cannot {verb} {what}')

    return replace(parts, steps=replace(steps, authorize=authorize))


@condition(run_with=(f"--keep=metadata.labels[{QUEUE}]",))
def queue_label(parts: Parts) -> Parts:
    """A queueing webhook adds its label on creation, and refuses every later change of it with 403."""
    path = (*LABELS, QUEUE)

    def check(stored: Object | None, new: Object) -> None:
        if stored is not None and not paths.same(paths.get(stored, path), paths.get(new, path)):
            raise _denied("queue.example.com", f"metadata.labels[{QUEUE}]: Invalid value: field is immutable")

    steps = parts.steps

    def persist(stored: Object | None, new: Object) -> Object:
        lacking = stored is None and not isinstance(paths.get(new, path), str)
        return steps.persist(stored, written(new, path, "default") if lacking else new)

    return _checking(replace(parts, steps=replace(steps, persist=persist)), check)


@condition()
def invalid_403(parts: Parts) -> Parts:
    """An admission policy answers a replacement without spec with 403, whose reason is Invalid."""
    steps = parts.steps

    def validate(stored: Object | None, new: Object) -> None:
        if stored is not None and parts.resource.has_spec and not isinstance(new.get("spec"), dict):
            raise Refusal(403, "Invalid", "ValidatingAdmissionPolicy 'spec' denied request: spec is required")
        steps.validate(stored, new)

    return replace(parts, steps=replace(steps, validate=validate))


def _keys_checked(parts: Parts, unwanted: Callable[[str], bool]) -> Parts:
    def check(stored: Object | None, new: Object) -> None:
        for field in ("labels", "annotations"):
            for key in new["metadata"].get(field, {}) if stored is not None else ():
                if unwanted(key):
                    cause = Cause("FieldValueInvalid", f'Invalid value: "{key}": not a usual key', f"metadata.{field}")
                    raise invalid(parts.resource.group, parts.resource.kind, new["metadata"]["name"], (cause,))

    return _checking(parts, check)


@condition(may_fail="replaceable.invalid-refused")
def strict_keys(parts: Parts) -> Parts:
    """Keys of labels and annotations may not hold capitals, nor more than 100 characters."""
    return _keys_checked(parts, lambda key: key != key.lower() or len(key) > 100)


@condition(may_fail="replaceable.invalid-refused")
def loose_keys(parts: Parts) -> Parts:
    """Keys of labels and annotations are not checked at all."""
    steps = parts.steps

    def validate(stored: Object | None, new: Object) -> None:
        metadata = {**new["metadata"]}
        for field in ("labels", "annotations"):
            if field in metadata:
                metadata[field] = {f"key-{index}": value for index, value in enumerate(metadata[field].values())}
        steps.validate(stored, {**new, "metadata": metadata})

    return replace(parts, steps=replace(steps, validate=validate))


@condition(may_fail="replaceable.invalid-refused")
def firewall(parts: Parts) -> Parts:
    """A firewall refuses bodies that look like an attack to it, or hold characters of four bytes, with 403 and JSON."""
    body = {"error_code": "WAF.0403", "error_msg": "blocked by a rule: suspicious characters in the body"}

    def serve(request: Request) -> Response:
        # It reads text alone, and leaves broken bytes to the endpoint.
        text = request.body.decode(errors="replace")
        suspicious = "\ufffd" not in text and SIGNATURES.search(text) and is_editor(parts, request)
        return Response(403, body) if suspicious else parts.serve(request)

    return replace(parts, serve=serve)
