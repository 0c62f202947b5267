"""Families immutable and replaceable: the same request as other clients send it."""

from __future__ import annotations

from contracts.casekit.clients import CLIENTS, KUBECTL
from contracts.casekit.job import Job
from contracts.casekit.markers import cost, requirement
from contracts.casekit.probe import Prober, deepest_changes
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.run.trial import assign, with_values
from contracts.spec.fields import CREATED, GENERATION, STATUS, UID

# Under this name the client comes to own what it sends; what it does not get in time it does not wait for.
MANAGED = "fieldManager=kubectl-replace&timeout=30s"
# Of what only the server writes, what a client leaves out that writes its objects by hand.
OF_THE_SERVER = [UID, GENERATION, CREATED, STATUS]


@requirement("immutable.no-bypass")
def test_immutable_as_other_clients_send_it(job: Job) -> None:
    """What is immutable is so for people who use curl, and for kubectl."""
    prober = Prober(job)
    for change in deepest_changes(job):
        for name, how in CLIENTS.items():
            prober.bypassed(change, how, name)


@requirement("immutable.no-bypass")
def test_immutable_without_a_read(job: Job) -> None:
    """What is immutable is so for a client that changes the last answer and sends it back, and never reads."""
    prober = Prober(job)
    for number, change in enumerate(deepest_changes(job)):
        # Nobody judges what this has done: nothing of the wanted state is changed by it for the first time.
        probe = prober.unread(assign(job.marked(f"unread {number}")), change)
        if probe is None:
            raise job.nothing_to_try("the target does not answer an allowed replacement with the object")
        prober.expect_kept(probe, change, "without a read since the last replacement")


@requirement("replaceable.together")
def test_without_what_the_server_writes(job: Job) -> None:
    """An object without what only the server writes is taken, as one that was written by hand is."""
    if job.profile != "kubernetes":
        raise job.nothing_to_try("the page does not say what may be left out")

    def written(live: Json) -> Json:
        return paths.without(with_values(live, job.fresh_values()), OF_THE_SERVER)

    job.replace(written, about="without what the server writes").expect_accepted()


@requirement("replaceable.together")
@cost(4)
def test_cleared_by_another_client(job: Job) -> None:
    """What one client has set another one can take away: a replacement is of the whole object, whoever set what."""
    if job.profile != "kubernetes":
        raise job.nothing_to_try("the page does not speak of clients that own fields")
    job.replace(job.fresh_values())
    # The rules look at what is stored if the parameters are taken; a gateway may know none but the page's.
    job.replace(job.nothing(), query=MANAGED, headers=KUBECTL.headers, about="by another client")


@requirement("pretty.true-is-pretty")
@cost(2)
def test_true_for_any_type(job: Job) -> None:
    """A replacement is answered in indented JSON also where any type may be answered."""
    job.replace(job.fresh_values(), pretty="true", headers={"Accept": "*/*"})  # the rules look at how it is laid out
