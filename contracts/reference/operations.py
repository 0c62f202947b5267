"""The operations on objects: create, read, list, replace, merge-patch, delete, with Kubernetes' semantics.

Each takes a request whose user may do it and gives a response, or raises `Refusal`. The order of the steps is that
of kube-apiserver, as the recordings show it.
"""

import secrets
import uuid
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import check_options
from contracts.reference.encoding import PARSERS, canonical, ordered
from contracts.reference.http_request import JSON, Request, Response, Route
from contracts.reference.objects import format_time, read_object, read_patch
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Refusal, bad_request, conflict, internal_error, unsupported_media_type
from contracts.reference.store import Store

_CREATED_METADATA = ("name", "labels", "annotations", "finalizers", "ownerReferences", "generateName")


class Operations:
    """The operations over one store with one behaviour."""

    def __init__(self, resource: Resource, behaviour: Behaviour, store: Store) -> None:
        self._resource = resource
        self._behaviour = behaviour
        self._store = store
        self._lock: AbstractContextManager[object] = nullcontext() if behaviour.unlocked else store.lock

    def read(self, request: Request, route: Route) -> Response:  # noqa: ARG002 - one of several operations
        """The object; 404."""
        with self._lock:
            self._store.settle()
            return Response(200, self._found(route))

    def list(self, request: Request, route: Route) -> Response:  # noqa: ARG002 - one of several operations
        """All objects, of the namespace where there are any, with the version of the store."""
        with self._lock:
            self._store.settle()
            objects = [stored for _, stored in self._store.items(route.namespace)]
            metadata = {"continue": "", "resourceVersion": str(self._store.version)}
        head = {"apiVersion": self._resource.api_version, "items": objects}
        return Response(200, {**head, "kind": f"{self._resource.kind}List", "metadata": metadata})

    def create(self, request: Request, route: Route) -> Response:
        """A new object, 201; 400, 409 for a taken name, 415, 422, 500 for one that has a version already."""
        check_options(request, "CreateOptions")
        sent = self._decode(request)
        self._behaviour.check_identity(sent, Route(route.namespace, None))
        new = self._new(sent, route.namespace)
        self._behaviour.validate(None, new)
        version = sent["metadata"].get("resourceVersion", "")
        if version.isdecimal() and int(version):
            raise internal_error("resourceVersion should not be set on objects to be created")
        name = new["metadata"]["name"]
        place = Route(route.namespace, name)
        with self._lock:
            self._store.settle()
            if self._store.get(place) is not None:
                subject, details = self._resource.subject(name), self._resource.details(name)
                raise Refusal(409, "AlreadyExists", f"{subject} already exists", details)
            if request.dry_run:
                return Response(201, ordered(new))
            stored = self._store.put(place, self._behaviour.persist(None, new))
            self._store.created(place, stored)
        return Response(201, stored)

    def replace(self, request: Request, route: Route) -> Response:
        """The object as it is after it was replaced; every status that the contract knows."""
        if route.name is None:
            raise bad_request("name must be provided")
        check_options(request, "UpdateOptions")
        sent = self._decode(request)
        self._behaviour.check_identity(sent, route)
        with self._lock:
            self._store.settle()
            stored = self._store.get(route)
            self._behaviour.check_uid(stored, sent["metadata"].get("uid"), route.name)
            return Response(200, self._update(request, route, stored or self._found(route), sent))

    def patch(self, request: Request, route: Route) -> Response:
        """The object as it is after a JSON merge patch (RFC 7396); as `replace`."""
        if route.name is None:
            raise bad_request("name must be provided")
        steps = self._behaviour
        steps.check_patch_type(request)
        check_options(request, "PatchOptions")
        patch = steps.read_patch(request.body, request.strict)
        with self._lock:
            self._store.settle()
            stored = self._found(route)
            sent = read_object(self._resource, steps.apply_patch(stored, patch), request.strict)
            steps.check_identity(sent, route)
            return Response(200, self._update(request, route, stored, sent))

    def delete(self, request: Request, route: Route) -> Response:
        """A Status of Success, or the object that waits for its finalizers; 404, 409 for another uid or version."""
        name = str(route.name)
        check_options(request, "DeleteOptions")
        preconditions = self._preconditions(request)
        with self._lock:
            self._store.settle()
            stored = self._found(route)
            self._behaviour.check_uid(stored, preconditions.get("uid"), name)
            version, actual = preconditions.get("resourceVersion"), stored["metadata"]["resourceVersion"]
            if version and version != actual:
                meta = f"ResourceVersion in precondition: {version}, ResourceVersion in object meta: {actual}"
                raise conflict(self._resource, name, f"Precondition failed: {meta}")
            waiting = None if request.dry_run else self._store.delete(route)
        return Response(200, waiting or self._deleted(stored))

    def _found(self, route: Route) -> Object:
        stored = self._store.get(route)
        if stored is None:
            message = f"{self._resource.subject(route.name)} not found"
            raise Refusal(404, "NotFound", message, self._resource.details(route.name))
        return stored

    def _decode(self, request: Request) -> Object:
        if request.media_type not in PARSERS:
            raise unsupported_media_type(", ".join(PARSERS))
        return self._behaviour.decode(request.body, request.media_type, request.strict)

    def _update(self, request: Request, route: Route, stored: Object, sent: Object) -> Object:
        """Steps from the version check on; gives the object as stored, which is the old one if nothing changes."""
        steps = self._behaviour
        steps.check_version(stored, sent)
        new = steps.merge(stored, sent)
        steps.validate(stored, new)
        steps.check_immutable(stored, new)
        generation = steps.next_generation(stored, new)
        new = {**new, "metadata": {**new["metadata"], "generation": generation}}
        if request.dry_run:
            return ordered(new)  # type: ignore[no-any-return]
        new = steps.persist(stored, new)
        if canonical(new) == canonical(stored):
            return stored
        stored = self._store.put(route, new, partial(steps.next_version, stored))
        if "deletionTimestamp" in stored["metadata"]:
            self._store.delete(route)
        return stored

    def _new(self, sent: Object, namespace: str) -> Object:
        metadata = {key: sent["metadata"][key] for key in _CREATED_METADATA if key in sent["metadata"]}
        prefix = metadata.get("generateName")
        if prefix and "name" not in metadata:
            metadata["name"] = prefix + secrets.token_hex(3)
        metadata |= {"namespace": namespace} if self._resource.namespaced else {}
        metadata |= {"uid": str(uuid.uuid4()), "generation": 1}
        metadata["creationTimestamp"] = format_time(self._store.clock())
        return {**{key: value for key, value in sent.items() if key != "status"}, "metadata": metadata}

    def _preconditions(self, request: Request) -> dict[str, str]:
        if not request.body:
            return {}
        if request.media_type != JSON:
            raise unsupported_media_type(JSON)
        preconditions = read_patch(request.body, request.strict).get("preconditions") or {}
        if not isinstance(preconditions, dict):
            raise bad_request("preconditions is not an object")
        if not all(isinstance(value, str | None) for value in preconditions.values()):
            raise bad_request("a precondition is not a string")
        return preconditions

    def _deleted(self, stored: Object) -> dict[str, Any]:
        details = {**self._resource.details(stored["metadata"]["name"]), "uid": stored["metadata"]["uid"]}
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
