"""Family status: each documented status is answered where it belongs, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from contracts.client.credentials import NONE, Credential
from contracts.client.errors import CertificateRequired
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import values
from contracts.judge.model import Finding
from contracts.pytest_plugin.case import NothingToTry
from contracts.resource.responses import JSON
from contracts.run.examiner import Examiner, Trial, assign, with_values
from contracts.run.run import Run
from contracts.spec.fields import UID, VERSION

SEMANTIC_REFUSALS = {"kubernetes": (400, 403, 409, 422), "document": (400, 403)}


@pytest.mark.requirement("status.200")
def test_200(examiner: Examiner) -> None:
    """A replacement that changes something and one that does not are both answered with 200."""
    for make in (assign(values.assignments(examiner.contract, 51)), assign({})):
        trial = examiner.replace(make)
        examiner.expect_accepted(trial, "status.200", "a correct replacement")


@pytest.mark.requirement("status.201")
def test_201(contract_run: Run, examiner: Examiner) -> None:
    """A replacement of an object that does not exist creates it, saying so, or leaves it absent."""
    name = f"contract-{contract_run.job.run_id}-new"
    path = contract_run.contract.item_path.format(namespace=contract_run.namespace, name=name)
    wanted = paths.without(examiner.live(), [VERSION, UID, ("status",)])
    body = strict.encode(paths.put(wanted, ("metadata", "name"), name))
    contract_run.job.leftovers.may_create(name)
    exchange = contract_run.target.send("PUT", path, headers=JSON, body=body)
    stored = contract_run.job.leftovers.discard(name)
    examiner.judge_answer(exchange)
    status = exchange.response.status
    if stored and status != 201:
        examiner.fault(
            _finding("status.201", "an object was created, which 201 says", "201", status), exchange=exchange
        )
    elif not stored and exchange.response.accepted:
        message = "a replacement of an absent object is answered with success, and there is none afterwards"
        examiner.fault(_finding("status.201", message, "4xx, or 201 and the object", status), exchange=exchange)


@pytest.mark.parametrize("name", values.malformed(b"{}"))
@pytest.mark.requirement("status.400", "status.refusal-changes-nothing")
def test_malformed_body(examiner: Examiner, name: str) -> None:
    """A body that is no JSON object is 400, also when half of it could be understood."""
    wanted = assign(values.assignments(examiner.contract, 52 + len(name)))
    trial = examiner.replace(wanted, raw=lambda body: values.malformed(body)[name])
    if trial.status != 400:
        examiner.fault(
            _finding("status.400", f"a body that is malformed ({name}) is not refused as such", "400", trial), trial
        )
    _expect_nothing_stored(examiner, "status.400", trial, f"a body that is malformed ({name})")


@pytest.mark.requirement("status.400")
def test_mismatch(examiner: Examiner) -> None:
    """An object of another kind, version, name or namespace than the URL's is refused."""
    for name in values.mismatches(examiner.contract, examiner.live()):
        trial = examiner.replace(
            lambda live, name=name: values.mismatches(examiner.contract, with_values(live, _labels(name)))[name]  # type: ignore[misc]
        )
        ignored = trial.accepted and examiner.scope.profile == "document"
        if trial.status not in SEMANTIC_REFUSALS[examiner.scope.profile] and not ignored:
            examiner.fault(
                _finding("status.400", f"an object of {name} is not refused as the client's mistake", "400", trial),
                trial,
            )


@pytest.mark.requirement("status.401")
def test_401(contract_run: Run, examiner: Examiner) -> None:
    """No credential, and every kind of credential that is none, is 401 and changes nothing."""
    for name, credential in _no_credentials(contract_run):
        try:
            trial = examiner.replace(assign(_labels(name)), credential=credential)
        except CertificateRequired as error:
            pytest.skip(str(error))
        if trial.status != 401:
            message = f"a request with {name} is not answered with 401"
            examiner.fault(_finding("status.401", message, "401", trial), trial)
        _expect_nothing_stored(examiner, "status.401", trial, f"a request with {name}")


@pytest.mark.requirement("status.401", "status.403")
def test_who_asks_comes_first(contract_run: Run, examiner: Examiner) -> None:
    """By the conventions a body is not looked at before it is known that its sender may send one."""
    if examiner.scope.profile != "kubernetes":
        raise NothingToTry("the page does not say what is looked at first")
    cases: list[tuple[str, int, Credential]] = []
    if contract_run.target.has_credential:
        cases.append(("without credential", 401, NONE))
    if contract_run.denied_credential is not None:
        cases.append(("with a credential that may not replace the object", 403, contract_run.denied_credential))
    for name, status, credential in cases:
        try:
            trial = examiner.replace(assign({}), raw=lambda body: body[:-1], credential=credential)
        except CertificateRequired as error:
            pytest.skip(str(error))
        if trial.status != status:
            message = f"a malformed body {name} is not answered with {status}"
            examiner.fault(_finding(f"status.{status}", message, str(status), trial), trial)


@pytest.mark.requirement("status.403")
def test_403(contract_run: Run, examiner: Examiner) -> None:
    """A credential that may not replace the object is 403 and changes nothing."""
    if contract_run.denied_credential is None:
        raise NothingToTry("no credential was given that may not replace the object (--denied-token-file)")
    for change in _not_for_everyone(examiner):
        for pretty in (None, "true") if "metadata.labels" in change else (None,):
            try:
                trial = examiner.replace(assign(change), credential=contract_run.denied_credential, pretty=pretty)
            except CertificateRequired as error:
                pytest.skip(str(error))
            if trial.status != 403:
                message = "a credential that may not replace the object is not answered with 403"
                examiner.fault(_finding("status.403", message, "403", trial), trial)
            _expect_nothing_stored(examiner, "status.403", trial, "a request with a credential that may not")


@pytest.mark.requirement("status.403")
def test_403_in_another_namespace(contract_run: Run, examiner: Examiner) -> None:
    """A namespace in which the credential may not write is 403."""
    namespace = contract_run.denied_namespace
    if namespace is None:
        raise NothingToTry("no namespace was given in which the credential may not write (--denied-namespace)")
    path = contract_run.contract.item_path.format(namespace=namespace, name=contract_run.job.name)
    wanted = paths.without(examiner.live(), [VERSION, UID, ("status",)])
    body = strict.encode(paths.put(wanted, ("metadata", "namespace"), namespace))
    exchange = contract_run.target.send("PUT", path, headers=JSON, body=body)
    examiner.judge_answer(exchange)
    if exchange.response.status != 403:
        message = "a replacement in a namespace in which the credential may not write is not answered with 403"
        examiner.fault(_finding("status.403", message, "403", exchange.response.status), exchange=exchange)


@pytest.mark.requirement("status.500")
@pytest.mark.cost(20)
def test_500(examiner: Examiner) -> None:
    """What clients get wrong is never answered as the server's fault."""
    for name in values.mistakes(examiner.live()):
        trial = examiner.replace(lambda live, name=name: values.mistakes(live)[name])  # type: ignore[misc]
        if not trial.accepted and not trial.refused:
            message = f"a client's mistake ({name}) is answered as if the server were at fault"
            examiner.fault(_finding("status.500", message, "2xx or 4xx", trial), trial)
    for name in values.doubtful(b""):
        # judged by the rules alone: whatever 4xx or 2xx it is, nothing else may change
        examiner.replace(assign({}), raw=lambda body, name=name: values.doubtful(body)[name])  # type: ignore[misc]


@pytest.mark.requirement("status.refusal-changes-nothing")
@pytest.mark.cost(40)
def test_refusal_changes_nothing(examiner: Examiner) -> None:
    """A request that mixes something to refuse with changes that are allowed leaves all of them out when refused."""
    refused = 0
    for mark, field in enumerate(examiner.contract.replaceable, start=60):
        for value in values.invalid(examiner.contract, field):
            wanted = {**values.assignments(examiner.contract, mark), field: value}
            refused += examiner.replace(assign(wanted)).refused
    if not refused and examiner.scope.profile == "kubernetes":
        raise NothingToTry("the target refuses none of these requests")


@pytest.mark.requirement("status.only-documented")
def test_media_types(examiner: Examiner) -> None:
    """What is sent or asked for in another media type is answered with a documented status too."""
    body = strict.encode(examiner.live())
    for headers in ({**JSON, "Content-Type": "text/plain"}, {**JSON, "Content-Type": "application/xml"}):
        exchange = examiner.target.send("PUT", examiner.job.path, headers=headers, body=body)
        examiner.judge_answer(exchange)
    examiner.replace(assign(_labels("media")), headers={"Accept": "*/*"})


def _labels(text: str) -> Mapping[str, Json]:
    """An allowed change that shows whether a refused request was carried out after all."""
    word = "".join(character for character in text if character.isalnum())[:40]
    return {"metadata.labels": {"contract-refused": word}}


def _not_for_everyone(examiner: Examiner) -> Iterator[Mapping[str, Json]]:
    """Replacements that take a right to make: of each field alone, of all of them, of none."""
    wanted = values.assignments(examiner.contract, 59)
    yield from ({field: value} for field, value in wanted.items())
    yield from (wanted, {})


def _no_credentials(run: Run) -> Iterator[tuple[str, Credential]]:
    """(name, credential) of requests that carry no valid credential; the names do not show the valid one."""
    yield "no credential", NONE
    yield from run.target.authority.wrong().items()


def _expect_nothing_stored(examiner: Examiner, requirement: str, trial: Trial, what: str) -> None:
    """Judge what the rule for refusals does not see: a request that was to be refused and was accepted."""
    spared = (*examiner.scope.server_owned, ("metadata", "generation"))
    before, after = (paths.without(value, spared) for value in (trial.replacement.before, trial.replacement.after))
    if trial.replacement.after is MISSING:
        return
    for change in paths.differences(before, after):
        field = paths.render(change.path)
        observed = f"{trial.status}, stored value {paths.show(change.after)}"
        expected = f"stored value still {paths.show(change.before)}"
        examiner.fault(Finding(requirement, f"{what} changed {field}", field, expected, observed), trial)


def _finding(requirement: str, message: str, expected: str, observed: Trial | int) -> Finding:
    return Finding(requirement, message, "", expected, str(observed if isinstance(observed, int) else observed.status))
