"""Family status: a refusal leaves its connection in order, or closes it."""

from __future__ import annotations

import time

from contracts.casekit.job import Job
from contracts.casekit.markers import requirement
from contracts.casekit.probe import How, Prober
from contracts.casekit.reply import Reply
from contracts.client.credentials import NONE
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.trial import with_values

# How often in a row the connection must be of no use, and how long a server may take to close it, in seconds.
TIMES = 3
CLOSING = 0.2
BROKEN = "the next request on the connection of this refusal is not answered as on another one"


@requirement("status.400")
def test_connection_after_a_malformed_body(job: Job) -> None:
    """After 400 the next request on the connection is answered as on any other."""
    _expect_in_order(job, How(encode=lambda body: body[:-1]), 400)


@requirement("status.401")
def test_connection_after_no_credential(job: Job) -> None:
    """After 401 the next request on the connection is answered as on any other."""
    _expect_in_order(job, How(credential=NONE), 401)


@requirement("status.403")
def test_connection_after_a_denied_credential(job: Job) -> None:
    """After 403 the next request on the connection is answered as on any other."""
    _expect_in_order(job, How(credential=job.denied_credential()), 403)


def _expect_in_order(job: Job, how: How, status: int) -> None:
    """Some request on the connection of a refusal of this status is answered, if only because it was closed."""
    prober, reuse = Prober(job), job.run.target.reuse
    wanted = with_values(job.live(), job.marked("connection"))
    with reuse.kept():
        for _ in range(TIMES):
            reply = Reply(job, prober.send(wanted, how))
            if reply.status != status:
                return
            if reuse.failures(status):
                time.sleep(CLOSING)  # a server that closes without saying so is given the time to do it
            job.live()
            if not reuse.failures(status):
                return
    job.add_finding(Expected(Demand.HTTP), Observed(Seen.NOTE, reply.status, note=BROKEN), reply=reply)
