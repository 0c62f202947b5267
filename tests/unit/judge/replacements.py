"""What the tests of the rules share: the documented object, replacements of it, and findings as a reader gets them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Mutation
from contracts.judge import rules
from contracts.judge.model import Replacement, Response, Scope
from contracts.judge.stored import NOTHING_ADDED, Default, ServerAdded
from contracts.report import words
from contracts.report.finding import Finding
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE = CONTRACT.example_response
SCOPES = {profile: Scope(CONTRACT, profile) for profile in ("kubernetes", "document")}
LABELS, DEADLINE = "metadata.labels", "spec.activeDeadlineSeconds"
REPLICAS = "spec.pytorchReplicaSpecs.Worker.replicas"


class Said(NamedTuple):
    """A finding in the words that a reader gets."""

    requirement: str
    message: str
    field: str
    expected: str
    observed: str


def said(finding: Finding) -> Said:
    return Said(
        finding.requirement,
        words.message(finding),
        field_of(finding),
        words.expected(finding.expected),
        words.observed(finding.observed),
    )


def field_of(finding: Finding) -> str:
    return paths.render(finding.path)


def put(value: Json, name: str, new: Json) -> Json:
    return paths.put(value, paths.parse(name), new)


def get(value: Json, name: str) -> Json:
    return paths.get(value, paths.parse(name))


def stored_after(before: Json, sent: Json) -> Json:
    """What a conformant target stores: the replaceable fields of `sent`, a new version and, with spec, generation."""
    after = before
    for path in SCOPES["document"].replaceable:
        after = paths.put(after, path, paths.get(sent, path))
    if paths.same(after, before):
        return before
    after = put(after, "metadata.resourceVersion", "72519847")
    if not paths.same(after["spec"], before["spec"]):
        after = put(after, "metadata.generation", before["metadata"]["generation"] + 1)
    return after


def answer(status: int, value: Json, indent: int | None = None, media_type: str = "application/json") -> Response:
    body = b"" if value is MISSING else json.dumps(value, indent=indent).encode()
    return Response(status, {"content-type": media_type}, body)


def refusal_body(status: int) -> Json:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no", "code": status}


def accepted(sent: Json, after: Json = None, *, shown: Json = None, status: int = 200, **more: Any) -> Replacement:
    """An accepted replacement of the documented object; by default stored and shown as it must be."""
    after = stored_after(LIVE, sent) if after is None else after
    body = answer(status, after if shown is None else shown, more.pop("indent", None))
    return Replacement(more.pop("before", LIVE), sent, body, after, **more)


def added_by_the_server(name: str, default: Json) -> ServerAdded:
    """What the server adds where a creation brought `default` for a field that was not sent; `MISSING`: nothing."""
    path = paths.parse(name)
    if isinstance(default, dict):
        return ServerAdded(frozenset((*path, key) for key in default))
    return NOTHING_ADDED if default is MISSING else NOTHING_ADDED.also_default(path, Default(default))


def refused(sent: Json, after: Json = None, *, status: int = 403, **more: Any) -> Replacement:
    return Replacement(LIVE, sent, answer(status, refusal_body(status)), LIVE if after is None else after, **more)


def judged(replacement: Replacement, profile: str = "kubernetes") -> list[tuple[str, str]]:
    return [(one.requirement, field_of(one)) for one in rules.judge(SCOPES[profile], replacement)]


def found_by(rule: rules.Rule, replacement: Replacement, profile: str = "kubernetes") -> list[Finding]:
    return list(rules.applied(rule, SCOPES[profile], replacement))


CHANGED = put(LIVE, DEADLINE, 60)
MUTATION = Mutation("change", paths.parse(REPLICAS), 1, 3)
MUTATED = put(LIVE, REPLICAS, 3)
STORED_MUTATION = put(put(MUTATED, "metadata.generation", 3), "metadata.resourceVersion", "2")
