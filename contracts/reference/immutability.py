"""Immutability: changes outside the replaceable fields are refused or ignored (the page, section Function)."""

from collections.abc import Callable, Iterable, Sequence

from contracts.jsonvalue import paths as jsonpaths
from contracts.reference.encoding import canonical
from contracts.reference.options import Immutability
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Cause, Refusal, bad_request, forbidden, invalid

CLIENT_METADATA = ("name", "namespace", "labels", "annotations", "finalizers", "ownerReferences")
DELETION = ("deletionTimestamp", "deletionGracePeriodSeconds")
CONVENTION = ("metadata.finalizers", "metadata.ownerReferences")


def replaceable_paths(resource: Resource, lenient_metadata: bool) -> tuple[str, ...]:
    """Dotted paths of what a replacement may change."""
    return resource.replaceable + (CONVENTION if lenient_metadata else ())


def merge_as_sent(stored: Object, sent: Object, client_metadata: Sequence[str] = CLIENT_METADATA) -> Object:
    """The object that a replacement asks for: as it was sent, with what only the server writes as it is stored.

    That is the status (a subresource, Kubernetes API conventions: spec and status), and in metadata all but what
    a client may write.
    """
    old, asked = stored["metadata"], sent["metadata"]
    metadata = {key: value for key, value in old.items() if key not in client_metadata}
    metadata |= {key: asked[key] for key in client_metadata if key in asked}
    if "namespace" in old:
        metadata["namespace"] = old["namespace"]
    metadata["uid"] = asked.get("uid", old["uid"])
    if DELETION[0] not in old:
        metadata |= {key: asked[key] for key in DELETION if key in asked}
    new = {**sent, "metadata": metadata}
    new.pop("status", None)
    return {**new, "status": stored["status"]} if "status" in stored else new


def client_metadata(resource: Resource) -> tuple[str, ...]:
    """What in metadata a client may write: of any object, and what can be replaced."""
    listed = (path.removeprefix("metadata.") for path in resource.replaceable if path.startswith("metadata."))
    return (*CLIENT_METADATA, *(name for name in listed if name not in CLIENT_METADATA and "." not in name))


def merge_ignoring(resource: Resource, paths: tuple[str, ...]) -> Callable[[Object, Object], Object]:
    """A merge that takes nothing but `paths` from what was sent; a spec that is none still shows, to be refused."""

    def merge(stored: Object, sent: Object) -> Object:
        if resource.has_spec and not isinstance(sent.get("spec"), dict):
            return merge_as_sent(stored, sent)
        return {**with_fields(stored, sent, _open_paths(stored, paths)), "kind": sent["kind"]}

    return merge


def check_refusing(resource: Resource, mode: Immutability, paths: tuple[str, ...]) -> Callable[[Object, Object], None]:
    """A check that raises `Refusal` (403, 400 or 422, as `mode` says) when anything but `paths` changes."""
    hidden = (*paths, *resource.server_owned, "metadata.resourceVersion")
    names = [path.rpartition(".")[2] for path in resource.replaceable]
    message = f"only {', '.join(names[:-1])} and {names[-1]} can be replaced"

    def check(stored: Object, new: Object) -> None:
        open_paths = _open_paths(stored, hidden)
        if canonical(without(stored, open_paths)) != canonical(without(new, open_paths)):
            raise _refusal(resource, mode, stored["metadata"]["name"], message)

    return check


def without(value: Object, dotted: Iterable[str]) -> Object:
    """A copy of an object without the fields at dotted paths."""
    found: Object = jsonpaths.without(value, map(jsonpaths.parse, dotted))
    return found


def with_fields(base: Object, source: Object, dotted: Iterable[str]) -> Object:
    """A copy of `base` whose fields at dotted paths are those of `source`, absent where they are absent there."""
    for path in map(jsonpaths.parse, dotted):
        base = jsonpaths.put(base, path, jsonpaths.get(source, path))
    return base


def _open_paths(stored: Object, paths: tuple[str, ...]) -> tuple[str, ...]:
    """`paths`, and the finalizers of an object that waits for them: it could never be deleted otherwise."""
    return (*paths, CONVENTION[0]) if DELETION[0] in stored["metadata"] else paths


def _refusal(resource: Resource, mode: Immutability, name: str, message: str) -> Refusal:
    if mode is Immutability.REFUSE_400:
        return bad_request(f'{resource.kind} "{name}": {message}')
    if mode is Immutability.REFUSE_422:
        cause = Cause("FieldValueInvalid", f"Invalid value: {message}", "<nil>")
        return invalid(resource.group, resource.kind, name, (cause,))
    return forbidden(resource, name, message, (Cause("", message, ""),))
