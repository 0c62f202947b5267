"""Family status: a refusal shows nothing of the object to who may not see it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from contracts.casekit.job import Job
from contracts.casekit.markers import requirement
from contracts.casekit.probe import How, Prober
from contracts.casekit.reply import Reply
from contracts.client.credentials import Credential
from contracts.jsonvalue import paths, strict
from contracts.judge.disclosure import shown
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import with_values


@requirement("status.401")
def test_refusal_without_credential_shows_nothing(job: Job) -> None:
    """The refusal of a request without a valid credential shows nothing of the object."""
    _expect_nothing_shown(job, job.invalid_credentials())


@requirement("status.403")
def test_refusal_of_a_denied_credential_shows_nothing(job: Job) -> None:
    """The refusal of a credential that may neither replace nor read the object shows nothing of it."""
    denied = job.denied_credential()
    if Prober(job).may_read(denied):
        raise job.nothing_to_try("the credential that may not replace the object may read it")
    _expect_nothing_shown(job, {"a denied one": denied})


def _expect_nothing_shown(job: Job, credentials: Mapping[str, Credential]) -> None:
    """No answer to these credentials holds a text of the object that was not in the request.

    Of an adopted object only what is no JSON is sent: with so little in it it would be lost if it were carried out.
    """
    wanted = job.fresh_values()
    maps = [field for field, value in wanted.items() if isinstance(value, dict)]
    live = job.replace({field: {"contract-shown": f"contract-{secrets.token_hex(8)}"} for field in maps}).stored
    known = {key: value for key, value in live.items() if key in ("apiVersion", "kind")}
    metadata = {key: value for key, value in live["metadata"].items() if key in ("name", "namespace")}
    sent = with_values({**known, "metadata": metadata}, wanted)
    if job.adopted:
        job.leave_out("an object without most of it")
    prober, body = Prober(job), strict.encode(sent)
    for who, credential in credentials.items():
        for whole in (False,) if job.adopted else (True, False):
            spoil = _always(body if whole else body[:-1])
            asked = prober.send(live if job.adopted else sent, How(encode=spoil, credential=credential))
            reply = Reply(job, asked, about=who if whole else f"{who}, a malformed body")
            for path in shown(live, body.decode() + reply.exchange.url, reply.exchange.response):
                seen = Observed(Seen.NOTE, reply.status, note=f"the value of {paths.render(path)}")
                job.add_finding(Expected(Demand.NOTHING_SHOWN), seen, path, reply=reply)


def _always(body: bytes) -> Callable[[bytes], bytes]:
    return lambda _: body
