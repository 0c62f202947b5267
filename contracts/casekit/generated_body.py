"""What is taken of a body that was generated from the specification, and what it is generated from. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import value_schemas, values
from contracts.spec.contract import Contract
from contracts.spec.fields import UID, VERSION


def narrowed(contract: Contract, *, closed: bool = True) -> dict[str, Any]:
    """The schema of a request body of nothing but the replaceable fields: all that is taken from a generated case.

    Not `closed`: other fields may stand beside them, as in what is sent in the end.
    """
    schema: dict[str, Any] = {"type": "object"}
    for name in contract.replaceable:
        known = value_schemas.generated_schema(contract, name)
        if known.get("enum") == []:
            continue  # nothing may be sent
        inner = schema
        *outer, last = paths.parse(name)
        for step in outer:
            inner["required"] = sorted({*inner.get("required", ()), step})
            nothing = {"type": "object", **({"additionalProperties": False} if closed else {})}
            inner = inner.setdefault("properties", {}).setdefault(step, nothing)
        inner.setdefault("properties", {})[last] = known
        if value_schemas.KEPT in known:
            inner["required"] = sorted({*inner.get("required", ()), last})
    return schema


def replaceable_part(contract: Contract, body: Json) -> dict[str, Json]:
    """The replaceable fields of a generated body; `MISSING` for one that it leaves out.

    Left out is what decoders may take or not: whole numbers are sent as such (5.0 is an integer for JSON Schema) as far
    as integers go, and maps of texts without a null, which some take for an empty text.
    """
    return {name: _unambiguous(paths.get(body, paths.parse(name))) for name in contract.replaceable}


def in_plain_characters(body: Json) -> Json:
    """The same body with a letter for each character beyond 16 bits, in names and texts."""
    if isinstance(body, str):
        return "".join("x" if character > "\uffff" else character for character in body)
    if isinstance(body, list):
        return [in_plain_characters(one) for one in body]
    if isinstance(body, dict):
        return {in_plain_characters(name): in_plain_characters(one) for name, one in body.items()}
    return body


def _unambiguous(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer() and abs(value) < values.INT64:
        return int(value)
    return {key: item for key, item in value.items() if item is not None} if isinstance(value, dict) else value


def wrong_part(contract: Contract, body: Json) -> dict[str, Json]:
    """The replaceable fields of a generated body that their schema does not allow (null, which clears, aside)."""
    return {
        name: value
        for name, value in replaceable_part(contract, body).items()
        if value not in (MISSING, None)
        and not jsonschema_rs.is_valid(dict(value_schemas.schema_of(contract, name)), value)
    }


def as_bytes(body: Json) -> bytes:
    """A generated body that is no object, as it is sent; what JSON does not have is sent as null."""
    plain = body if isinstance(body, str | int | float | bool | list) else None
    return body if isinstance(body, bytes) else json.dumps(plain).encode()


def identified(contract: Contract, body: Mapping[str, Json], live: Json) -> Json:
    """A generated object under the live object's identity, so that what is wrong with it is looked at at all."""
    grafted: Json = dict(body)
    for name, value in replaceable_part(contract, body).items():
        grafted = paths.put(grafted, paths.parse(name), value)
    for path in (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), UID, VERSION):
        grafted = paths.put(grafted, path, paths.get(live, path))
    return grafted
