"""One Schemathesis run: its object, what is sent beside its examples, and the request that is under way."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import schemathesis

from contracts.client.errors import TargetError
from contracts.jsonvalue import strict
from contracts.jsonvalue.paths import Json
from contracts.judge.kept import kept
from contracts.judge.response_rules import JSON_TYPE
from contracts.schemathesis_hooks.examination import Verdict, examined
from contracts.schemathesis_hooks.own_object import Given, Operation, OwnObject
from contracts.schemathesis_hooks.plan import Plan, PlanFor, beside_examples, of_body
from contracts.settings.config_file import SettingsError
from contracts.settings.option import ENVIRONMENT_PREFIX
from contracts.spec.load import load_contract

Case = schemathesis.Case[Any]
HELP: Final = "with Schemathesis: -H gives the credential, [parameters] the namespace (docs/schemathesis.md)"


class Unusable(Exception):
    """The run cannot go on; the message is one line, without secrets."""


class Session:
    """What the hooks know between two calls. Requests are sent one at a time: each has to be read back."""

    def __init__(self) -> None:
        chosen = os.environ.get(f"{ENVIRONMENT_PREFIX}SPEC")
        self.contract = load_contract(Path(chosen) if chosen else None)
        self._own: OwnObject | None = None
        self._unusable = ""
        self._planned: dict[str, PlanFor] = {}
        self._under_way: dict[str, tuple[Plan, Json]] = {}
        self._verdict: tuple[str, Verdict] = ("", Verdict())

    def own(self, operation: Operation) -> OwnObject:
        """The object of the run, created when it is first asked for. Raises `Unusable`, each time alike."""
        if self.contract.write.is_patch:
            self._unusable = "the hooks judge replacements alone; `pytorchjob-contract run --spec` judges updates too"
        if self._unusable:
            raise Unusable(self._unusable)
        if self._own is None:
            try:
                self._own = OwnObject(self.contract, Given.of(operation))
            except (TargetError, SettingsError) as error:
                self._unusable = f"{error}; {HELP}"
                raise Unusable(self._unusable) from None
        if self._own.ended:
            raise Unusable("the run has ended")
        return self._own

    def beside_examples(self, operation: Operation) -> list[Case]:
        """Cases of our own, to be sent beside the examples."""
        own = self.own(operation)
        made = []
        for plan_for in beside_examples(self.contract, own.examiner.live(), own.seed):
            case = operation.Case(body={}, media_type=JSON_TYPE, path_parameters=own.parameters)
            self._planned[case.id] = plan_for
            made.append(case)
        return made

    def about_to_send(self, case: Case) -> None:
        """Make of a case a request about the run's own object, as it is stored now."""
        if (case.method, case.path) != ("PUT", self.contract.item_path):
            raise Unusable(f"{case.method} {case.path} is not sent: the specification lacks it")
        own = self.own(case.operation)
        with own.lock:
            before = own.examiner.live()
            plan_for = self._planned.get(case.id)
            plan = plan_for(before) if plan_for else of_body(self.contract, case.body, before)
            if plan.make is not None:
                wanted = kept(own.job.keep, before, plan.make(before))
                own.examiner.about_to_send(wanted, before)
                case.body = plan.spoil(strict.encode(wanted)) if plan.spoil else wanted
            case.path_parameters = own.parameters
            self._under_way = {case.id: (plan, before)}

    def sent(self, case: Case, response: schemathesis.Response) -> None:
        """Read back what a request has done, and judge it."""
        if case.id not in self._under_way:
            return
        plan, before = self._under_way.pop(case.id)
        own = self.own(case.operation)
        valid = case.meta is None or case.meta.generation.mode.is_positive
        authorized = _carries(response, own.headers)
        with own.lock:
            verdict = examined(own, plan, before, response, valid=valid, authorized=authorized)
        self._verdict = case.id, verdict

    def verdict(self, case: Case) -> Verdict:
        """What the last request broke, if it was this case's."""
        known, verdict = self._verdict
        return verdict if known == case.id else Verdict()

    def finish(self) -> None:
        """Delete the object; raises `TargetError` where it is left behind."""
        if self._own is not None:
            self._own.finish()

    def left_behind(self, error: TargetError) -> str:
        """What to say where it is still there."""
        return self._own.left_behind(error) if self._own else str(error)

    def masked(self, text: str) -> str:
        """A text without any secret."""
        return self._own.client.mask(text) if self._own else text


def _carries(response: schemathesis.Response, headers: Mapping[str, str]) -> bool:
    sent = response.request.headers
    return all(sent.get(name) == value for name, value in headers.items())
