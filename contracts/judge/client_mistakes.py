"""Bodies that are no proper object, as clients send them by mistake. Pure."""

import json
from typing import Final

from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.spec.contract import Contract
from contracts.spec.fields import ANNOTATIONS, CREATED, DELETED, FINALIZERS, LABELS, MANAGED, NAME, NAMESPACE, UID

# Stands in a body where something else is to stand.
PLACE: Final = "contract-place"
LISTS: Final[tuple[Path, ...]] = (FINALIZERS, ("metadata", "ownerReferences"), MANAGED)


def malformed(body: bytes) -> dict[str, bytes]:
    """Bodies that are no JSON object, made from one that is, each with a name for reports.

    Left out is what parsers may take or not (RFC 8259, 8 and 9): a byte order mark, invalid UTF-8, lone
    surrogates, one key twice.
    """
    return {
        "empty": b"",
        "white space": b" \n",
        "cut in the middle": body[: len(body) // 2],
        "cut before its last brace": body[:-1],
        "something behind it": body + b"x",
        "twice": body + body,
        "a comma too many": body[:-1] + b",}",
        "a comment": b"/* object */" + body,
        "single quotes": body.replace(b'"', b"'"),
        "keys without quotes": body.replace(b'"metadata":', b"metadata:"),
        "NaN": body[:-1] + b',"contractProbe":NaN}',
        "a leading zero": body[:-1] + b',"contractProbe":01}',
        "a plus sign before a number": body[:-1] + b',"contractProbe":+1}',
        "a number that begins with its point": body[:-1] + b',"contractProbe":.5}',
        "a number that ends with its point": body[:-1] + b',"contractProbe":1.}',
        "a hexadecimal number": body[:-1] + b',"contractProbe":0x1f}',
        "a member without a value": body[:-1] + b',"contractProbe":}',
        "an escape of another language": body[:-1] + rb',"contractProbe":"\x41"}',
        "a raw line end in a text": body[:-1] + b',"contractProbe":"a\nb"}',
        "an array": b"[" + body + b"]",
        "a text": b'"text"',
        "the object as a text": json.dumps(body.decode(errors="replace")).encode(),
        "a number": b"5",
        "true": b"true",
        "null": b"null",
        "XML": b"<object/>",
        "a form": b"kind=object&name=x",
        "nested too deep": b"[" * 20_000,
    }


def doubtful(body: bytes) -> dict[str, bytes]:
    """Bodies with something that parsers may take or not, and that is no reason to fail, each with a name for reports.

    An API server takes null among texts for an empty one (recordings).
    """
    return {
        "half a surrogate pair": body.replace(b'"metadata":{', b'"metadata":{"contractProbe":"\\ud83d",', 1),
        "invalid UTF-8": body.replace(b'"metadata":{', b'"metadata":{"contractProbe":"\xff\xc3(",', 1),
        "half a surrogate pair in an annotation": _with(body, (*ANNOTATIONS, "contract-a"), rb'"\ud83d"'),
        "a label that is null": _with(body, (*LABELS, "contract-a"), b"null"),
        "an infinite number": _with(body, ("contractProbe",), b"1e400"),
        "no time, as Go writes it": _without_times(body),
        "one key twice": body.replace(b'"metadata":{', b'"metadata":{"contractProbe":"1","contractProbe":"2",', 1),
    }


def _with(body: bytes, path: Path, literal: bytes) -> bytes:
    """The body of an object in which a literal of JSON, or of what is almost JSON, stands at a path."""
    return strict.encode(paths.put(json.loads(body), path, PLACE)).replace(strict.encode(PLACE), literal)


def _without_times(body: bytes) -> bytes:
    """The body with null for the time of its deletion and for that of each creation below: Go's types write it so."""
    live = json.loads(body)
    below = [
        path for path, item in paths.walk(live) if len(path) > 1 and path[-1] == CREATED[0] and isinstance(item, dict)
    ]
    for path in (DELETED, *((*one, CREATED[-1]) for one in below)):
        if paths.get(live, path) is MISSING:
            live = paths.put(live, path, None)
    return strict.encode(live)


def mistakes(contract: Contract, live: Json) -> dict[str, Json]:
    """Objects as clients get them wrong, each with a name for reports; a server refuses or ignores, never fails.

    Of kinds without spec the first member in its place.
    """
    metadata, wanted = ("metadata",), contract.desired[:1]
    of_wanted: dict[str, Json] = (
        {
            f"no {wanted[0]}": paths.remove(live, wanted),
            f"{wanted[0]} is null": paths.put(live, wanted, None),
            f"{wanted[0]} is an array": paths.put(live, wanted, []),
            f"{wanted[0]} is a text": paths.put(live, wanted, "x"),
        }
        if wanted
        else {}
    )
    return {
        **of_wanted,
        "no metadata": paths.remove(live, metadata),
        "metadata is null": paths.put(live, metadata, None),
        "metadata is an array": paths.put(live, metadata, []),
        "metadata is a number": paths.put(live, metadata, 5),
        "an empty object": {},
        "a name that is no text": paths.put(live, (*metadata, "name"), {"a": 1}),
        "a uid that is no text": paths.put(live, (*metadata, "uid"), 7),
        "labels are an array": paths.put(live, (*metadata, "labels"), ["a"]),
        "an annotation is an object": paths.put(live, (*metadata, "annotations"), {"contract-a": {}}),
        "a label key of 400 characters": paths.put(live, (*metadata, "labels"), {"x" * 400: "x"}),
        "a number beyond 64 bits": paths.put(live, (*metadata, "generation"), 2**70),
        "a version that is no text": paths.put(live, (*metadata, "resourceVersion"), {"a": 1}),
        "an annotation with NUL": paths.put(live, (*metadata, "annotations"), {"contract-a": "a\0b"}),
        "a creation time that is none": paths.put(live, (*metadata, "creationTimestamp"), "yesterday"),
        "deeply nested": paths.put(live, (*wanted, "contractProbe"), json.loads('{"a":' * 90 + "1" + "}" * 90)),
        "nothing in place of a list": _with_lists(live, None),
        "lists without items": _with_lists(live, []),
        "a long unknown field": paths.put(live, ("contractProbe",), "x" * 300_000),
    }


def _with_lists(live: Json, value: Json) -> Json:
    """The object with a value in each list of its metadata that it does not have, and an empty uid."""
    live = paths.put(live, UID, "")
    for path in LISTS:
        if paths.get(live, path) is MISSING:  # what is there would be taken away
            live = paths.put(live, path, value)
    return live


def mismatches(contract: Contract, live: Json) -> dict[str, Json]:
    """Objects of another kind, version, name or namespace than the URL names, each with a name for reports."""
    namespace, (longer, swapped) = paths.get(live, NAMESPACE), other_names(live)
    return {
        "another kind": {**live, "kind": f"{contract.kind}s"},
        "a list of its kind": {**live, "kind": f"{contract.kind}List"},
        "a list with it": {"apiVersion": "v1", "kind": "List", "items": [live]},
        "something around it": {"object": live},
        "another version": {**live, "apiVersion": f"{contract.api_version}0"},
        "an earlier version": {**live, "apiVersion": f"{contract.api_version}beta1"},
        "another group": {**live, "apiVersion": f"contract.{contract.group or 'example'}/{contract.version}"},
        "another name": paths.put(live, NAME, longer),
        "its name in other capitals": paths.put(live, NAME, swapped),
        **({"another namespace": paths.put(live, NAMESPACE, f"{namespace}-x")} if contract.namespaced else {}),
    }


def other_names(live: Json) -> tuple[str, str]:
    """The names that `mismatches` give the object in the place of its own: a longer one, one in other capitals."""
    name = live["metadata"]["name"]
    return f"{name}-x", name.swapcase()


def mistake(contract: Contract, name: str, live: Json) -> Json:
    """The object of `mistakes` that has this name."""
    return mistakes(contract, live)[name]


def mismatch(contract: Contract, name: str, live: Json) -> Json:
    """The object of `mismatches` that has this name."""
    return mismatches(contract, live)[name]
