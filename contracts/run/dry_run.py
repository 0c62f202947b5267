"""What a run would send, found out by a rehearsal: the same cases on an endpoint of our own with a copy of the job.

The target itself sees nothing but GETs. How many requests a run takes depends on the cases that were selected and on
every field of the object, so they are counted, not computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import Credential, Token
from contracts.client.exchange import Exchange
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.resource import adoption_guard
from contracts.run import embedded
from contracts.run.run import Run

FRAME: Final = "preparing and cleaning up"
METHODS: Final = ("GET", "PUT", "POST", "PATCH", "DELETE")


@dataclass(frozen=True)
class Sent:
    """What counts as one kind of request."""

    family: str
    method: str
    path: str
    credential: str


@dataclass
class Plan:
    """The requests of a rehearsal; `family` is the requirement family whose case is being run."""

    run: Run
    live: Json
    looked: int
    family: str = FRAME
    sent: Counter[Sent] = field(default_factory=Counter)

    def text(self) -> str:
        """The plan for people, ending in a newline."""
        return "\n".join((*self._heading(), "", *self._table(), "", *self._credentials(), "", *self._objects())) + "\n"

    def _heading(self) -> tuple[str, ...]:
        run, total = self.run, sum(self.sent.values())
        where = (
            run.surveyed.public_url if run.surveyed and not run.settings.embedded else "the embedded reference endpoint"
        )
        kind, name = run.contract.kind, run.settings.name
        if name:
            why = None if run.settings.yes else adoption_guard.at_work(self.live, run.contract.activity)
            asks = f"; it {why}, so a run asks first (--yes)" if why else ""
            touched = f"adopt the {kind} {name} in namespace {run.namespace}, and put it back in the end{asks}"
        else:
            touched = f"create a {kind} named contract-… in namespace {run.namespace}, and delete it in the end"
        return (
            f"plan: {where} has been sent {self.looked} GET and nothing else. A run with these options would",
            f"  {touched}",
            f"  send about {total} requests, as a rehearsal on the reference endpoint did with a copy of the object:",
        )

    def _table(self) -> list[str]:
        families = [name for name in self.run.contract.families if any(one.family == name for one in self.sent)]
        rows: list[tuple[str, ...]] = [
            ("requests", *METHODS, "all"),
            *(self._row(name, [one for one in self.sent if one.family == name]) for name in (*families, FRAME)),
            self._row("total", list(self.sent)),
        ]
        width = max(len(row[0]) for row in rows)
        return [f"  {row[0]:<{width}}" + "".join(f"{cell:>8}" for cell in row[1:]) for row in rows]

    def _row(self, name: str, kinds: Sequence[Sent]) -> tuple[str, ...]:
        numbers = [sum(self.sent[one] for one in kinds if one.method == method) for method in METHODS]
        return (name, *map(str, numbers), str(sum(self.sent[one] for one in kinds)))

    def _credentials(self) -> list[str]:
        return self._list("with which credential", lambda one: one.credential)

    def _objects(self) -> list[str]:
        run_id = self.run.job.run_id
        return self._list("to which object", lambda one: f"{one.method:<6} {one.path.replace(run_id, '…')}")

    def _list(self, title: str, key: Any) -> list[str]:
        numbers: Counter[str] = Counter()
        for one, count in self.sent.items():
            numbers[key(one)] += count
        return [f"  {title}", *(f"{count:>8}  {name}" for name, count in numbers.most_common())]


class Counted(Client):
    """A client that keeps what kind of request it has sent how often."""

    def __init__(self, connection: Connection, plan: Plan) -> None:
        super().__init__(connection, plan.run.secrets)
        self._plan = plan

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        credential: Credential | Mapping[str, str] | None = None,
    ) -> Exchange:
        """Count a request and send it."""
        plan = self._plan
        with self._lock:
            plan.sent[Sent(plan.family, method, path, self._named(credential))] += 1
        return super().send(method, path, query=query, headers=headers, body=body, credential=credential)

    def _named(self, credential: Credential | Mapping[str, str] | None) -> str:
        settings, denied = self._plan.run.settings, self._plan.run.denied_credential
        if credential is None:
            given = f"--token-file {settings.token_file}" if settings.token_file else "the credential that was given"
            return given if self._plan.run.missing("credential") is None else "none"
        if denied is not None and credential is denied:
            return (
                f"--denied-token-file {settings.denied_token_file}" if settings.denied_token_file else "the denied one"
            )
        return "none, or one made up that is none"


def rehearse(run: Run) -> Plan:
    """Look at the target with GETs alone, then open the run on an endpoint of our own that stands in for it.

    Raises `TargetError` when the target cannot be judged at all.
    """
    job = run.reach()
    job.preflight()
    live = job.read() if job.adopted else MISSING
    run.secrets.learn(live)
    plan = Plan(run, live, looked=run.requests)
    run.surveyed = run.target
    reference = run.reference or embedded.start(
        run.settings, run.namespace, run.denied_namespace or f"{run.namespace}-denied"
    )
    if isinstance(live, dict):
        version = str(paths.get(live, ("metadata", "resourceVersion")))
        reference.store.load([live], int(version) if version.isdecimal() else 1)
    header = run.settings.auth_header
    connection = Connection(reference.url, Token(reference.token, header), auth_header=header)
    target = Counted(connection, plan)
    if run.denied_credential is not None:
        run.denied_credential = Token(reference.denied_token, header)
    run.stand_in(reference, target)
    return plan
