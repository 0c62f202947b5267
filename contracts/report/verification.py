"""What the command `report` does with a stored report: show it, or say what is wrong with it.

A report that contradicts itself was edited, or the suite has a bug.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from contracts.report.files import ReportError, write_whole
from contracts.report.model import Outcome, Report, RequirementResult, Verdict
from contracts.report.outcomes import exit_status, fold_outcome, verdict
from contracts.report.record import DIGEST, Stored, digest, stored
from contracts.report.text.layout import visible
from contracts.report.text.summary import summary

EXPLAINED = (Outcome.SKIPPED, Outcome.NOT_APPLICABLE, Outcome.WAIVED)


def show(path: Path, colour: bool = False, width: int = 80) -> str:
    """The terminal summary of the report in a file or directory, ending in a newline.

    A report that contradicts itself is shown with a warning for each contradiction. Raises `ReportError` when there
    is no whole report to show.
    """
    found = stored(path)
    text = summary(found.report, colour, width, str(found.file))
    return text + "".join(f"warning: {visible(problem)}\n" for problem in inconsistencies(found.report))


def verify(path: Path) -> tuple[str, ...]:
    """What is wrong with the report in a file or directory, one line each; empty when nothing is."""
    try:
        found = stored(path)
    except ReportError as error:
        return (str(error),)
    problems = inconsistencies(found.report)
    if DIGEST not in found.content:
        return (*problems, "the record has no digest: it may have been changed")
    if found.content[DIGEST] != digest(found.content):
        return (*problems, "the record's digest is another one: it was changed after it was written")
    return problems


def inconsistencies(report: Report) -> tuple[str, ...]:
    """Everything in which the report contradicts itself, one line each; empty when it is sound."""
    return (*_run(report), *(f"{one.id}: {problem}" for one in report.requirements for problem in _requirement(one)))


def _run(report: Report) -> Iterator[str]:
    computed = verdict(report.requirements)
    if report.verdict is not computed:
        yield f"verdict is {report.verdict}, the requirements say {computed}"
    problems = bool(report.waiver_problems)
    possible = {exit_status(report.verdict, False, complete, problems) for complete in (False, True)} | {2}
    if report.exit_status not in possible:
        yield f"exitStatus {report.exit_status} does not go with verdict {report.verdict}"
    if report.error and report.verdict in (Verdict.CONFORMANT, Verdict.PARTIAL):
        yield f"verdict is {report.verdict} although the run ended with an error"
    if report.finished_at < report.started_at:
        yield "finishedAt is before startedAt"
    if sum(report.observed.statuses.values()) > report.requests:
        yield f"more answers counted in observed.statuses than the {report.requests} requests"
    for kind, acceptance in report.acceptance.items():
        if acceptance.accepted > acceptance.sent:
            yield f"acceptance.{kind}: more accepted than sent"
    yield from _causes(report)
    for identifier, count in Counter(requirement.id for requirement in report.requirements).items():
        if count > 1:
            yield f"{identifier}: listed {count} times"


def _causes(report: Report) -> Iterator[str]:
    broken = {requirement.id for requirement in report.requirements if requirement.findings}
    for cause in report.causes:
        if unknown := [name for name in cause.requirements if name not in broken]:
            yield f"a cause explains {', '.join(unknown)}, of which there are no findings"


def _requirement(requirement: RequirementResult) -> Iterator[str]:
    if not requirement.source.section.strip():
        yield "no source"
    elif requirement.level == "document" and not requirement.source.lines.strip():
        yield "no lines of the document in its source"
    if requirement.outcome in EXPLAINED and not requirement.reason.strip():
        yield f"{requirement.outcome} without a reason"
    yield from _outcome(requirement)


def _outcome(requirement: RequirementResult) -> Iterator[str]:
    accepted = [finding.waiver is not None for finding in requirement.findings]
    # A waiver covers a deviation that was seen, so its findings and failed cases stay in the record.
    if requirement.outcome is Outcome.WAIVED:
        if any(accepted) and not all(accepted):
            yield "waived although one of its findings is not"
        return
    if accepted and all(accepted):
        yield f"{requirement.outcome} although all of its findings are waived"
    failed_case = any(case.outcome is Outcome.FAILED for case in requirement.cases)
    deviates = failed_case or bool(requirement.findings)
    if requirement.outcome is Outcome.FAILED and not deviates:
        yield "failed without a finding or a failed case"
    elif requirement.outcome is not Outcome.FAILED and deviates:
        yield f"{requirement.outcome} although it has findings or a failed case"
    elif requirement.outcome is Outcome.PASSED and not requirement.cases:
        yield "passed without a case"
    elif requirement.cases and not deviates and requirement.outcome is not (said := fold_outcome(requirement.cases)):
        # Its cases may have passed, and yet too little was seen to say that it holds.
        weaker = requirement.outcome in (Outcome.SKIPPED, Outcome.ERROR) and requirement.reason
        # The cases of one that is not applicable ask for other requirements too.
        if requirement.outcome is not Outcome.NOT_APPLICABLE and not (weaker and said is Outcome.PASSED):
            yield f"{requirement.outcome}, its cases say {said}"


SUFFIX: Final = ".sig"
# Says what is signed, so that no signature can be shown for something else.
CONTEXT: Final = "pytorchjob-contract/v1 record "
HOW: Final = "openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out public.pem"


def sign(path: Path, key_file: Path) -> Path:
    """Sign the record in a file or directory and give the path of its signature, `….sig` beside it.

    Raises `ReportError`: the record cannot be read, contradicts itself or was edited; the key cannot be used (what it
    holds is in no message).
    """
    problems = verify(path)
    if problems:
        raise ReportError(f"{path}: not signed, since {problems[0]}")
    record = stored(path)
    signature = _key(key_file, "--key", private=True).sign(_signed(record))
    return write_whole(_signature_file(record), base64.b64encode(signature).decode("ascii") + "\n")


def check(path: Path, public_key_file: Path) -> str | None:
    """What is wrong with the signature of the record in a file or directory, in a line; None when nothing is.

    Raises `ReportError` when record or key cannot be read.
    """
    key, record = _key(public_key_file, "--public-key", private=False), stored(path)
    from cryptography.exceptions import InvalidSignature

    file = _signature_file(record)
    try:
        signature = base64.b64decode(file.read_bytes().strip(), validate=True)
    except OSError:
        return f"{file}: there is no signature (report sign)"
    except (binascii.Error, ValueError):
        return f"{file}: this is no signature"
    try:
        key.verify(signature, _signed(record))
    except InvalidSignature:
        return f"{file}: the signature is not by this key, or not of this record"
    return None


def _signature_file(record: Stored) -> Path:
    return record.file.with_name(record.file.name + SUFFIX)


def _signed(record: Stored) -> bytes:
    return (CONTEXT + digest(record.content)).encode("ascii")


def _key(path: Path, option: str, *, private: bool) -> Any:
    """The Ed25519 key in a PEM file; `cryptography` comes with an extra, so that it is imported here."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ed25519
        from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
    except ImportError:
        raise ReportError(f"{option} needs the extra: pip install 'pytorchjob-contract[sign]'") from None
    try:
        content = path.read_bytes()
        key = load_pem_private_key(content, password=None) if private else load_pem_public_key(content)
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}) ({option})") from None
    except TypeError:
        raise ReportError(f"{path}: the key is encrypted; decrypt it first ({option})") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ReportError(f"{path}: this is no PEM file with such a key ({option})") from None
    if private and not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ReportError(f"{path}: this is no Ed25519 key ({option}); {HOW}")
    if not private and not isinstance(key, ed25519.Ed25519PublicKey):
        raise ReportError(f"{path}: this is no Ed25519 public key ({option})")
    return key
