"""`conformance.json`: writing the result model and reading it back, both held against the shipped schema."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

import jsonschema_rs

from contracts.report import codec
from contracts.report.codec import LONGEST_MESSAGE
from contracts.report.error_kinds import ErrorKind
from contracts.report.error_text import one_line
from contracts.report.files import ReportError as ReportError
from contracts.report.files import write_whole
from contracts.report.model import SCHEMA_VERSION, Report, Verdict

FILE_NAME = "conformance.json"
# The key under which a record holds the digest of everything else in it.
DIGEST = "digest"
# Of a record that does not say with which status the run ended.
_PLAIN_STATUS = {Verdict.CONFORMANT: 0, Verdict.PARTIAL: 0, Verdict.NONCONFORMANT: 1, Verdict.ERROR: 3}


def to_json(report: Report) -> dict[str, Any]:
    """The report as a JSON object, without its digest: keys in the order of the model's fields.

    `error` is null, or an object with a kind and a message.
    """
    value = {"schemaVersion": SCHEMA_VERSION, **codec.to_json(report)}
    kind, message = value.pop("errorKind"), value["error"]
    value["error"] = {"kind": kind or ErrorKind.UNKNOWN, "message": message} if message else None
    return value


def from_json(record: object) -> Report:
    """The report that a JSON value holds; `ReportError` when the value does not follow the schema."""
    _validate(record)
    assert isinstance(record, dict)
    error = record.get("error") or ""
    if not isinstance(error, dict):  # a text in records that were written before errors had kinds
        error = {"kind": ErrorKind.UNKNOWN if error else "", "message": error}
    status = _PLAIN_STATUS[Verdict(record["verdict"])]
    told = {"exitStatus": status, **record, "error": error["message"], "errorKind": error["kind"]}
    return codec.from_json(Report, told)


def write(report: Report, directory: Path) -> Path:
    """Write `conformance.json` into the directory, whole or not at all, and give its path.

    Raises `ReportError` when the report does not follow the schema or the file cannot be written.
    """
    record = to_json(report)
    _validate(record)
    record[DIGEST] = digest(record)
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return write_whole(directory / FILE_NAME, text)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it lies in a file, with the report that it holds."""

    file: Path
    content: Mapping[str, Any]
    report: Report


def load(path: Path) -> Report:
    """Read a report from its file, or from the report directory that holds it; raises as `stored` does."""
    return stored(path).report


def stored(path: Path) -> Stored:
    """Read a record from its file, or from the report directory that holds it.

    Raises `ReportError` when the file is missing, is not whole, or does not follow the schema. Whether it
    contradicts itself is asked separately (`trust.consistency.inconsistencies`): a wrong report can still be shown.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        record = json.loads(file.read_bytes().decode("utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise ReportError(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file}: not JSON, or cut off ({one_line(str(error), LONGEST_MESSAGE)})") from error
    try:
        return Stored(file, record, from_json(record))
    except ReportError as error:
        raise ReportError(f"{file}: {error}") from error


def digest(record: Mapping[str, Any]) -> str:
    """`sha256:` and the hash of everything in a record but its digest, as JSON with sorted keys and no white space.

    It shows that a record was changed after it was written. It is no signature: who changes a record on purpose can
    make a new one.
    """
    rest = {key: value for key, value in record.items() if key != DIGEST}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@cache
def _validator() -> jsonschema_rs.Validator:
    schema = json.loads(files("contracts.report").joinpath("conformance.schema.json").read_text("utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def _validate(record: object) -> None:
    try:
        error = next(iter(_validator().iter_errors(record)), None)
    except ValueError as problem:
        raise ReportError(f"not JSON ({one_line(str(problem), LONGEST_MESSAGE)})") from problem
    if error is not None:
        place = ".".join(str(step) for step in error.instance_path) or "the report"
        raise ReportError(f"{place}: {one_line(error.message, LONGEST_MESSAGE)}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
