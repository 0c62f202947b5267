"""Maps of texts at their limits: many keys, long values, keys that are alike, keys with prefixes of others. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.judge.unusual_texts import LONGEST_KEY, TOGETHER
from contracts.judge.value_schemas import KEYS

# What the schema of a map says of keys that tools of the API family write: each with a value as they write it.
WELL_KNOWN: Final = "x-well-known-keys"
PREFIXES: Final = ("app.kubernetes.io/contract", "kubernetes.io/contract", "k8s.io/contract", "contract.k8s.io/a")


@dataclass(frozen=True, eq=False)
class Limit:
    """A map at some limit. `demanded`: whether it has to be accepted; `reserved`: whether it has keys of others."""

    title: str
    value: Mapping[str, str]
    demanded: bool = True
    reserved: bool = False


def limits(schema: Mapping[str, Any]) -> Iterator[Limit]:
    """Maps at the limits of a field with this schema; nothing where it is no map of texts with keys of known syntax."""
    texts = schema.get("additionalProperties")
    if not isinstance(texts, dict) or KEYS not in schema:
        return
    longest: int | None = texts.get("maxLength")
    text = "x" * (longest or 63)
    yield Limit("60 keys", {f"contract-{number}": str(number) for number in range(60)})
    yield Limit("150 keys with long values", {f"contract-{number}": text for number in range(150)})
    yield Limit("keys that differ in capitals only", {"contract-app": "1", "Contract-App": "2", "CONTRACT-APP": "3"})
    beginning = "contract-" + "k" * 53
    yield Limit("keys with a long beginning in common", {beginning: "1", f"{beginning}a": "2", f"{beginning}b": "3"})
    yield Limit("the longest key with the longest value", {LONGEST_KEY: text})
    if not longest:
        # Kubernetes takes it; a gateway that takes no such body (413) is no fault of the target's.
        room = TOGETHER - len("contract-long")
        yield Limit("as much as there may be", {"contract-long": "x" * room}, demanded=False)
    if WELL_KNOWN in schema:
        yield Limit("keys of well-known tools", schema[WELL_KNOWN], demanded=False, reserved=True)
    yield Limit("keys with reserved prefixes", dict.fromkeys(PREFIXES, "1"), demanded=False, reserved=True)
