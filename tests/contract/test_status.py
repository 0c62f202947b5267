"""Family status: each documented status is answered where it belongs, and nowhere else."""

from __future__ import annotations

from functools import partial
from itertools import islice

import pytest

from contracts.casekit.bodies import DOUBTFUL, MALFORMED, BrokenBody
from contracts.casekit.clients import UNREADABLE
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import Prober
from contracts.casekit.reply import Reply
from contracts.casekit.titles import tries
from contracts.client.credentials import ANONYMOUS, NONE
from contracts.client.foreign_credentials import IDENTITIES
from contracts.client.foreign_credentials import REFUSALS as IDENTITY_REFUSALS
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import client_mistakes, values
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import with_values
from contracts.spec.fields import NAME

REFUSALS = {"kubernetes": (400, 403, 409, 422), "document": (400, 403)}


@requirement("status.200")
def test_correct_replacement(job: Job) -> None:
    """A correct replacement is answered with 200."""
    job.replace(job.fresh_values()).expect_status(200)


@requirement("status.200")
def test_replacement_by_the_same(job: Job) -> None:
    """A replacement that changes nothing is answered with 200."""
    job.replace({}).expect_status(200)


@requirement("status.201")
def test_absent_object(job: Job) -> None:
    """A replacement of an object that does not exist creates it and says so with 201, or leaves it absent."""
    name = job.new_name()
    reply = job.send_elsewhere(name=name)
    stored = job.stored_at(job.path_of(name)) if reply.accepted else MISSING
    for change in paths.differences(stored, reply.value, spared=job.server_owned) if stored is not MISSING else ():
        seen = Observed(Seen.ANSWERED, reply.status, change.after)
        job.add_finding(Expected(Demand.STORED, (change.before,)), seen, change.path, reply=reply)
    if job.discard(name):
        reply.expect_status(201)
    elif reply.accepted:
        reply.expect_refused()


@pytest.mark.parametrize("body", MALFORMED, ids=str)
@requirement("status.400", "status.refusal-changes-nothing")
@tries("Send a body that is no JSON object: {body}")
def test_malformed_body(job: Job, body: BrokenBody) -> None:
    """A body that is no JSON object is refused with 400 and changes nothing, also when half of it is understood."""
    reply = job.replace(job.fresh_values(), raw=body.spoil)
    reply.expect_status(400)
    reply.expect_unchanged()


@requirement("status.400")
def test_mismatch(job: Job) -> None:
    """An object of another kind, version, name or namespace than the URL's is refused."""
    for name in client_mistakes.mismatches(job.contract, job.live()):
        mismatch = partial(_mismatch, job, name)
        if job.harms(mismatch):
            continue
        reply = job.replace(mismatch, about=name)
        if not (reply.accepted and job.profile == "document"):
            reply.expect_status(*REFUSALS[job.profile])
    if not job.adopted:  # of what is somebody's the neighbours may be, too
        for other in client_mistakes.other_names(job.live()):
            if job.discard(other):
                found = Observed(Seen.STORED, None, other)
                job.add_finding(Expected(Demand.REFUSED_OR_UNCHANGED, (MISSING,)), found, NAME)


@requirement("status.401")
@cost(30)
def test_no_valid_credential(job: Job) -> None:
    """A wrong credential is answered with 401, none with 401 or as an anonymous user's 403; both change nothing."""
    for name, shown in job.credential_variants():
        reply = job.replace(job.marked(name), credential=shown.credential, headers=shown.headers, about=name)
        if len(shown.refusals) > 1:
            job.note_credential(name, reply)
        if shown.valid and reply.accepted:
            continue
        reply.expect_status(*((200,) if shown.valid else ()), *shown.refusals)
        reply.expect_unchanged()


@requirement("status.401")
def test_who_asks_comes_first(job: Job) -> None:
    """By the conventions a body is not looked at before it is known who sends it."""
    if job.profile != "kubernetes":
        raise job.nothing_to_try("the page does not say what is looked at first")
    job.replace({}, raw=lambda body: body[:-1], credential=NONE).expect_status(*ANONYMOUS)


@requirement("status.403")
def test_denial_comes_first(job: Job) -> None:
    """By the conventions a body is not looked at before it is known that its sender may send one."""
    if job.profile != "kubernetes":
        raise job.nothing_to_try("the page does not say what is looked at first")
    job.replace({}, raw=lambda body: body[:-1], credential=job.denied_credential()).expect_status(403)


@requirement("status.403")
def test_denied_credential(job: Job) -> None:
    """A credential that may not replace the object is answered with 403 and changes nothing."""
    denied, wanted = job.denied_credential(), job.fresh_values()
    Prober(job).may_read(denied)  # what is known of a right to read may be taken for one to write
    for change in (*({field: value} for field, value in wanted.items()), wanted, {}):
        for pretty in (None, "true") if "metadata.labels" in change else (None,):
            reply = job.replace(change, credential=denied, pretty=pretty)
            reply.expect_status(403)
            reply.expect_unchanged()


@requirement("status.403")
def test_denied_credential_as_somebody_else(job: Job) -> None:
    """A credential that may not replace the object is refused also beside a header that names another user."""
    denied = job.denied_credential()
    for name, headers in IDENTITIES.items():
        reply = job.replace(job.marked(name), credential=denied, headers=headers, about=name)
        reply.expect_status(*IDENTITY_REFUSALS)
        reply.expect_unchanged()


@requirement("status.403")
def test_denied_namespace(job: Job) -> None:
    """A replacement in a namespace in which the credential may not write is answered with 403."""
    if job.run.denied_namespace is None:
        raise job.nothing_to_try("no namespace was given in which the credential may not write (--denied-namespace)")
    job.send_elsewhere(namespace=job.run.denied_namespace).expect_status(403)


@requirement("status.500")
@cost(20)
def test_client_mistakes(job: Job) -> None:
    """What clients get wrong is never answered as the server's fault."""
    for name in client_mistakes.mistakes(job.contract, job.live()):
        mistake = partial(client_mistakes.mistake, job.contract, name)
        if job.harms(mistake):
            continue
        reply = job.replace(mistake, about=name)
        if not 200 <= reply.status < 500:
            reply.expect_refused()
    for body in DOUBTFUL:  # judged by the rules alone: whatever 4xx or 2xx it is, nothing else may change
        job.replace({}, raw=body.spoil, about=str(body))


@requirement("status.500")
def test_unreadable_requests(job: Job) -> None:
    """Headers, queries and texts of other formats that cannot be read are never answered as the server's fault."""
    prober = Prober(job)
    for name, how in UNREADABLE.items():
        if failed := prober.failing(with_values(job.known(), job.marked(name)), how):
            Reply(job, failed, about=name).expect_refused()


@requirement("status.refusal-changes-nothing")
@cost(40)
def test_refused_values_beside_allowed_ones(job: Job) -> None:
    """A request that mixes something to refuse with changes that are allowed leaves all of them out when refused."""
    refused, turn = 0, job.run.settings.seed
    for field in job.fields:
        # Which value it is hardly matters to what else is stored: of two neighbours one, as the seed decides.
        for value in islice(values.invalid(job.sendable, field), turn % 2, None, 2):
            change = {**job.fresh_values(), field: value}
            if not job.harms(change):
                refused += job.replace(change).refused
    if not refused and job.profile == "kubernetes":
        raise job.nothing_to_try("the target refuses none of these requests")


@requirement("status.only-documented")
def test_media_types(job: Job) -> None:
    """What is sent or asked for in another media type is answered with a documented status too."""
    for media_type in ("text/plain", "application/xml"):
        job.judge(job.send(job.live(), headers={"Content-Type": media_type}, about=media_type))
    job.replace(job.marked("media"), headers={"Accept": "*/*"})


def _mismatch(job: Job, name: str, live: Json) -> Json:
    """Of another name it asks for no change, as a server may look first for what there is to do."""
    sent = live if name == "another name" else with_values(live, job.marked(name))
    return client_mistakes.mismatch(job.contract, name, sent)
