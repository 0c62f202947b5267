"""Sends replacements to the object under test, reads back, has every one of them judged, and keeps the findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.client.client import Client
from contracts.client.credentials import Credential
from contracts.client.errors import TargetBusy, TargetUnavailable
from contracts.client.exchange import Exchange
from contracts.client.retry import LOST_ANSWERS
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules
from contracts.judge.model import Finding, Replacement, Scope
from contracts.judge.mutations import Mutation
from contracts.judge.response_rules import ANSWER_RULES
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.responses import JSON
from contracts.run.evidence import Evidence, EvidenceStore
from contracts.spec.fields import VERSION

ROUNDS: Final = 12
# Seconds: how much longer a replacement is tried while somebody else writes, and the longest pause of who does.
PATIENCE: Final = 20.0
LONGEST_PAUSE: Final = 1.0
CONFIRMATIONS: Final = 2
CONFLICT: Final = 409

Make = Callable[[Json], Json]


@dataclass(frozen=True)
class Trial:
    """One judged replacement: what happened, and what it broke."""

    replacement: Replacement
    exchange: Exchange
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Whether the target answered 2xx."""
        return self.replacement.response.accepted

    @property
    def refused(self) -> bool:
        """Whether the target answered 4xx."""
        return self.replacement.response.refused

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.replacement.response.status


class Examiner:
    """The hands of a test: everything it sends to the object under test goes through here."""

    def __init__(self, scope: Scope, target: Client, job: ResourceUnderTest, ledger: EvidenceStore) -> None:
        self.scope = scope
        self.contract = scope.contract
        self.target = target
        self.job = job
        self.ledger = ledger
        self._read: Json = MISSING
        self._read_at = 0
        self._contested = False
        self._alone = False

    def live(self) -> Json:
        """The object as it is stored now; created anew when a fault made it disappear."""
        live = self.job.read()
        if live is MISSING and not self.job.adopted:
            self.job.start()
            live = self.job.read()
        if live is MISSING:
            self.job.check_foreign_change(MISSING, live)
        self._note_read(live)
        return live

    def _note_read(self, value: Json) -> None:
        self._read, self._read_at = value, self.target.requests

    @property
    def _known(self) -> Json:
        """The object as it was read last, unless something has been sent since; else `MISSING`."""
        return self._read if self._read_at == self.target.requests else MISSING

    def replace(
        self,
        make: Make,
        *,
        mutation: Mutation | None = None,
        pretty: str | None = None,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        credential: Credential | Mapping[str, str] | None = None,
        raw: Callable[[bytes], bytes] | None = None,
        retry: bool = True,
    ) -> Trial:
        """Replace the object by what `make` makes of the live one, read back and judge.

        A replacement that lost its version to a controller (409, and the stored version has moved on) is made again
        from the object as it is then. `raw` turns the encoded body into the bytes that are sent; they may be no JSON.
        `retry=False` sends once, for the cases in which 409 is the subject. Raises `TargetUnavailable` where somebody
        else was faster each time: 409 is then no answer to what was asked.
        """
        send = _Send(make, mutation, pretty, query, headers, credential, raw)
        trial = self._undisturbed(send) if retry else self._once(send)
        trial = self._confirmed(send, self._still_there(send, trial))
        for finding in trial.findings:
            self._keep(finding, trial.exchange, self._change(trial))
        self._observe(trial)
        self._repair(trial)
        return trial

    def fault(
        self,
        finding: Finding,
        trial: Trial | None = None,
        exchange: Exchange | None = None,
        change: tuple[dict[str, Json], ...] = (),
    ) -> None:
        """Keep a finding that a test itself has made, if the profile judges its requirement.

        It is shown by a trial, or by an exchange alone, or (where it takes several requests) by a change in words
        of JSON Patch.
        """
        if self.scope.judges(finding.requirement):
            self._keep(finding, trial.exchange if trial else exchange, self._change(trial) if trial else change)

    def judge_answer(self, exchange: Exchange) -> None:
        """Judge an answer that says nothing about the object under test: its status, media type and error body."""
        nothing = Replacement(MISSING, MISSING, exchange.response, MISSING, authorized=False)
        for rule in ANSWER_RULES:
            for finding in rule(self.scope, nothing):
                self.fault(finding, exchange=exchange)

    def expect_accepted(self, trial: Trial, requirement: str, what: str) -> bool:
        """Whether the replacement was accepted; a finding against `requirement` when it was not."""
        if not trial.accepted:
            self.fault(Finding(requirement, f"{what} is not accepted", "", "200", self.said(trial)), trial)
        return trial.accepted

    def said(self, trial: Trial) -> str:
        """Status and message of an answer, in a line."""
        value = trial.replacement.response.value
        message = value.get("message", "") if isinstance(value, dict) else ""
        return f"{trial.status} {self.target.mask(str(message or trial.replacement.response.defect))[:160]}".strip()

    def _keep(self, finding: Finding, exchange: Exchange | None, change: tuple[dict[str, Json], ...]) -> None:
        self.ledger.add(Evidence(finding, exchange, change, self.target.requests, time.monotonic()))

    def _change(self, trial: Trial) -> tuple[dict[str, Json], ...]:
        before, sent = trial.replacement.before, trial.replacement.sent
        return () if sent is MISSING else paths.patch(before, sent)

    def _undisturbed(self, send: _Send) -> Trial:
        """The first trial that lost its version to nobody; the last one where nobody else is seen to write."""
        rounds, until = 0, None
        while self._lost(trial := self._once(send)):
            self._contested = True
            rounds += 1
            if rounds < ROUNDS:
                continue
            if until is None and not self._others_write():
                return trial
            until = until or time.monotonic() + PATIENCE
            if time.monotonic() > until:
                raise TargetUnavailable(f"{self.job.path}: somebody else replaces the object faster than this run can")
        return trial

    def _others_write(self) -> bool:
        """Whether the version moves while nothing is sent but reads; once it did not, it is not waited for again."""
        version, until = paths.get(self.live(), VERSION), time.monotonic() + LONGEST_PAUSE
        while not self._alone and time.monotonic() < until:
            time.sleep(LONGEST_PAUSE / 20)
            if paths.get(self.live(), VERSION) != version:
                return True
        self._alone = True
        return False

    def _once(self, send: _Send) -> Trial:
        before, wanted, exchange = self._answered(send)
        after = self.job.read()
        if exchange.response.refused:
            self.job.check_foreign_change(before, after, wanted)
        elif exchange.response.accepted and _moved_on(before, exchange.response.value, after):
            self.job.check_foreign_change(exchange.response.value, after, wanted)
        self._note_read(after)
        replacement = Replacement(
            before=before,
            sent=MISSING if send.raw else wanted,
            response=exchange.response,
            after=after,
            pretty=send.pretty,
            mutation=send.mutation,
            authorized=send.credential is None,
            defaults=self.job.defaults,
        )
        self._witness(replacement)
        return Trial(replacement, exchange, rules.judge(self.scope, replacement))

    def _answered(self, send: _Send) -> tuple[Json, Json, Exchange]:
        """The object before a replacement that was answered, the object that was sent, and the exchange.

        A replacement whose answer was lost may have been carried out, so it is not simply repeated (RFC 9110, 9.2.2):
        the object is read, given back what it was where it had changed, and only then is the question asked again.
        Where that fails, or no answer ever comes, the replacement is given up with what `Client.send` raised.
        """
        lost = 0
        while True:
            before = self._known if self._known is not MISSING and not self._contested else self.live()
            wanted = send.make(before)
            self._read = MISSING
            try:
                return before, wanted, self._send(send, wanted)
            except TargetBusy:
                raise
            except TargetUnavailable:
                self._contested = True  # by our own request, which may yet be carried out
                lost += 1
                if lost > LOST_ANSWERS or before is MISSING or not self.job.bring_back(before):
                    raise

    def _send(self, send: _Send, wanted: Json) -> Exchange:
        body = strict.encode(wanted)
        self.job.about_to_send(wanted)
        return self.target.send(
            "PUT",
            self.job.path,
            query=f"pretty={send.pretty}" if send.pretty is not None else send.query,
            headers={**JSON, **(send.headers or {})},
            body=send.raw(body) if send.raw else body,
            credential=send.credential,
        )

    def _witness(self, replacement: Replacement) -> None:
        self.ledger.judged += 1
        if replacement.response.accepted and replacement.after is not MISSING:
            self.ledger.witnessed.add("accepted")
            if rules.changed(self.scope, replacement):
                self.ledger.witnessed.add("changed")

    def _still_there(self, send: _Send, trial: Trial) -> Trial:
        """The trial, or one more where the object was gone: what does not recur was somebody else's deletion."""
        if trial.replacement.before is MISSING or trial.replacement.after is not MISSING:
            return trial
        again = self._once(send)
        return trial if again.replacement.after is MISSING else again

    def _lost(self, trial: Trial) -> bool:
        """Whether somebody else wrote between our read and our write (Kubernetes: optimistic locking)."""
        before, after = trial.replacement.before, trial.replacement.after
        sent_current = paths.get(trial.replacement.sent, VERSION) in (MISSING, paths.get(before, VERSION))
        moved = after is not MISSING and paths.get(before, VERSION) != paths.get(after, VERSION)
        return trial.status == CONFLICT and moved and sent_current

    def _confirmed(self, send: _Send, trial: Trial) -> Trial:
        """The trial without findings about what a controller may have written just then, unless they recur.

        A target that has stored what it should not have is given the old value first, or nothing could recur. Where it
        does not take that either, the client's value standing there still is confirmation enough.
        """
        doubtful = {finding for finding in trial.findings if self._is_controllers(finding)}
        for _ in range(CONFIRMATIONS if doubtful else 0):
            stuck = self._give_back(trial.replacement.before, doubtful)
            again = self._once(send)
            recurring = {(finding.requirement, finding.field) for finding in again.findings}
            doubtful = {one for one in doubtful if (one.requirement, one.field) in recurring or one in stuck}
        if doubtful:
            self._give_back(trial.replacement.before, set())
        kept = tuple(f for f in trial.findings if f in doubtful or not self._is_controllers(f))
        return Trial(trial.replacement, trial.exchange, kept)

    def _give_back(self, before: Json, doubtful: set[Finding]) -> set[Finding]:
        """Send what controllers own as it was before; the findings whose field still is what it was found to be."""
        self.live()
        owned = [path for path in self.scope.server_owned if path != VERSION]
        values = {paths.render(path): paths.get(before, path) for path in owned}
        self._once(_Send(assign(values), None, None, "", None, None, None))
        now = self.live()
        return {
            finding
            for finding in doubtful
            if finding.observed.endswith(f"stored value {paths.show(get_field(now, finding.field))}")
        }

    def _is_controllers(self, finding: Finding) -> bool:
        return finding.requirement.startswith("immutable.") and paths.starts_with(
            paths.parse(finding.field.split("[")[0]), self.scope.server_owned
        )

    def _observe(self, trial: Trial) -> None:
        if trial.status in self.contract.convention_statuses:
            self.ledger.gap_statuses.add(trial.status)
        mutation = trial.replacement.mutation
        if mutation is None or not (trial.accepted or trial.refused):
            return
        group = self.contract.field_group(mutation.field, "immutable")
        if not any(finding.requirement.startswith("immutable.") for finding in trial.findings):
            self.ledger.treatment[group].add("refused" if trial.refused else "ignored")

    def _repair(self, trial: Trial) -> None:
        """Undo what a lenient or faulty target has stored, before it can do harm or hide the next fault."""
        after = trial.replacement.after
        if after is MISSING:
            self._read = MISSING
            self.live()
            return
        for path in self.scope.gaps:
            if not paths.starts_with(path, self.scope.server_owned) and not paths.same(
                paths.get(trial.replacement.before, path), paths.get(after, path)
            ):
                self.ledger.gap_fields.add(paths.render(path))
                self.job.forget(paths.render(path))
                self._read = MISSING
        if any(f.requirement.startswith("immutable.") and f.requirement != "immutable.status" for f in trial.findings):
            self.job.reset()
            self._read = MISSING


@dataclass(frozen=True)
class _Send:
    make: Make
    mutation: Mutation | None
    pretty: str | None
    query: str
    headers: Mapping[str, str] | None
    credential: Credential | Mapping[str, str] | None
    raw: Callable[[bytes], bytes] | None


def _moved_on(before: Json, answered: Json, stored: Json) -> bool:
    """Whether the stored object is of another version than the one that a replacement was answered with.

    Where it is of the version from before, nobody has written: the answer shows what is not so.
    """
    was, told, now = (paths.get(value, VERSION) for value in (before, answered, stored))
    return MISSING not in (told, now) and now not in (told, was)


def with_values(live: Json, values: Mapping[str, Any]) -> Json:
    """A copy of the live object with other values in some fields; `MISSING` leaves a field out."""
    for name, value in values.items():
        live = paths.put(live, paths.parse(name), value)
    return live


def get_field(value: Json, name: str) -> Json:
    """What stands at a rendered path, or `MISSING`."""
    return next((item for path, item in paths.walk(value) if paths.render(path) == name), MISSING)


def assign(values: Mapping[str, Any]) -> Make:
    """What makes a replacement of the live object that gives some fields other values."""
    return lambda live: with_values(live, values)
