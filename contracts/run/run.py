"""One run from preflight to clean-up: what a test session opens before its first case and closes after its last."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from contracts.client import self_description
from contracts.client.access import Access, access_of
from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import Credential, Token
from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.judge import error_bodies
from contracts.judge.model import NO_HTTP, Exchange, Scope, Watch
from contracts.judge.stored import NOTHING_ADDED
from contracts.report.error_kinds import ErrorKind, internal
from contracts.report.model import NotTried
from contracts.report.trust import suite
from contracts.resource import adoption_guard
from contracts.resource.denied_credential import check_denied
from contracts.resource.journal import state_directory
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.new_object import new_object
from contracts.run import embedded, signals
from contracts.run.evidence import EvidenceStore
from contracts.run.examiner import Examiner
from contracts.run.measurements import CoverageCounter, LatencyRecorder
from contracts.run.secrets import masker_of
from contracts.run.waivers import Waivers
from contracts.settings import pairs
from contracts.settings.options import Settings
from contracts.spec import elements
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract
from contracts.spec.own_requirements import OwnRequirements, extended

if TYPE_CHECKING:
    from contracts.reference.server import ReferenceEndpoint

_Part = TypeVar("_Part")


class Run:
    """Target, object under test and evidence of one run; `open` and `close` bracket everything that is sent.

    `about_to_touch` is told the target's URL before anything there is changed, `allow` asked before a job that is at
    work is adopted. `surveyed`: the client of the target that an endpoint of our own stands in for, in a plan.
    `watch` is told of every attempt to send something. `spent`: how many of its requests were sent before it.
    `scripts`: by the id of a finding what shows it again. Raises `SettingsError` where --object names no such
    object.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract: Contract = load_contract(settings.judged)
        self.scope = Scope(self.contract, settings.profile)
        self.own = OwnRequirements()
        self.suite = suite.installed()
        self.evidence = EvidenceStore()
        self.coverage = CoverageCounter(elements.inventory(self.contract, settings.profile))
        self.latency = LatencyRecorder()
        self.started_at = datetime.now(UTC)
        self.started = time.monotonic()
        self.deadline = time.monotonic() + settings.time_budget if settings.time_budget else None
        self.spent = 0
        self.error = ""
        self.error_kinds: set[str] = set()
        self.reported_version: Mapping[str, str] = {}
        self.scripts: dict[str, str] = {}
        self.waivers = Waivers()
        self.about_to_touch: Callable[[str], None] = lambda _url: None
        self.allow: Callable[[str], bool] = lambda _question: False
        self.surveyed: Client | None = None
        self.watch: Watch | None = None
        self.last_write: Exchange | None = None
        self.reference: ReferenceEndpoint | None = None
        self.namespace = self.contract.namespace_of(settings.namespace)
        self.new = new_object(self.contract, settings)
        self.denied_credential: Credential | None = None
        self.denied_namespace = settings.denied_namespace if self.contract.namespaced else None
        self.secrets = masker_of(settings, self.contract, self.namespace)
        self.secrets.learn(self.new.content)
        self._target: Client | None = None
        self._resource: ResourceUnderTest | None = None
        self._examiner: Examiner | None = None
        self._undo = ExitStack()

    @property
    def target(self) -> Client:
        """The client of the target; only between `open` and `close`."""
        return _opened(self._target)

    @property
    def resource(self) -> ResourceUnderTest:
        """The object under test; only between `open` and `close`."""
        return _opened(self._resource)

    @property
    def examiner(self) -> Examiner:
        """Sends replacements and has them judged; only between `open` and `close`."""
        return _opened(self._examiner)

    @property
    def opened(self) -> bool:
        """Whether the target could be judged at all."""
        return self._examiner is not None

    @property
    def public_url(self) -> str:
        """The target's URL without credentials; empty before it is known."""
        return self._target.public_url if self._target else self.settings.target or ""

    @property
    def requests(self) -> int:
        """How many requests have been answered, with those that were sent before it."""
        return self.spent + (self._target.requests if self._target else 0)

    @property
    def certificates(self) -> tuple[str, ...]:
        """The fingerprints of the certificates that the target showed."""
        return tuple(sorted(self._target.certificates)) if self._target else ()

    @property
    def statuses(self) -> Mapping[int, int]:
        """How often each status was the answer to a replacement."""
        return dict(self._target.statuses) if self._target else {}

    def judge_also(self, own: OwnRequirements) -> None:
        """Judge requirements of the user's own, too; to be told before the run is opened. Raises `ContractError`."""
        if own.requirements:
            self.own = own
            self.contract = extended(self.contract, own)
            self.scope = Scope(self.contract, self.settings.profile)

    def missing(self, need: str) -> str | None:
        """The reason why a need of a requirement is not met, naming the option that supplies it; None when it is."""
        if need == "credential" and not (self.surveyed or self.target).has_credential:
            return (
                "no credential was given (--token-file, --iam-user, --kubeconfig, --client-cert or --access-key-file)"
            )
        if need == "denied" and self.denied_credential is None and self.denied_namespace is None:
            return "nothing was given that may not replace the object (--denied-token-file or --denied-namespace)"
        return None

    def frozen(self, requirement: str) -> str | None:
        """Why nothing is seen of whether the fields of a requirement can be replaced; None where it is."""
        limits = [one for one in (self._resource.limits if self._resource else ()) if one.frozen]
        frozen = {one.field for one in limits}
        fields = self.contract.requirements[requirement].fields
        if not fields or not frozen.issuperset(fields) or not set(fields) <= set(self.contract.replaceable):
            return None
        if {one.field for one in limits if one.kept} & set(fields):
            return f"{', '.join(fields)} is to be kept as it is (--keep)"
        return f"another {', '.join(fields)} than the adopted object's could let a controller harm it (--name)"

    @property
    def not_tried(self) -> tuple[NotTried, ...]:
        """What an adopted object was not sent, by field."""
        limits = self._resource.limits if self._resource else ()
        alone = self.contract.writable_by_convention if self._resource and self._resource.adopted else ()
        limited = [NotTried(one.field, one.least, tuple(map(paths.show, one.values))) for one in limits if not one.kept]
        return (*limited, *map(NotTried, alone))

    @property
    def added(self) -> tuple[str, ...]:
        """The dotted paths of what the server was seen to add to the replaceable fields of a new object."""
        added = self._resource.added if self._resource else NOTHING_ADDED
        return (*map(paths.render, added.paths), *added.defaults)

    def used_up(self) -> str:
        """The option of the budget that is used up; empty where there is room for another case."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            return "--time-budget"
        return "--requests" if self.settings.requests is not None and self.requests >= self.settings.requests else ""

    def fail(self, text: str, kind: str) -> None:
        """Note what keeps the run from judging; the first text stays."""
        self.error = self.error or text
        self.error_kinds.add(kind)

    def open(self) -> None:
        """Reach the target, look whether it can be judged, create or adopt the object under test.

        Raises `TargetError` with one line; what had been started by then is taken down by `close`.
        """
        self._resource = self.reach()
        self._undo.callback(self._resource.release)
        self._resource.preflight()
        if self.denied_credential and not self.settings.embedded:
            check_denied(self.target, self._resource.path, self.denied_credential)
        self.target.observe_certificate(self._resource.path)
        if not self.settings.embedded:
            self.reported_version = self_description.asked(self.target)
            self.about_to_touch(self.public_url)
        if self._resource.adopted and not self.settings.yes:
            self._ask(self._resource)
        self._resource.start()
        if self._resource.adopted:
            self.secrets.learn(self._resource.original)
        self._examiner = Examiner(self.scope, self.target, self._resource, self.evidence)

    def stand_in(self, reference: ReferenceEndpoint, target: Client) -> None:
        """Go on with an endpoint of our own in the target's place, which is left as it is."""
        self.target.close()
        self.reference, self._target = reference, target
        self._resource = ResourceUnderTest(self.scope, target, self.namespace, self.settings.name, new=self.new)
        for undo in (reference.stop, target.close, self._resource.release):
            self._undo.callback(undo)
        self._resource.start()
        self._examiner = Examiner(self.scope, target, self._resource, self.evidence)

    def _ask(self, job: ResourceUnderTest) -> None:
        """Raise `ConsentMissing` when the job that is to be adopted needs its owner's consent and nobody gives it."""
        why = adoption_guard.why_to_ask(job.read(), self.contract.activity)
        if why:
            adoption_guard.check_consent(job.path, why, self.allow)

    def reach(self) -> ResourceUnderTest:
        """The client of the target, and the object under test before anything is done to it."""
        access = self._start_embedded() if self.settings.embedded else access_of(self.settings)
        self._undo.callback(access.close)
        self.namespace = self.contract.namespace_of(self.settings.namespace, access.namespace)
        self.denied_credential = access.denied
        self._target = Client(access.connection, self.secrets)
        self._undo.callback(self._target.close)
        limit = self.settings.requests
        self._target.deadline, self._target.limit = self.deadline, limit and max(0, limit - self.spent)
        self._target.watch = self._watched
        self._target.uninterrupted = signals.postponed
        self._target.judged = self.contract.write.method
        for secret in access.denied.secrets() if access.denied else ():
            self.secrets.add(secret)
        return self.another()

    def another(self) -> ResourceUnderTest:
        """An object of the run's, or the one that is adopted, before anything is done to it."""
        state = None if self.settings.embedded else state_directory()
        return ResourceUnderTest(self.scope, self.target, self.namespace, self.settings.name, state, new=self.new)

    def _watched(self, exchange: Exchange, began: float) -> None:
        """Count what an attempt exercises and how long it took, and tell who watches."""
        if exchange.response.status != NO_HTTP:
            self.coverage.note(exchange)
            self.latency.note(exchange.method, exchange.seconds)
            if exchange.method == self.contract.write.method:
                self.last_write = exchange
                if exchange.response.status >= 400:
                    self.evidence.note_error(error_bodies.form(exchange.response))
        if self.watch is not None:
            self.watch(exchange, began)

    def close(self) -> None:
        """Put the target back as it was and take down what was started; an interrupt waits until that is done.

        Whatever goes wrong is noted, so that what was judged by then is told all the same.
        """
        with signals.ignored():
            try:
                with self._undo:
                    if self._resource is not None:
                        self.target.lift_limits()
                        self._resource.finish()
            except TargetError as error:
                self._fail_too(str(error), error.kind)
            except Exception as error:
                self._fail_too(
                    f"{self._resource.path if self._resource else ''}: {internal(error)}", ErrorKind.INTERNAL
                )

    def _fail_too(self, text: str, kind: str) -> None:
        """Note what went wrong beside what had stopped the run."""
        self.error = f"{self.error}; {text}" if self.error and text not in self.error else self.error
        self.fail(text, kind)

    def _start_embedded(self) -> Access:
        self.reference = embedded.start(self.settings, self.namespace)
        self._undo.callback(self.reference.stop)
        options = self.reference.options
        self.denied_namespace = options.denied_namespace if self.contract.namespaced else None
        settings = self.settings
        connection = Connection(
            self.reference.url,
            Token(options.token),
            timeout=settings.timeout,
            headers={one.name: one.value for one in settings.header},
            query=pairs.query(settings.query),
            secrets=pairs.secrets(settings.header, settings.query),
        )
        return Access(connection, Token(options.denied_token))


def _opened(value: _Part | None) -> _Part:
    if value is None:
        raise RuntimeError("the run is not open")
    return value
