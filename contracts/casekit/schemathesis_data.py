"""Schemathesis on the specification: its data grafted onto the live object, its checks and ours on the answers.

A generated object is never accepted as it is: it has another name, no current version and other immutable fields.
What is taken from it are the replaceable fields (positive data), or what is wrong with it (negative data); the
rest is the live object.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import jsonschema_rs
import requests
import schemathesis
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks as openapi_checks

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.judge.model import Finding
from contracts.judge.response_rules import LARGE_BODY
from contracts.run.examiner import Trial
from contracts.spec.contract import Contract
from contracts.spec.fields import UID, VERSION

Case: TypeAlias = schemathesis.Case[Any]

_OWN: Final = "contract"
_TRIALS: dict[str, Trial] = {}

# Schemathesis' checks by the requirement that their failure speaks against.
BUILT_IN: Final = {
    openapi_checks.status_code_conformance: "status.only-documented",
    openapi_checks.content_type_conformance: "response.content-type",
    openapi_checks.response_schema_conformance: "response.schema",
    schemathesis.checks.not_a_server_error: "status.500",
}


@schemathesis.check
def contract_immutability(_context: CheckContext, _response: schemathesis.Response, case: Case) -> None:
    """Nothing but the replaceable fields has changed."""
    _raise_for(case, "immutable.")


@schemathesis.check
def contract_stored_state(_context: CheckContext, _response: schemathesis.Response, case: Case) -> None:
    """What was sent is stored, and the answer shows what is stored."""
    _raise_for(case, "replaceable.", "response.")


@schemathesis.check
def contract_pretty(_context: CheckContext, _response: schemathesis.Response, case: Case) -> None:
    """pretty=true is answered in pretty JSON."""
    _raise_for(case, "pretty.")


@schemathesis.check
def contract_statuses(_context: CheckContext, _response: schemathesis.Response, case: Case) -> None:
    """Only documented statuses are answered, and a refusal changes nothing."""
    _raise_for(case, "status.")


OWN: Final = (contract_immutability, contract_stored_state, contract_pretty, contract_statuses)


def cases(contract: Contract, profile: str, *, positive: bool) -> SearchStrategy[Case]:
    """Schemathesis' test cases for the documented operation, by the page alone or with the overlay.

    Nothing but the replaceable fields of the body is used, and of positive cases the query. The rest is not generated,
    so that what is wrong with a negative case is its body, and often one of these fields.
    """
    source = copy.deepcopy(dict(contract.spec.derived if profile == "document" else contract.spec.overlaid))
    operation = source["paths"][contract.item_path]["put"]
    operation["parameters"] = [one for one in operation["parameters"] if positive and one["in"] == "query"]
    operation["requestBody"]["content"]["application/json"] = {"schema": _narrowed(contract)}
    loaded = schemathesis.openapi.from_dict(source)[contract.item_path]["PUT"]
    mode = schemathesis.GenerationMode.POSITIVE if positive else schemathesis.GenerationMode.NEGATIVE
    strategy: SearchStrategy[Case] = loaded.as_strategy(generation_mode=mode)
    return strategy


def _narrowed(contract: Contract) -> dict[str, Any]:
    """The schema of a request body of nothing but the replaceable fields: all that is taken from a generated case."""
    schema: dict[str, Any] = {"type": "object"}
    for name in contract.replaceable:
        inner = schema
        *outer, last = paths.parse(name)
        for step in outer:
            inner.setdefault("required", [])
            inner["required"] = sorted({*inner["required"], step})
            inner = inner.setdefault("properties", {}).setdefault(
                step, {"type": "object", "additionalProperties": False}
            )
        inner.setdefault("properties", {})[last] = dict(values.schema_of(contract, name))
    return schema


def replaceable_part(contract: Contract, body: Json) -> dict[str, Json]:
    """The replaceable fields of a generated body; `MISSING` for one that it leaves out.

    Left out is what decoders may take or not: whole numbers are sent as such (5.0 is an integer for JSON Schema), and
    maps of texts without a null, which some take for an empty text.
    """
    return {name: _unambiguous(paths.get(body, paths.parse(name))) for name in contract.replaceable}


def _unambiguous(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return {key: item for key, item in value.items() if item is not None} if isinstance(value, dict) else value


def wrong_part(contract: Contract, body: Json) -> dict[str, Json]:
    """The replaceable fields of a generated body that their schema does not allow (null, which clears, aside)."""
    return {
        name: value
        for name, value in replaceable_part(contract, body).items()
        if value is not MISSING and value is not None and not _allowed(contract, name, value)
    }


def identified(contract: Contract, body: Mapping[str, Json], live: Json) -> Json:
    """A generated object under the live object's identity, so that what is wrong with it is looked at at all."""
    grafted: Json = dict(body)
    for name, value in replaceable_part(contract, body).items():
        if value is not MISSING:
            grafted = paths.put(grafted, paths.parse(name), value)
    for path in (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), UID, VERSION):
        grafted = paths.put(grafted, path, paths.get(live, path))
    return grafted


def failures(case: Case, trial: Trial) -> Iterator[Finding]:
    """What Schemathesis' own checks find in the answer; what ours find is in the ledger already."""
    answer = trial.replacement.response
    if answer.defect or len(answer.body) > LARGE_BODY or (answer.body and answer.value is MISSING):
        return  # our own rules have said what is wrong; Schemathesis would parse and validate it without bounds
    _TRIALS[case.id] = trial
    try:
        case.validate_response(_response(trial), checks=[*BUILT_IN, *OWN])
    except FailureGroup as group:
        for failure in group.exceptions:
            requirement = _requirement(failure)
            if requirement == "response.schema" and not trial.accepted:
                requirement = "response.error-body"
            if requirement:
                observed = " ".join(failure.message.split())[:200]
                yield Finding(requirement, f"Schemathesis: {failure.title}", "", "as specified", observed)
    finally:
        del _TRIALS[case.id]


def _requirement(failure: Failure) -> str | None:
    """The requirement that a failure of a built-in check speaks against; None for a failure of ours."""
    names = {check.__name__: requirement for check, requirement in BUILT_IN.items()}
    return next((names[name] for name in type(failure).checks if name in names), None)


def _raise_for(case: Case, *families: str) -> None:
    for finding in _TRIALS[case.id].findings:
        if finding.requirement.startswith(families):
            message = f"{finding.message}\nexpected: {finding.expected}\nobserved: {finding.observed}"
            raise Failure(operation=case.operation.label, title=f"{_OWN}: {finding.requirement}", message=message)


def _response(trial: Trial) -> schemathesis.Response:
    exchange = trial.exchange
    request = requests.Request(exchange.method, exchange.url, headers=dict(exchange.headers), data=exchange.body)
    headers = {name: [value] for name, value in exchange.response.headers.items()}
    answer = exchange.response
    return schemathesis.Response(answer.status, headers, answer.body, request.prepare(), exchange.seconds, verify=True)


def _allowed(contract: Contract, name: str, value: Any) -> bool:
    schema = dict(values.schema_of(contract, name))
    return bool(jsonschema_rs.is_valid(schema, value))
