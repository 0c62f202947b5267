"""Pages of resources that nobody has, in the form of the vendor's, and the specifications that are derived of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.cli.main import main

STATUSES = {200: "OK", 201: "Created", 400: "Bad", 401: "Who", 403: "No", 500: "Broken"}
STORED = {"uid": "3f2a", "generation": 3, "creationTimestamp": "2024-01-31T09:30:00Z"}

Object = dict[str, Any]


def example(api_version: str, kind: str, namespace: str, **content: Any) -> Object:
    """An object as a client sends it, with a label; `content`: its members beside type and metadata."""
    place = {"namespace": namespace} if namespace else {}
    metadata = {"name": "nightly", **place, "labels": {"app": "etl"}, "resourceVersion": "7"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def page(
    path: str,
    sent: Object,
    replaceable: Sequence[str],
    *,
    pretty: bool = True,
    method: str = "PUT",
    statuses: Mapping[int, str] = STATUSES,
    **added: Any,
) -> str:
    """The text of a page about replacing an object; without `replaceable` it lists no fields.

    `added`: what the server answers beside what was sent, and the metadata that every object has.
    """
    kind, names = sent["kind"], [name for name in ("name", "namespace") if f"{{{name}}}" in path]
    listed = "".join(f"- {field}\n" for field in replaceable)
    fields = f" These can be replaced:\n\n{listed}" if listed else "\n"
    rows = "".join(f"{name}\nYes\nwhich one\n" for name in names)
    query = "Table 2 Query parameters\nParameter\nMandatory\nDescription\npretty\nNo\nlaid out\n" if pretty else ""
    answered = {**sent, "metadata": {**sent["metadata"], **STORED}, **added}
    codes = "".join(f"{code}\n{reason}\n" for code, reason in statuses.items())
    return (
        f"Updated on 2024-01-31\n\nReplacing a {kind}\n\nFunction\n\nA {kind} is exchanged for another one.{fields}\n"
        f"URI\n\n{method} {path}\n\nTable 1 Path parameters\nParameter\nMandatory\nDescription\n{rows}\n{query}\n"
        f"Request\nExample request\n{json.dumps(sent, indent=1)}\nResponse\nExample response\n"
        f"{json.dumps(answered, indent=1)}\nStatus Code\nTable 3 Statuses\nStatus Code\nDescription\n{codes}"
    )


def derived(directory: Path, text: str, name: str = "page") -> Path:
    """The specification that is derived of a page."""
    (directory / f"{name}.txt").write_text(text)
    file = directory / f"{name}.yaml"
    assert main(["derive", str(directory / f"{name}.txt"), f"--output={file}"]) == 0
    return file


# Of the core group, in the cluster and not in a namespace, without spec and status; fields of every type.
LAMP = page(
    "/api/v1/lamps/{name}",
    example(
        "v1",
        "Lamp",
        "",
        on=True,
        colors=["red", "blue"],
        level=0.5,
        place={"x": 1, "y": 2},
        mood="calm",
        serial="77",
        parts=[{"name": "bulb", "watts": 4}],
    ),
    ["metadata.labels", "on", "colors", "level", "place", "mood"],
)
