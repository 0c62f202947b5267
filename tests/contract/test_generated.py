"""Schemathesis on the specification: generated replacements that must be accepted, and ones that must not."""

from __future__ import annotations

from functools import partial

from contracts.casekit import generated_body
from contracts.casekit import schemathesis_data as generated
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.reply import Reply
from contracts.casekit.schemathesis_data import explore
from contracts.casekit.under_test import Change
from contracts.jsonvalue.paths import Json


@requirement("replaceable.together", "response.schema", "response.is-stored-state", "immutable.other-spec")
@cost(35)
def test_positive(job: Job) -> None:
    """Replaceable fields as the specification allows them are accepted, stored and answered."""

    def check(case: generated.Case) -> None:
        change = generated_body.replaceable_part(job.contract, case.body)
        if job.harms(change):
            return
        reply = job.replace(change, pretty=generated.pretty(case))
        job.run.evidence.positive_sent += 1
        job.run.evidence.positive_accepted += reply.accepted
        reply.expect_accepted(job.about_syntax(reply, *change.values()))
        generated.validate(case, reply)

    explore(job.run, generated.cases(job.sendable, job.profile, positive=True), check, job.run.settings.examples)


@requirement("replaceable.invalid-refused", "status.refusal-changes-nothing", "status.400")
@cost(35)
def test_negative(job: Job) -> None:
    """What the specification does not allow is refused, or ignored where it is immutable, and never stored."""

    def ask(body: Json) -> Reply | None:
        """The answer to a body, None where it is not sent; what the specification says of it is demanded."""
        wrong = generated_body.wrong_part(job.contract, body) if isinstance(body, dict) else {}
        change: Change = (
            wrong if wrong or not isinstance(body, dict) else partial(generated_body.identified, job.contract, body)
        )
        if job.harms(change):
            return None
        if not isinstance(body, dict):
            reply = job.replace({}, raw=lambda _: generated_body.as_bytes(body), about="a body that is no object")
        else:
            reply = job.replace(change, about=", ".join(sorted(wrong)))
        plain = generated_body.in_plain_characters(body)
        if reply.status == 403 and plain != body:
            return ask(plain)  # a firewall refuses rare characters, whatever the body is
        if not isinstance(body, dict):
            reply.expect_refused(400, 422, requirement="status.400")
        elif wrong:
            reply.expect_refused(400, 422)
        return reply

    def check(case: generated.Case) -> None:
        if reply := ask(case.body):
            generated.validate(case, reply)

    explore(job.run, generated.cases(job.sendable, job.profile, positive=False), check, job.run.settings.examples)
