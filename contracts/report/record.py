"""`conformance.json`: writing the result model and reading it back, both held against the shipped schema."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

import jsonschema_rs

from contracts.report.digest import KEY, digest, problem
from contracts.report.files import ReportError as ReportError
from contracts.report.files import write_whole
from contracts.report.model import (
    SCHEMA_VERSION,
    Acceptance,
    CaseResult,
    Coverage,
    Document,
    DocumentGaps,
    Exchange,
    Exercised,
    Finding,
    FirstFinding,
    Immutability,
    Implementation,
    Latency,
    Observed,
    Outcome,
    Report,
    RequirementResult,
    Setting,
    Source,
    Specification,
    Suite,
    Target,
    Traced,
    Values,
    Verdict,
    Waived,
)

FILE_NAME = "conformance.json"
LONGEST_MESSAGE = 200


def to_json(report: Report) -> dict[str, Any]:
    """The report as the JSON object of the design: keys in the design's order, those of open maps sorted.

    Text that UTF-8 cannot carry (a lone surrogate that a target sent as an escape) is written as its escape.
    """
    return {"schemaVersion": SCHEMA_VERSION, **_encode(report)}


def from_json(record: object) -> Report:
    """The report that a JSON value holds; `ReportError` when the value does not follow the schema."""
    _validate(record)
    assert isinstance(record, dict)
    return Report(
        suite=Suite(**record["suite"]),
        document=Document(**record["document"]),
        spec=Specification(**record["spec"]),
        target=Target(**record["target"]),
        profile=record["profile"],
        seed=int(record["seed"]),
        started_at=_instant(record["startedAt"]),
        finished_at=_instant(record["finishedAt"]),
        duration_seconds=record["durationSeconds"],
        requests=int(record["requests"]),
        verdict=Verdict(record["verdict"]),
        requirements=tuple(_requirement(entry) for entry in record["requirements"]),
        observed=_observed(record["observed"]),
        exit_status=_exit_status(record),
        acceptance={
            kind: Acceptance(int(count["sent"]), int(count["accepted"]))
            for kind, count in record.get("acceptance", {}).items()
        },
        error=record.get("error", ""),
        first_finding=FirstFinding(**record["firstFinding"]) if record.get("firstFinding") else None,
        waiver_problems=tuple(record.get("waiverProblems", ())),
        implementation=Implementation(**record.get("implementation", {})),
        command=record.get("command", ""),
        traceability=tuple(_traced(row) for row in record.get("traceability", ())),
        configuration=tuple(Setting(**one) for one in record.get("configuration", ())),
        versions=record.get("versions", {}),
    )


def write(report: Report, directory: Path) -> Path:
    """Write `conformance.json` into the directory, whole or not at all, and give its path.

    Raises `ReportError` when the report does not follow the schema or the file cannot be written.
    """
    record = to_json(report)
    _validate(record)
    record[KEY] = digest(record)
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return write_whole(directory / FILE_NAME, text)


def load(path: Path) -> Report:
    """Read a report from its file, or from the report directory that holds it.

    Raises `ReportError` when the file is missing, is not whole, or does not follow the schema. Whether it
    contradicts itself is asked separately (`consistency.inconsistencies`): a wrong report can still be shown.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        record = json.loads(file.read_bytes().decode("utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise ReportError(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file}: not JSON, or cut off ({_one_line(str(error))})") from error
    try:
        return from_json(record)
    except ReportError as error:
        raise ReportError(f"{file}: {error}") from error


def changed_since(path: Path) -> str | None:
    """What shows that a stored record is not the one that was written; None when nothing does.

    Raises `ReportError` as `load` does.
    """
    load(path)
    file = path / FILE_NAME if path.is_dir() else path
    return problem(json.loads(file.read_text(encoding="utf-8")))


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        return {_camel_case(part.name): _encode(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {_text(str(key)): _encode(value[key]) for key in sorted(value)}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _requirement(entry: Mapping[str, Any]) -> RequirementResult:
    return RequirementResult(
        id=entry["id"],
        family=entry["family"],
        level=entry["level"],
        statement=entry["statement"],
        source=Source(**entry["source"]),
        outcome=Outcome(entry["outcome"]),
        reason=entry["reason"],
        cases=tuple(
            CaseResult(
                id=case["id"],
                outcome=Outcome(case["outcome"]),
                duration_seconds=case["durationSeconds"],
                optional=case.get("optional", False),
                reason=case.get("reason", ""),
                findings=tuple(case.get("findings", ())),
            )
            for case in entry["cases"]
        ),
        findings=tuple(_finding(finding) for finding in entry["findings"]),
    )


def _finding(finding: Mapping[str, Any]) -> Finding:
    waiver = finding.get("waiver")
    exchange, values = (
        finding.get("exchange"),
        finding.get("values", {"expected": (), "observed": None, "status": None}),
    )
    parts = {
        "change": tuple(finding.get("change", ())),
        "waiver": Waived(**waiver) if waiver else None,
        "values": Values(**{**values, "expected": tuple(values["expected"])}),
        "exchange": Exchange(**{_snake_case(key): value for key, value in exchange.items()}) if exchange else None,
    }
    return Finding(**{**finding, **parts})


def _observed(observed: Mapping[str, Any]) -> Observed:
    coverage = observed.get("coverage", {"replacements": 0, "elements": []})
    return Observed(
        immutability={path: Immutability(how) for path, how in observed["immutability"].items()},
        statuses={int(status): int(count) for status, count in observed["statuses"].items()},
        document_gaps=DocumentGaps(
            statuses=tuple(int(status) for status in observed["documentGaps"]["statuses"]),
            fields=tuple(observed["documentGaps"]["fields"]),
        ),
        coverage=Coverage(int(coverage["replacements"]), tuple(Exercised(**one) for one in coverage["elements"])),
        latency={method: Latency(**one) for method, one in observed.get("latency", {}).items()},
    )


def _traced(row: Mapping[str, Any]) -> Traced:
    return Traced(**{**row, "elements": tuple(row["elements"]), "requirements": tuple(row["requirements"])})


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ReportError(f"not a time: {_one_line(text)}") from error


def _exit_status(record: Mapping[str, Any]) -> int:
    # A record without the key is read as the plain status of its verdict.
    plain = {"conformant": 0, "partial": 0, "nonconformant": 1}.get(record["verdict"], 3)
    return int(record.get("exitStatus", plain))


@cache
def _validator() -> jsonschema_rs.Validator:
    schema = json.loads(files("contracts.report").joinpath("conformance.schema.json").read_text("utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _validate(record: object) -> None:
    try:
        error = next(iter(_validator().iter_errors(record)), None)
    except ValueError as problem:
        raise ReportError(f"not JSON ({_one_line(str(problem))})") from problem
    if error is not None:
        place = ".".join(str(step) for step in error.instance_path) or "the report"
        raise ReportError(f"{place}: {_one_line(error.message)}")


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
