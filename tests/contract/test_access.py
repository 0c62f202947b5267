"""Family status: who may not replace the object may not do it by any kind of request, and learns nothing by asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from contracts.casekit.asked_again import asked_again
from contracts.casekit.clients import KUBECTL
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober, deepest_changes, is_failure
from contracts.casekit.reply import Reply
from contracts.client.credentials import ANONYMOUS, NONE, Credential
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.judge.client_headers import BROWSER, CONTROLLER, OVERRIDES
from contracts.judge.model import NO_HTTP
from contracts.judge.mutations import PROBE, other_value
from contracts.judge.representations import compressed
from contracts.judge.unusual_texts import LONG
from contracts.masking.encodings import near_misses
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import MadeOf, assign, with_values
from contracts.spec.fields import ANNOTATIONS, LABELS, NAME, STATUS, UID, VERSION

OUTDATED = "1"
# How a gateway refuses parameters that it does not know, before anybody asks who sends them.
UNKNOWN = (400,)
OTHER_METHODS = {"another method": "GET", "a method of its own rights": "PATCH"}
# What a client that keeps no connection says.
LAST = {"Connection": "close"}
PACKED = How(headers={"Content-Encoding": "gzip"}, encode=compressed)
IN_CHUNKS = How(headers={"Transfer-Encoding": "chunked"})
EMPTY = How(headers={"Content-Type": "application/x-contract"}, encode=lambda _: b"")


@dataclass(frozen=True, eq=False)
class Asked:
    """A kind of request: what is sent, and how; `proper`: whether it would be accepted of who may replace.

    `unread`: the statuses by which it may be refused before anybody asks who sends it. `absent`: the name of another
    object that it would create.
    """

    kind: str
    wanted: Json
    how: How = field(default_factory=How)
    proper: bool = True
    unread: tuple[int, ...] = ()
    absent: str = ""


@requirement("status.401")
@cost(10)
def test_every_kind_of_request_without_a_credential(job: Job) -> None:
    """Whatever is asked without a valid credential is answered with 401, or 403 for an anonymous user."""
    refusals = {"no credential": ANONYMOUS, "a wrong one": (401,)}
    credentials = {who: (credential, refusals[who]) for who, credential in job.invalid_credentials().items()}
    _expect_refused(job, _asked, credentials)


@requirement("status.401")
@cost(4)
def test_a_wrong_credential_with_much_and_with_nothing(job: Job) -> None:
    """A wrong credential is answered with 401, be the body large or none at all."""
    if (wrong := job.wrong_credential()) is NONE:
        raise job.nothing_to_try("the target has no form of credentials of its own")
    _expect_refused(job, _of_unusual_size, {"a wrong one": (wrong, (401,))})


@requirement("status.401")
def test_a_credential_in_the_query(job: Job) -> None:
    """A made-up token in the query, where OAuth 2.0 has one (RFC 6750, 2.3), opens nothing."""
    token = near_misses("contract-unknown")["unknown"]
    reply = job.replace(job.marked("query"), query=f"access_token={token}", credential=NONE)
    reply.expect_status(*ANONYMOUS, 400)
    reply.expect_unchanged()


@requirement("status.403")
@cost(6)
def test_every_kind_of_request_with_a_denied_credential(job: Job) -> None:
    """Whatever is asked with a credential that may not replace the object is answered with 403."""
    _expect_refused(job, _asked, {"a denied one": (job.denied_credential(), (403,))})


@requirement("status.403")
@cost(12)
def test_a_denied_credential_in_other_circumstances(job: Job) -> None:
    """Whoever asks, in whatever way, for whatever: who may not replace the object gets 403, and learns nothing else."""
    _expect_refused(job, _asked_otherwise, {"a denied one": (job.denied_credential(), (403,))})


@requirement("status.403")
def test_a_denied_credential_beside_another_method(job: Job) -> None:
    """Who may not replace the object does not do it by saying beside it that he only reads, or only patches."""
    for about, method in OTHER_METHODS.items():
        named = dict.fromkeys(OVERRIDES, method)
        how = How(query=f"_method={method}", headers=named, credential=job.denied_credential())
        probe = Prober(job).probe(assign(job.marked(method)), how)
        # He may be allowed to read, and a server may do what the header asks for: any answer will do.
        for change in probe.stored:
            seen = Observed(Seen.STORED, probe.exchange.response.status, change.after)
            reply = Reply(job, probe.exchange, about=about, made_of=probe.made_of)
            job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (change.before,)), seen, change.path, reply=reply)


def _expect_refused(
    job: Job,
    kinds: Callable[[Job, Json], Iterable[Asked]],
    credentials: Mapping[str, tuple[Credential, tuple[int, ...]]],
) -> None:
    prober = Prober(job)
    if any(paths.get(job.known(), paths.parse(name)) is MISSING for name in job.fields):
        job.replace(job.fresh_values())  # of what is not there nothing can be taken away
    before = job.known()
    asked = [one for one in kinds(job, before) if one.proper or job.profile == "kubernetes"]
    for one in asked:
        for who, (credential, refusals) in credentials.items():
            reply = _answered(job, prober, one, before, credential, f"{one.kind}, {who}")
            reply.expect_status(*refusals, *one.unread)
    for one in asked:
        if one.absent:
            job.discard(one.absent)
    after = job.live()
    for name in job.fields:
        path = paths.parse(name)
        stored, sent = paths.get(after, path), [paths.get(one.wanted, path) for one in asked]
        if stored is MISSING:
            continue  # none of them takes a field away
        changed = not paths.same(stored, paths.get(before, path))
        if changed and any(not job.deviations(name, value, after) for value in sent):
            seen = Observed(Seen.STORED, None, stored)
            job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (paths.get(before, path),)), seen, path)


def _answered(job: Job, prober: Prober, asked: Asked, before: Json, credential: Credential, about: str) -> Reply:
    """The answer to a request; a server that fails or closes the connection is asked again, as it may now and then."""
    how = replace(asked.how, credential=credential)
    exchange, failed = asked_again(lambda: prober.send(asked.wanted, how, {} if how.path else before), is_failure)
    for one in failed:
        job.run.examiner.keep_failure(one)
    if exchange.response.status == NO_HTTP:
        job.live()  # raises where nothing else is answered either
    made_of = None if how.path else MadeOf(before, asked.wanted, credential)
    return Reply(job, exchange, about=about, made_of=made_of)


def _asked(job: Job, live: Json) -> Iterator[Asked]:
    """The kinds of requests; what none of them holds is a change that would harm an adopted object."""
    fresh = job.fresh_values()
    yield Asked("the object as it is", live)
    for name in [one for one in job.fields if one.partition(".")[0] in job.contract.desired][:1]:
        yield Asked(f"{name} alone", with_values(live, {name: fresh[name]}))
    yield Asked("every field", with_values(live, fresh))
    yield Asked("pretty output", with_values(live, job.marked("pretty")), How(query="pretty=true"))
    dry = with_values(live, job.marked("dry"))
    yield Asked("a dry run", dry, How(query="dryRun=All"), proper=False, unread=UNKNOWN)
    yaml = How(headers={"Content-Type": "application/yaml"})
    yield Asked("another format", with_values(live, job.marked("yaml")), yaml, proper=False)
    yield Asked("an outdated version", paths.put(with_values(live, job.marked("old")), VERSION, OUTDATED), proper=False)
    wrong = {name: value for name in job.fields for value in list(values.invalid(job.sendable, name))[:1]}
    harmless = {name: value for name, value in wrong.items() if not job.harms({name: value})}
    if harmless:
        yield Asked("invalid values", with_values(live, harmless), proper=False)
    if job.adopted:
        job.leave_out("an absent object")  # nobody wants a copy of his own
        return
    absent = job.new_name()
    there, wanted = How(path=job.path_of(absent)), paths.put(job.run.resource.new_object(), NAME, absent)
    yield Asked("an absent object", wanted, there, proper=False, absent=absent)


def _of_unusual_size(_: Job, live: Json) -> Iterator[Asked]:
    yield Asked("a large body", _large(live))
    yield Asked("an empty body of an unknown type", live, EMPTY, proper=False)


def _asked_otherwise(job: Job, live: Json) -> Iterator[Asked]:
    """Several circumstances at once, of which each alone may open a door; of what is to be refused anyhow, too.

    A body that is compressed or comes in chunks, and a parameter that no page names, may be refused before anybody asks
    who sends it.
    """
    tools = {**(KUBECTL.headers or {}), **LAST, "If-Match": f'"{paths.get(live, VERSION)}"'}
    large = How(query=KUBECTL.query, headers=tools)
    yield Asked("a large body as kubectl sends it", _large(live), large, proper=False, unread=UNKNOWN)
    packed = with_values(live, job.marked("packed"))
    yield Asked("a compressed body", packed, PACKED, proper=False, unread=(400, 415))
    yield Asked("a body in chunks", packed, IN_CHUNKS, proper=False, unread=(411,))
    fewer = paths.put(with_values(live, job.nothing()), LABELS, _fewer(paths.get(live, LABELS)))
    yield Asked("removals, in a browser", fewer, How(headers=BROWSER))
    status = paths.get(live, STATUS)
    written = paths.put(live, STATUS, {**(status if isinstance(status, dict) else {}), PROBE: "1"})
    yield Asked("status alone, by a controller", written, How(headers=CONTROLLER))
    yield Asked("an empty body of an unknown type", live, EMPTY, proper=False)
    wrong = paths.put(live, LABELS, {"contract-a": "not valid!"})
    for change in deepest_changes(job):
        wrong = change.apply(wrong)
    yield Asked("immutable changes beside an invalid label", wrong, proper=False)
    if isinstance(uid := paths.get(live, UID), str):
        yield Asked("another uid", paths.put(live, UID, other_value(uid, {})), proper=False)


def _large(live: Json) -> Json:
    return paths.put(live, ANNOTATIONS, {"contract-long": "x" * LONG})


def _fewer(found: Json) -> Json:
    """A map without the last of its members."""
    return dict(list(found.items())[:-1]) if isinstance(found, dict) else {}
