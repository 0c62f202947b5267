"""How faults are made: an endpoint's memory of the request it is answering, and steps that use it.

A conformant step sees only its own arguments. A fault often has to know more: the request, what was stored and sent,
which refusal it swallowed. The first step that sees a request starts a new `Moment`, which the later steps share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.jsonvalue.paths import Path
from contracts.reference.behaviour import Behaviour
from contracts.reference.checks import FULL_USER
from contracts.reference.encoding import DecodingError, parse_json
from contracts.reference.http_request import Request, Response, Route
from contracts.reference.immutability import check_refusing, merge_as_sent, replaceable_paths
from contracts.reference.options import Immutability
from contracts.reference.resource import Object
from contracts.reference.status_error import Refusal
from contracts.spec.fields import GENERATION
from contracts.spec.load import load_contract
from tests.faults.catalogue import Endpoint
from tests.faults.support.changes import Change, changes, made, put, undone

NO_REQUEST = Request("", "")


@dataclass
class Moment:
    """What a faulty endpoint remembers of the request that it is answering."""

    request: Request = NO_REQUEST
    stored: Object = field(default_factory=dict)
    sent: Object = field(default_factory=dict)
    asked: Object = field(default_factory=dict)
    altered: Object = field(default_factory=dict)
    leaks: tuple[Change, ...] = ()
    refused: Refusal | None = None

    def begin(self, request: Request) -> None:
        """Forgets everything for the next request."""
        self.__dict__.update(Moment(request).__dict__)

    @property
    def writes(self) -> bool:
        """Whether the request is a replacement, the operation that the contract is about."""
        return self.request.is_judged

    @property
    def raw(self) -> Any:
        """The body's JSON value as it was sent, nothing pruned; an empty object for what is none."""
        try:
            return parse_json(self.request.body)
        except DecodingError:
            return {}

    def changed(self, path: Path) -> bool:
        """Whether something at or below a path is asked for otherwise than it is stored."""
        return any(change.path[: len(path)] == path for change in changes(self.stored, self.asked))


Admit = Callable[[Moment, Change], bool]
Alter = Callable[[Moment, Object], Object]


def watched(steps: Behaviour) -> tuple[Behaviour, Moment]:
    """The same steps and the memory that they keep."""
    moment = Moment()

    def authenticate(request: Request) -> str:
        moment.begin(request)
        return steps.authenticate(request)

    def merge(stored: Object, sent: Object) -> Object:
        moment.stored, moment.sent = stored, sent
        moment.asked = merge_as_sent(stored, sent)
        return steps.merge(stored, sent)

    return replace(steps, authenticate=authenticate, merge=merge), moment


def leaking(endpoint: Endpoint, admits: Admit) -> Behaviour:
    """Steps that store the immutable changes which `admits` lets pass, whatever they do about all others."""
    steps, moment = watched(endpoint.steps)
    replaceable = field_paths(endpoint)

    def merge(stored: Object, sent: Object) -> Object:
        asked = merge_as_sent(stored, sent)
        immutable = [one for one in changes(stored, asked) if len(one.path) > 1 and not _within(one.path, replaceable)]
        moment.stored, moment.sent, moment.asked = stored, sent, asked
        moment.leaks = tuple(one for one in immutable if moment.writes and admits(moment, one))
        return endpoint.steps.merge(stored, undone(asked, moment.leaks))

    return altering_moment(replace(steps, merge=merge), moment, lambda now, new: made(new, now.leaks))


def leaks_when(endpoint: Endpoint, condition: Callable[[Moment], bool]) -> Behaviour:
    """As `leaking`, of all changes of what is desired in a request for which the condition holds."""
    return leaking(endpoint, lambda moment, change: change.path[0] in endpoint.resource.desired and condition(moment))


def altering(endpoint: Endpoint, alter: Alter) -> Behaviour:
    """Steps that store `alter(moment, new)` where a replacement should have stored `new`; generation follows it."""
    return altering_moment(*watched(endpoint.steps), alter)


def altering_moment(steps: Behaviour, moment: Moment, alter: Alter) -> Behaviour:
    """As `altering`, for steps that are watched already."""

    def next_generation(stored: Object, new: Object) -> int:
        moment.altered = alter(moment, new) if moment.writes else new
        return steps.next_generation(stored, moment.altered)

    def persist(stored: Object | None, new: Object) -> Object:
        if stored is None:
            return steps.persist(stored, new)
        metadata = {**moment.altered["metadata"], "generation": new["metadata"]["generation"]}
        return steps.persist(stored, {**moment.altered, "metadata": metadata})

    return replace(steps, next_generation=next_generation, persist=persist)


def storing(endpoint: Endpoint, alter: Alter) -> Behaviour:
    """As `altering`, but behind the counting of generation, which can be stored otherwise too."""
    steps, moment = watched(endpoint.steps)

    def persist(stored: Object | None, new: Object) -> Object:
        kept = steps.persist(stored, new)
        return kept if stored is None or not moment.writes else alter(moment, kept)

    return replace(steps, persist=persist)


def answering(endpoint: Endpoint, tell: Callable[[Moment, Response], Response]) -> Behaviour:
    """Steps that answer replacements with `tell(moment, response)`."""
    steps, moment = watched(endpoint.steps)

    def answer(request: Request, response: Response) -> Response:
        response = steps.answer(request, response)
        return tell(moment, response) if request.is_judged else response

    return replace(steps, answer=answer)


def turning_away(endpoint: Endpoint, refusal: Callable[[Request], Refusal | None]) -> Behaviour:
    """Steps that refuse the replacements for which `refusal` gives one."""
    steps = endpoint.steps

    def check_accept(request: Request) -> None:
        if request.is_judged and (refused := refusal(request)):
            raise refused
        steps.check_accept(request)

    return replace(steps, check_accept=check_accept)


def decoding(endpoint: Endpoint, read: Callable[[bytes], bytes]) -> Endpoint:
    """The endpoint, taking bodies for what `read` makes of them."""
    steps = endpoint.steps

    def decode(body: bytes, media_type: str, strict: bool) -> Object:
        return steps.decode(read(body), media_type, strict)

    return replace(endpoint, steps=replace(steps, decode=decode))


def belated(endpoint: Endpoint, *names: str, alter: Alter | None = None, counted: bool = True) -> Behaviour:
    """Steps that refuse as ever in the answer, but only after the write; `alter` says what was written by then.

    `names`: the steps whose refusals come too late; `counted`: generation counts what was really written.
    """
    steps, moment = watched(endpoint.steps)
    late: dict[str, Any] = {name: _noting(moment, getattr(steps, name)) for name in names}

    def persist(stored: Object | None, new: Object) -> Object:
        if stored is None or alter is None or moment.refused is None:
            return steps.persist(stored, new)
        altered = alter(moment, new)
        if counted:
            altered = put(altered, GENERATION, steps.next_generation(stored, altered))
        return steps.persist(stored, altered)

    def answer(request: Request, response: Response) -> Response:
        if moment.refused is not None and request.is_judged:
            told = steps.tell(moment.refused)
            response = Response(told.code, told.body())
        return steps.answer(request, response)

    return replace(steps, answer=answer, persist=persist, **late)


def refusing(endpoint: Endpoint) -> Endpoint:
    """The endpoint itself, or, where it ignores immutable changes, one that refuses them with 403."""
    if endpoint.options.immutability is not Immutability.IGNORE:
        return endpoint
    paths = replaceable_paths(endpoint.resource, endpoint.options.lenient_metadata)
    check = check_refusing(endpoint.resource, Immutability.REFUSE_403, paths)
    return replace(endpoint, steps=replace(endpoint.steps, merge=merge_as_sent, check_immutable=check))


def unchecked(endpoint: Endpoint, *spared: str) -> Endpoint:
    """The endpoint without the check that dotted fields of the sent object agree with the URL and the resource.

    What the later steps see of these fields is proper; the client's values are only in the body as it was sent.
    """
    steps, resource = endpoint.steps, endpoint.resource

    def check(sent: Object, route: Route) -> None:
        if route.name is not None:
            proper = {
                "metadata.name": route.name,
                "metadata.namespace": route.namespace,
                "apiVersion": resource.api_version,
                "kind": resource.kind,
            }
            for path in spared:
                sent.update(put(sent, tuple(path.split(".")), proper[path]))
        steps.check_identity(sent, route)

    return replace(endpoint, steps=replace(steps, check_identity=check))


def field_paths(endpoint: Endpoint) -> tuple[Path, ...]:
    """The paths of the replaceable fields."""
    return tuple(tuple(path.split(".")) for path in endpoint.resource.replaceable)


def field_of(requirement: str) -> Path:
    """The path of the field that a requirement of the catalogue is about; raises `KeyError` for an unknown one."""
    return tuple(load_contract().requirements[requirement].fields[0].split("."))


def depth(path: Path) -> int:
    """How deep a field lies below spec, or below metadata: its own fields are at 1."""
    return len(path) - 1


def _within(path: Path, fields: tuple[Path, ...]) -> bool:
    return any(path[: len(one)] == one for one in fields)


def _noting(moment: Moment, step: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        try:
            return step(*arguments)
        except Refusal as refused:
            known = arguments[0] if isinstance(arguments[0], Request) else moment.request
            if not known.is_judged:
                raise
            moment.refused = moment.refused or refused
            return FULL_USER

    return noted
