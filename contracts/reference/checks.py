"""Checks of a request: credentials, permissions, media types and options; identity, uid and version of what is sent.

Source of the last three: Kubernetes API conventions, concurrency control. Each raises `Refusal`.
"""

import hmac
import re

from contracts.reference import status_error
from contracts.reference.http_request import JSON, MERGE_PATCH, Request, Route
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Object, Resource
from contracts.reference.status_error import Cause, Refusal, unsupported_media_type

FULL_USER = "editor"
READING_USER = "viewer"
_OPTIONS = {"dryRun": ("", "All"), "fieldValidation": ("", "Ignore", "Warn", "Strict")}


def authenticate(options: ReferenceOptions, request: Request) -> str:
    """The user whose credential a request carries; 401.

    A token decides where there is one (Authorization before X-Auth-Token), else a client certificate that the
    TLS handshake has accepted.
    """
    token = request.headers.get("x-auth-token")
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.strip().partition(" ")
        token = token if scheme.lower() == "bearer" else ""
    if token is None:
        if request.client_certificate:
            return FULL_USER
        raise status_error.unauthorized()
    for user, known in ((FULL_USER, options.token), (READING_USER, options.denied_token)):
        if hmac.compare_digest(token.encode(), known.encode()):
            return user
    raise status_error.unauthorized()


def find_route(resource: Resource, path: str) -> Route:
    """The route of a path; raises `Refusal` (404) for a path that the endpoint does not serve."""
    template = map(re.escape, resource.collection_path.strip("/").split("{namespace}"))
    found = re.fullmatch(f"{'([^/]+)'.join(template)}(?:/([^/]*))?", path.strip("/"))
    if found is None:
        raise Refusal(404, "NotFound", "the server could not find the requested resource", {})
    name = found[found.re.groups]
    return Route(found[1] if resource.namespaced else "", name)


def authorize(options: ReferenceOptions, resource: Resource, user: str, verb: str, route: Route) -> None:
    """403 when `user` may not `verb` there: roles are bound in one namespace only, or, without any, in the cluster."""
    bound = options.namespace if resource.namespaced else ""
    if route.namespace == bound and (user == FULL_USER or verb in ("get", "list")):
        return
    where = f'in the namespace "{route.namespace}"' if resource.namespaced else "at the cluster scope"
    what = f'resource "{resource.plural}" in API group "{resource.group}" {where}'
    raise status_error.forbidden(resource, route.name, f'User "{user}" cannot {verb} {what}')


def check_accept(request: Request) -> None:
    """406 when the client does not read JSON (RFC 9110, section 12.5.1)."""
    accept = request.headers.get("accept", "")
    ranges = {part.partition(";")[0].strip().lower() for part in accept.split(",")} - {""}
    if ranges and not ranges & {JSON, "application/*", "*/*"}:
        raise Refusal(406, "NotAcceptable", f"only the following media types are accepted: {JSON}")


def check_patch_type(request: Request) -> None:
    """Raises `Refusal` (415) for another patch than a JSON merge patch."""
    if request.media_type != MERGE_PATCH:
        raise unsupported_media_type(MERGE_PATCH)


def check_options(request: Request, kind: str) -> None:
    """422 for a value of dryRun or fieldValidation that the API concepts do not define."""
    for name, allowed in _OPTIONS.items():
        value = request.query.get(name, "")
        if value not in allowed:
            supported = ", ".join(f'"{option}"' for option in allowed if option)
            message = f'Unsupported value: "{value}": supported values: {supported}'
            raise status_error.invalid("meta.k8s.io", kind, "", (Cause("FieldValueNotSupported", message, name),))


def check_identity(resource: Resource, sent: Object, route: Route) -> None:
    """400 when the object is not the one on the URL, or belongs to another API version than the path."""
    version, name = sent.get("apiVersion", ""), sent["metadata"].get("name")
    if version != resource.api_version:
        wrong = f"API version in the data ({version}) does not match the expected API version ({resource.api_version})"
    elif route.name is not None and name is None:
        wrong = f"name of the object ({route.name} based on URL) was undeterminable: name must be provided"
    elif route.name not in (None, name):
        wrong = f"name of the object ({name}) does not match the name on the URL ({route.name})"
    elif sent["metadata"].get("namespace", route.namespace) != route.namespace:
        wrong = "namespace of the provided object does not match the namespace sent on the request"
    else:
        return
    raise status_error.bad_request(f"the {wrong}")


def check_uid(resource: Resource, stored: Object | None, uid: str | None, name: str) -> None:
    """409 when the request means another object of this name, one that is gone included."""
    actual = stored["metadata"]["uid"] if stored else ""
    if uid and uid != actual:
        told = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {actual}"
        raise status_error.conflict(resource, name, told)


def check_version(resource: Resource, stored: Object, sent: Object) -> None:
    """422 for a missing resourceVersion, 500 for one that is no number, 409 for one that is not the stored one."""
    version = parse_version(sent["metadata"].get("resourceVersion", ""))
    name = stored["metadata"]["name"]
    if version == 0:
        message = "Invalid value: 0: must be specified for an update"
        cause = Cause("FieldValueInvalid", message, "metadata.resourceVersion")
        raise status_error.invalid(resource.group, resource.plural, name, (cause,))
    if version != int(stored["metadata"]["resourceVersion"]):
        stale = "the object has been modified; please apply your changes to the latest version and try again"
        raise status_error.conflict(resource, name, stale)


def parse_version(text: str) -> int:
    """A resourceVersion as a number, 0 for none; 500, as recorded, for anything else."""
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 400 and int(text) < 2**64):
        raise status_error.internal_error(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    return int(text)
