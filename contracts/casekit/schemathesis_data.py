"""Schemathesis on the specification: its data grafted onto the live object, its checks and ours on the answers.

A generated object is never accepted as it is: it has another name, no current version and other immutable fields.
What is taken from it are the replaceable fields (positive data), or what is wrong with it (negative data); the
rest is the live object.
"""

import copy
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as openapi_checks

from contracts.casekit.generated_body import narrowed
from contracts.casekit.markers import NothingToTry, OutOfBudget
from contracts.casekit.reply import Reply
from contracts.client.errors import TargetError
from contracts.jsonvalue.paths import MISSING
from contracts.judge.response_rules import LARGE_BODY
from contracts.report.finding import Demand, Expected, Observed, Seen
from contracts.run.evidence import Evidence
from contracts.run.run import Run
from contracts.spec.contract import Contract

Case: TypeAlias = schemathesis.Case[Any]

# Schemathesis' checks by the requirement that their failure speaks against.
BUILT_IN: Final = {
    openapi_checks.status_code_conformance: "status.only-documented",
    openapi_checks.content_type_conformance: "response.content-type",
    openapi_checks.response_schema_conformance: "response.schema",
    schemathesis.checks.not_a_server_error: "status.500",
}


def cases(contract: Contract, profile: str, *, positive: bool) -> SearchStrategy[Case]:
    """Schemathesis' test cases for the documented operation, by the page alone or with the overlay.

    Nothing but the replaceable fields of the body is used, and of positive cases the query. The rest is not generated,
    so that what is wrong with a negative case is its body, and often one of these fields.
    """
    source = copy.deepcopy(dict(contract.spec.derived if profile == "document" else contract.spec.overlaid))
    write = contract.write
    operation = source["paths"][contract.item_path][write.method.lower()]
    operation["parameters"] = [one for one in operation["parameters"] if positive and one["in"] == "query"]
    operation["requestBody"]["content"][write.media_type] = {"schema": narrowed(contract)}
    loaded = schemathesis.openapi.from_dict(source)[contract.item_path][write.method]
    mode = schemathesis.GenerationMode.POSITIVE if positive else schemathesis.GenerationMode.NEGATIVE
    strategy: SearchStrategy[Case] = loaded.as_strategy(generation_mode=mode)
    return strategy


def pretty(case: Case) -> str | None:
    """The value of the parameter `pretty` of a generated case, where it asks for pretty output."""
    return "true" if (case.query or {}).get("pretty") == "true" else None


def validate(case: Case, reply: Reply) -> None:
    """Have Schemathesis' own checks look at the answer to an accepted request; each failure is a finding of the case.

    Of errors our rules know more: which bodies conform beside the documented one, and what is only now and then.
    """
    response = reply.exchange.response
    if not reply.accepted or response.defect or len(response.body) > LARGE_BODY:
        return
    if response.body and response.value is MISSING:
        return  # our own rules have said what is wrong; Schemathesis would parse and validate it without bounds
    try:
        case.validate_response(_response(reply), checks=list(BUILT_IN))
    except FailureGroup as group:
        for failure in group.exceptions:
            checks = type(failure).checks
            requirement = next((one for check, one in BUILT_IN.items() if check.__name__ in checks), None)
            if requirement and not _known(requirement, reply):
                observed = Observed(Seen.NOTE, reply.status, note=f"{failure.title}: {failure.message}")
                reply.job.add_finding(Expected(Demand.SPECIFICATION), observed, (), requirement, reply)


def _known(requirement: str, reply: Reply) -> bool:
    """Whether our own rules have said of this exchange what Schemathesis would say: nothing is reported twice.

    Of the schema they say all, also nothing: they know what was sent so, and what an object's owner has written.
    """
    return bool(reply.found(requirement)) or (requirement == "response.schema" and reply.trial is not None)


def _response(reply: Reply) -> schemathesis.Response:
    exchange, answer = reply.exchange, reply.exchange.response
    request = requests.Request(exchange.method, exchange.url, headers=dict(exchange.headers), data=exchange.body)
    headers = {name: [value] for name, value in answer.headers.items()}
    return schemathesis.Response(answer.status, headers, answer.body, request.prepare(), exchange.seconds, verify=True)


SMALLER: Final = 40
Example = TypeVar("Example")


class _Broken(Exception):
    """An example found something; Hypothesis takes it from there."""


def explore(run: Run, strategy: SearchStrategy[Example], check: Callable[[Example], None], examples: int) -> None:
    """Call `check` with `examples` generated values; what it finds is shrunk to the smallest example that shows it.

    No more than `SMALLER` are tried to find a smaller one that fails: against a target each costs requests. A finding
    that does not recur (the target fails now and then) is kept as it was first seen.

    Raises `OutOfBudget` when a budget left no room for some of the examples, and the `TargetError` of an example
    in which nothing could be found; either ends the series at once, and what was found before is kept.
    """
    tried = done = 0
    ended: list[BaseException] = []
    smallest: list[Evidence] = []

    @seed(run.settings.seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
    )
    @given(strategy)
    def examine(example: Example) -> None:
        nonlocal tried, done
        tried += bool(smallest)
        if ended or tried > SMALLER:
            return
        if option := run.used_up():
            ended.append(OutOfBudget(option, f"after {done} of {examples} examples"))
            return
        with run.evidence.capture() as found:
            try:
                check(example)
                done += 1
            except TargetError as error:  # not for Hypothesis, which would look for a smaller example of an outage
                ended.append(error)
        if found:
            smallest[:] = found
            raise _Broken

    try:
        examine()
    except* (_Broken, Flaky):
        run.evidence.keep(smallest)
    except* Unsatisfiable:
        raise NothingToTry("from the specification no such body can be generated") from None
    if ended:
        raise ended[0]
