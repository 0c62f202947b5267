"""The object under test as a case sees it: what a case sends is judged by every rule, and what it expects is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final

import pytest

from contracts.casekit.markers import NothingToTry, requirements_of, rule_of, sentence_of, subject_of
from contracts.casekit.reply import Reply
from contracts.client.credentials import NONE, Credential
from contracts.client.errors import CertificateRequired
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.mutation import Mutation
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge import rules, values
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.resource.responses import JSON
from contracts.run.run import Run
from contracts.run.trial import Make, Send, assign
from contracts.spec.fields import GENERATION, STATUS, UID, VERSION

_MARKS: Final = count(1)

Change = Mapping[str, Any] | Make | Mutation


class Job:
    """What a case does with the object under test; `job` in a case's arguments is one of these.

    `sentence`: what the case says that must hold. `subject`: which of its parameters the case has.
    """

    def __init__(self, run: Run, item: pytest.Item) -> None:
        self.run = run
        self.contract = run.contract
        self.profile = run.settings.profile
        self.requirements = requirements_of(item)
        self.sentence = sentence_of(item)
        self.subject = subject_of(item)
        self._item = item

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that can be replaced."""
        return self.contract.replaceable

    @property
    def adopted(self) -> bool:
        """Whether the object is somebody's, which the run puts back as it was."""
        return self.run.job.adopted

    @property
    def server_owned(self) -> tuple[Path, ...]:
        """What the server and controllers may write at any moment."""
        return self.run.scope.server_owned

    @property
    def volatile(self) -> tuple[Path, ...]:
        """What may differ between two reads of an object that nobody has replaced, or replaced by the same."""
        return (*self.server_owned, GENERATION)

    def family(self, requirement: str) -> str:
        """The family of a requirement."""
        return self.contract.requirements[requirement].family

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear."""
        return self.run.examiner.live()

    def version(self) -> Json:
        """The resourceVersion of the object as it is stored now."""
        return paths.get(self.live(), VERSION)

    def fresh_values(self) -> dict[str, Json]:
        """A valid value for every replaceable field, other ones than any that were given before."""
        return values.assignments(self.contract, next(_MARKS))

    def cleared(self, field: str) -> tuple[Json, ...]:
        """What may be stored of a field that was left out or cleared."""
        return rules.cleared_values(self.run.job.defaults.get(field, MISSING))

    def with_defaults(self, field: str, value: Json) -> Json:
        """What a value that was sent may be stored as: a map with what the target adds by default."""
        default = self.run.job.defaults.get(field, MISSING)
        return {**default, **value} if isinstance(value, dict) and isinstance(default, dict) else value

    def replace(
        self,
        change: Change,
        *,
        pretty: str | None = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        credential: Credential | Mapping[str, str] | None = None,
        raw: Callable[[bytes], bytes] | None = None,
        retry: bool = True,
        attempt: Mutation | None = None,
        about: str = "",
    ) -> Reply:
        """Replace the object by the live one with a change, read it back, and have the exchange judged by every rule.

        `change`: values by dotted field (`MISSING` leaves one out), a function that makes the object to send of the
        live one, or a mutation of an immutable field. `raw`: makes the bytes that are sent of the encoded body.
        `retry=False`: 409 is an answer, not a reason to ask again. `attempt`: the mutation that a function makes.
        `about`: what is sent, for the finding. Skips the case where the target wants the client certificate too.
        """
        if isinstance(change, Mutation):
            attempt = change
            make: Make = change.apply
        else:
            make = assign(change) if isinstance(change, Mapping) else change
        send = Send(make, attempt, pretty, query, headers, credential, raw)
        try:
            trial = self.run.examiner.replace(send, retry=retry)
        except CertificateRequired as error:
            pytest.skip(str(error))
        return Reply(self, trial.exchange, trial, about)

    def send(self, body: Json, *, headers: Mapping[str, str] | None = None, about: str = "") -> Reply:
        """Send an object as it is, once, without reading back; the case itself says what is expected."""
        self.run.examiner.about_to_send(body)
        return self.put(body, headers=headers, about=about)

    def put(self, body: Json, *, headers: Mapping[str, str] | None = None, about: str = "") -> Reply:
        """As `send`, for what `announce` was told of; several threads may do so at once."""
        sent = {**JSON, **(headers or {})}
        exchange = self.run.target.send("PUT", self.run.job.path, headers=sent, body=strict.encode(body))
        return Reply(self, exchange, about=about)

    def announce(self, body: Json) -> None:
        """Note that an object is about to be sent, so that it can be undone whatever happens."""
        self.run.examiner.about_to_send(body)

    def judge(self, reply: Reply) -> None:
        """Have a response judged by the rules that need nothing else: status, media type, error body."""
        self.run.examiner.judge_response(reply.exchange)

    def send_elsewhere(self, *, name: str = "", namespace: str = "") -> Reply:
        """Send the object without version, uid and status to another name or namespace; judge the response alone."""
        name, namespace = name or self.run.job.name, namespace or self.run.namespace
        wanted = paths.without(self.live(), [VERSION, UID, STATUS])
        wanted = paths.put(paths.put(wanted, ("metadata", "name"), name), ("metadata", "namespace"), namespace)
        path = self.contract.item_path.format(namespace=namespace, name=name)
        exchange = self.run.target.send("PUT", path, headers=JSON, body=strict.encode(wanted))
        self.run.examiner.judge_response(exchange)
        return Reply(self, exchange)

    def new_name(self) -> str:
        """A name of which no object exists; what comes to exist under it is deleted in the end."""
        name = f"contract-{self.run.job.run_id}-new"
        self.run.job.leftovers.may_create(name)
        return name

    def discard(self, name: str) -> bool:
        """Delete an object of a name that `new_name` gave; whether there was one."""
        return self.run.job.leftovers.discard(name)

    def wrong_credentials(self) -> Iterator[tuple[str, Credential]]:
        """(name, credential) for requests that carry no valid credential; the names do not show the valid one."""
        yield "no credential", NONE
        yield from self.run.target.authority.wrong().items()

    def expect_stored(self, wanted: Mapping[str, Json], history: tuple[dict[str, Json], ...] = ()) -> None:
        """Each field is stored with the value that was sent last; `history`: what was sent, as JSON Patch."""
        stored = self.live()
        for field, value in wanted.items():
            path = paths.parse(field)
            allowed = self.cleared(field) if value is MISSING else (self.with_defaults(field, value), value)
            now = paths.get(stored, path)
            if not any(paths.same(now, one) for one in allowed):
                found = Observed(Seen.STORED, None, now)
                self.add_finding(Expected(Demand.STORED, allowed), found, path, change=history)

    def add_finding(
        self,
        expected: Expected,
        observed: Observed,
        path: Path = (),
        requirement: str = "",
        reply: Reply | None = None,
        *,
        attempt: Mutation | None = None,
        change: tuple[dict[str, Json], ...] = (),
    ) -> None:
        """Keep a finding against a requirement, by default the case's first; the case goes on.

        `reply` shows it, or, where it takes several requests, `change` in words of JSON Patch.
        """
        subject = reply.about if reply and reply.about else self.subject
        finding = Finding(
            requirement or self.requirements[0],
            expected,
            observed,
            path,
            rule=rule_of(self._item, subject),
            attempt=attempt,
            sentence=self.sentence,
            subject=subject,
        )
        sent = reply.trial.change if reply and reply.trial else change
        self.run.examiner.keep_finding(finding, reply.exchange if reply else None, sent)

    def witness(self, name: str) -> None:
        """Note that something was seen without which a requirement cannot be said to hold (requirements.yaml)."""
        self.run.evidence.witnessed.add(name)

    def nothing_to_try(self, reason: str) -> NothingToTry:
        """To be raised where the object gives the case nothing to try: the requirement is judged without it."""
        return NothingToTry(reason)
