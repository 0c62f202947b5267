"""Judges what Schemathesis has sent: reads back, applies every rule, and has what is found made again.

A finding about what is stored, or about an answer that was demanded, counts where it recurs when the same is sent once
more by our own client: `run/confirmation.py` tells the target's doing from that of others.
"""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

import schemathesis

from contracts.jsonvalue import strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import attribution, rules
from contracts.judge.model import Exchange, Replacement, Response
from contracts.report.finding import Finding
from contracts.resource.stored_object import Unreadable
from contracts.run.trial import Send
from contracts.schemathesis_hooks.own_object import OwnObject
from contracts.schemathesis_hooks.plan import Plan

PRETTY: Final = "pretty=true"
# Headers of a request that a repetition needs, the media type aside: none that the transport makes by itself.
REPEATED_HEADERS: Final = ("Content-Type", "Accept")


@dataclass(frozen=True)
class Verdict:
    """What one request broke; `wrongly_answered`: whether it was answered otherwise than its data demand."""

    findings: tuple[Finding, ...] = ()
    wrongly_answered: bool = False


def examined(
    own: OwnObject, plan: Plan, before: Json, response: schemathesis.Response, *, valid: bool, authorized: bool
) -> Verdict:
    """Judge one request: `before` is the object that it was made of, `valid` whether all of it is, not its body alone.

    Raises `TargetError` where the target cannot be judged any more.
    """
    exchange = _exchange(response)
    demanded = plan.refused or (plan.accepted if valid and authorized else None)
    own.job.note_write(exchange)
    try:
        found, disturbed = _first_look(own, plan, before, exchange, authorized=authorized)
    except Unreadable as error:
        own.job.make_readable(before, error.exchange)
        responses = (exchange.response, error.exchange.response)
        return Verdict(tuple(one for answer in responses for one in rules.judge_response(own.scope, answer)))
    wrong = demanded is not None and demanded.finding(exchange.response) is not None
    sure = [one for one in found if not attribution.is_about_the_store(one)]
    with own.evidence.capture() as met:
        own.examiner.note_failures()
    sure += [one.finding for one in met]
    if not authorized:  # no repetition of ours could show the same
        return Verdict((*sure, *filter(attribution.is_about_the_store, found)))
    if not (wrong or disturbed or any(map(attribution.is_about_the_store, found))):
        return Verdict(tuple(sure))
    _take_back(own, before, exchange)
    recurring, again = _repeated(own, plan, exchange)
    known = {one.key for one in recurring}
    finding = demanded.finding(again) if demanded and wrong else None
    kept = (*recurring, *(one for one in sure if one.key not in known), *([finding] if finding else ()))
    return Verdict(kept, finding is not None)


def _first_look(
    own: OwnObject, plan: Plan, before: Json, exchange: Exchange, *, authorized: bool
) -> tuple[tuple[Finding, ...], bool]:
    """What the rules say of the exchange with a read after it, and whether another writer may have come between."""
    mark, response = own.job.versions.mark(), exchange.response
    after = own.job.read()
    sent = _decoded(exchange.body)
    versions = own.job.versions
    told = {"accepted": response.accepted, "new": versions.is_new(after, mark), "ordered": versions.ordered}
    replacement = Replacement(
        before,
        sent,
        response,
        after,
        pretty="true" if urlsplit(exchange.url).query == PRETTY else None,
        mutation=plan.mutation,
        authorized=authorized,
        added=own.job.added,
        disturbed=attribution.is_disturbed(before, sent, response.value, after, **told),
    )
    return rules.judge(own.scope, replacement), replacement.disturbed


def _take_back(own: OwnObject, before: Json, exchange: Exchange) -> None:
    """Give the object back what it was, or nothing could recur; one that is gone is created anew."""
    if own.job.read() is MISSING:
        own.examiner.live()
    elif not own.job.undo(before, _decoded(exchange.body)):
        own.job.reset()


def _repeated(own: OwnObject, plan: Plan, exchange: Exchange) -> tuple[tuple[Finding, ...], Response]:
    """What is found, and answered, when the same is sent again from the object as it is then; damage is undone."""
    query = urlsplit(exchange.url).query
    headers = {name: exchange.headers[name] for name in REPEATED_HEADERS if name in exchange.headers}
    send = Send(plan.make or (lambda live: live), plan.mutation, headers=headers)
    send = replace(send, pretty="true") if query == PRETTY else replace(send, query=query)
    raw = plan.spoil or ((lambda _: exchange.body or b"") if plan.make is None else None)
    send = replace(send, raw=raw)
    with own.evidence.capture() as met:
        trial = own.examiner.replace(send)
    return tuple(one.finding for one in met), trial.exchange.response


def _exchange(response: schemathesis.Response) -> Exchange:
    request = response.request
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    answer = Response(response.status_code, headers, response.content)
    told = {name: str(value) for name, value in request.headers.items()}
    return Exchange(str(request.method), str(request.url), told, body, answer, response.elapsed)


def _decoded(body: bytes | None) -> Json:
    try:
        return strict.decode(body or b"")
    except strict.NotJson:
        return MISSING
