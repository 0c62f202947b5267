"""Family status: who may not replace the object may not do it by any kind of request, and learns nothing by asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import How, Prober, is_failure
from contracts.casekit.reply import Reply
from contracts.client.credentials import ANONYMOUS, NONE, Credential
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.judge.model import NO_HTTP, Exchange
from contracts.masking.encodings import near_misses
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.confirmation import ASKED
from contracts.run.trial import MadeOf, assign, with_values
from contracts.spec.fields import NAME, VERSION

OUTDATED = "1"
# Headers by which clients behind simple proxies name the method that they mean.
READING = {"X-HTTP-Method-Override": "GET", "X-HTTP-Method": "GET", "X-Method-Override": "GET"}


@dataclass(frozen=True, eq=False)
class Asked:
    """A kind of request: what is sent, and how; `proper`: whether it would be accepted of who may replace."""

    kind: str
    wanted: Json
    how: How = field(default_factory=How)
    proper: bool = True


@requirement("status.401")
@cost(10)
def test_every_kind_of_request_without_a_credential(job: Job) -> None:
    """Whatever is asked without a valid credential is answered with 401, or 403 for an anonymous user."""
    refusals = {"no credential": ANONYMOUS, "a wrong one": (401,)}
    _expect_refused(job, {who: (credential, refusals[who]) for who, credential in job.invalid_credentials().items()})


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
    _expect_refused(job, {"a denied one": (job.denied_credential(), (403,))})


@requirement("status.403")
def test_a_denied_credential_beside_another_method(job: Job) -> None:
    """Who may not replace the object does not do it by a header that says that he only reads."""
    how = How(headers=READING, credential=job.denied_credential())
    probe = Prober(job).probe(assign(job.marked("read")), how)
    # He may be allowed to read, and a server may do what the header asks for: any answer will do.
    for change in probe.stored:
        seen = Observed(Seen.STORED, probe.exchange.response.status, change.after)
        reply = Reply(job, probe.exchange, about="another method", made_of=probe.made_of)
        job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (change.before,)), seen, change.path, reply=reply)


def _expect_refused(job: Job, credentials: Mapping[str, tuple[Credential, tuple[int, ...]]]) -> None:
    prober, before = Prober(job), job.known()
    absent = job.new_name()
    asked = [one for one in _asked(job, before, absent) if one.proper or job.profile == "kubernetes"]
    for one in asked:
        for who, (credential, refusals) in credentials.items():
            reply = _answered(job, prober, one, before, credential, f"{one.kind}, {who}")
            reply.expect_status(*refusals)
    job.discard(absent)
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
    failed: list[Exchange] = []
    how = replace(asked.how, credential=credential)
    for _ in range(ASKED):
        exchange = prober.send(asked.wanted, how, {} if how.path else before)
        if not is_failure(exchange):
            for one in failed:
                job.run.examiner.keep_failure(one)
            break
        if exchange.response.status == NO_HTTP:
            continue  # whoever stands between may close a connection
        failed.append(exchange)
    made_of = None if how.path else MadeOf(before, asked.wanted, credential)
    return Reply(job, exchange, about=about, made_of=made_of)


def _asked(job: Job, live: Json, absent: str) -> Iterator[Asked]:
    """The kinds of requests; what none of them holds is a change that would harm an adopted object."""
    fresh = job.fresh_values()
    yield Asked("the object as it is", live)
    for name in [one for one in job.fields if one.partition(".")[0] in job.contract.desired][:1]:
        yield Asked(f"{name} alone", with_values(live, {name: fresh[name]}))
    yield Asked("every field", with_values(live, fresh))
    yield Asked("pretty output", with_values(live, job.marked("pretty")), How(query="pretty=true"))
    dry = with_values(live, job.marked("dry"))
    yield Asked("a dry run", dry, How(query="dryRun=All"), proper=False)
    yaml = How(headers={"Content-Type": "application/yaml"})
    yield Asked("another format", with_values(live, job.marked("yaml")), yaml, proper=False)
    yield Asked("an outdated version", paths.put(with_values(live, job.marked("old")), VERSION, OUTDATED), proper=False)
    wrong = [{name: value} for name in job.fields for value in values.invalid(job.sendable, name)]
    for change in [one for one in wrong if not job.harms(one)][:1]:
        yield Asked("an invalid value", with_values(live, change), proper=False)
    if job.adopted:
        job.leave_out("an absent object")  # nobody wants a copy of his own
        return
    there = How(path=job.path_of(absent))
    yield Asked("an absent object", paths.put(job.run.job.new_object(), NAME, absent), there, proper=False)
