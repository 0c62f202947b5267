"""Family response: what the answer to a replacement holds."""

from __future__ import annotations

from functools import partial

from contracts.casekit.bodies import MALFORMED
from contracts.casekit.job import Job
from contracts.casekit.markers import requirement
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING
from contracts.judge import client_mistakes, value_schemas


@requirement("response.schema", "response.is-stored-state", "response.content-type")
def test_accepted(job: Job) -> None:
    """The answers to replacements that change all and no fields, or clear them, keep every rule for answers."""
    for change in (job.fresh_values(), job.nothing(), {}):
        job.replace(change)


@requirement("response.documented-example")
def test_documented_example(job: Job) -> None:
    """The documented request, made for the object under test, gets the documented answer."""
    request, response = job.contract.example_request, job.contract.example_response
    example = {field: paths.get(request, paths.parse(field)) for field in job.fields}
    if job.contract.write.is_patch:  # what it does not name stays as it is
        example = {field: value for field, value in example.items() if value is not MISSING}
    example = {
        field: value
        for field, value in example.items()
        # What a page has made unreadable in its example may be no value that the field takes.
        if value_schemas.takes(job.contract, field, value) and not job.harms({field: value})
    }
    reply = job.replace(example)
    if not reply.expect_accepted():
        return
    for field in (*example, "apiVersion", "kind"):
        asked, answered = example.get(field, MISSING), paths.get(response, paths.parse(field))
        # Where the page's answer is not what its request asks for, nobody can tell what else led to it.
        if field not in example or asked is answered or paths.same(asked, answered):
            reply.expect_answered(field, answered)


@requirement("response.error-body", "response.content-type")
def test_refused(job: Job) -> None:
    """Refusals of different kinds keep every rule for answers."""
    for body in MALFORMED[:2]:
        job.replace({}, raw=body.spoil)
    for name in ("another kind", "another name"):
        mismatch = partial(client_mistakes.mismatch, job.contract, name)
        if not job.harms(mismatch):
            job.replace(mismatch)
    job.replace({}, credential={})
