"""What a run would send, found out by a rehearsal: the same cases on an endpoint of our own with a copy of the job.

The target itself sees nothing but GETs. How many requests a run takes depends on the cases that were selected and on
every field of the object, so they are counted, not computed.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import Credential, Token
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Exchange
from contracts.report.outcomes import counted, not_tried
from contracts.resource import adoption_guard
from contracts.run import embedded
from contracts.run.run import Run
from contracts.spec.contract import Contract

FRAME: Final = "preparing and cleaning up"
OWNERS: Final = ("metadata", "ownerReferences")
METHODS: Final = ("GET", "PUT", "POST", "PATCH", "DELETE")


class Sent(NamedTuple):
    """What counts as one kind of request."""

    family: str
    method: str
    path: str
    credential: str


@dataclass
class Plan:
    """The requests of a rehearsal; `family` is the requirement family whose case is being run.

    `looked`: how many GETs the target was sent; `latency`: how long one took, in seconds.
    """

    run: Run
    live: Json
    looked: int
    latency: float = 0.0
    family: str = FRAME
    sent: Counter[Sent] = field(default_factory=Counter)

    def text(self) -> str:
        """The plan for people, ending in a newline."""
        run_id = self.run.resource.run_id
        credentials = self._list("with which credential", lambda one: one.credential)
        objects = self._list("to which object", lambda one: f"{one.method:<6} {one.path.replace(run_id, '…')}")
        return "\n".join((*self._heading(), "", *self._table(), "", *credentials, "", *objects)) + "\n"

    def _heading(self) -> tuple[str, ...]:
        run, kind, name, total = self.run, self.run.contract.kind, self.run.settings.name, self.sent.total()
        target = None if run.settings.embedded else run.surveyed
        where = target.public_url if target else "the embedded reference endpoint"
        where_in = f" in namespace {run.namespace}" if run.namespace else ""
        if name:
            why = None if run.settings.yes else adoption_guard.why_to_ask(self.live, run.contract.activity)
            asks = f"; it {why}, so a run asks first (--yes)" if why else ""
            touched = f"adopt the {kind} {name}{where_in}, and put it back in the end{asks}"
            more = [f"let it hold test values meanwhile, for about {self._duration(total)[0]}"]
            if said := "; ".join(map(not_tried, run.not_tried)):
                more.append(f"not try what could end it: {said}")
        else:
            touched = f"create a {kind} named contract-…{where_in}, and delete it in the end"
            more = [*_pods(run.contract, run.resource.original)]
        return (
            f"plan: {where} has been sent {self.looked} GET and nothing else. A run with these options would",
            f"  {touched}",
            *(f"  {line}" for line in more),
            f"  take about {' '.join(self._duration(total))}",
            f"  send about {counted(total, 'request')}, as a rehearsal on the reference endpoint did with a copy:",
        )

    def _duration(self, requests: int) -> tuple[str, str]:
        """How long a run takes, and by what that is reckoned."""
        settings, own = self.run.settings, time.monotonic() - self.run.started
        seconds = expected_seconds(
            own, requests, self.latency, settings.workers, settings.max_rps, settings.time_budget
        )
        took = f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
        limits = [f"{settings.workers} workers"] * (settings.workers > 1)
        limits += [f"at most {settings.max_rps:g} requests a second"] if settings.max_rps else []
        return took, ", ".join([f"(a GET took {self.latency * 1000:.0f} ms", *limits]) + ")"

    def _table(self) -> Iterator[str]:
        families = [name for name in self.run.contract.families if any(one.family == name for one in self.sent)]
        width = max(len(name) for name in ("requests", *families, FRAME))
        yield f"  {'requests':<{width}}" + "".join(f"{cell:>8}" for cell in (*METHODS, "all"))
        for title, chosen in [*((name, {name}) for name in (*families, FRAME)), ("total", {*families, FRAME})]:
            numbers = Counter[str]()
            for one, count in self.sent.items():
                numbers[one.method] += count if one.family in chosen else 0
            cells = (*(numbers[method] for method in METHODS), numbers.total())
            yield f"  {title:<{width}}" + "".join(f"{cell:>8}" for cell in cells)

    def _list(self, title: str, key: Callable[[Sent], str]) -> list[str]:
        numbers = Counter[str]()
        for one, count in self.sent.items():
            numbers[key(one)] += count
        return [f"  {title}", *(f"{count:>8}  {name}" for name, count in numbers.most_common())]


def expected_seconds(
    own: float, requests: int, latency: float, workers: int, pace: float | None, budget: float | None
) -> float:
    """How long so many requests take: what a rehearsal took (`own`), and the target's latency for each of them.

    Workers share both; the pace holds for all of them together, and no run takes longer than its time budget.
    """
    seconds = (own + requests * latency) / workers
    return min(max(seconds, requests / pace if pace else 0.0), budget or float("inf"))


class Counted(Client):
    """A client that keeps what kind of request it has sent how often."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        super().__init__(connection, plan.run.secrets)
        self._plan = plan

    def send(self, method: str, path: str, **request: Any) -> Exchange:
        """Count a request and send it."""
        with self._lock:
            self._plan.sent[Sent(self._plan.family, method, path, self._named(request.get("credential")))] += 1
        return super().send(method, path, **request)

    def _named(self, credential: Credential | Mapping[str, str] | None) -> str:
        run, settings = self._plan.run, self._plan.run.settings
        if credential is None:
            given = f"--token-file {settings.token_file}" if settings.token_file else "the credential that was given"
            return given if run.missing("credential") is None else "none"
        if credential is run.denied_credential:
            file = settings.denied_token_file
            return f"--denied-token-file {file}" if file else "the denied one"
        return "none, or one made up that is none"


def rehearse(run: Run) -> Plan:
    """Look at the target with GETs alone, then open the run on an endpoint of our own that stands in for it.

    Raises `TargetError` when the target cannot be judged at all.
    """
    job = run.reach()
    began = time.monotonic()
    job.preflight()
    live = job.read() if job.adopted else MISSING
    run.secrets.learn(live)
    plan = Plan(run, live, run.requests, (time.monotonic() - began) / max(run.requests, 1))
    run.surveyed = run.target
    reference = run.reference or embedded.start(
        run.settings, run.namespace, run.denied_namespace or f"{run.namespace}-denied"
    )
    if isinstance(live, dict):
        version = str(paths.get(live, ("metadata", "resourceVersion")))
        # its owners are not copied, and are not to be taken for gone by the garbage collector
        owned = paths.walk(paths.get(live, OWNERS))
        reference.store.living_elsewhere |= {uid for path, uid in owned if path[-1:] == ("uid",)}
        reference.store.load([live], int(version) if version.isdecimal() and len(version) < 20 else 1)
    header = run.settings.auth_header
    connection = Connection(reference.url, Token(reference.token, header), auth_header=header)
    target = Counted(connection, plan)
    if run.denied_credential is not None:
        run.denied_credential = Token(reference.denied_token, header)
    run.stand_in(reference, target)
    return plan


def _pods(contract: Contract, created: Json) -> Iterator[str]:
    """What an operator starts for an object that is created."""
    replicas = paths.get(created, contract.pods) if contract.pods else MISSING
    if not isinstance(replicas, dict):
        return
    asks = Counter[str]()
    for one in replicas.values():
        containers = paths.get(one, ("template", "spec", "containers"))
        requests = [paths.get(each, ("resources", "requests")) for each in containers or ()]
        named = [each.items() for each in requests if isinstance(each, dict)]
        asked = " and ".join(", ".join(f"{amount} {name}" for name, amount in items) for items in named)
        asks[asked or "no resources asked for"] += one.get("replicas", 1)
    pods = "; ".join(f"{number} with {asked}" for asked, number in asks.items())
    yield f"let an operator, where there is one, start its pods until then: {pods} (--name takes a job that exists)"
