"""How other clients ask for the same: people by curl, kubectl; and in which ways a guard is asked that is to refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from contracts.casekit.probe import How
from contracts.judge.client_headers import OVERRIDES
from contracts.judge.representations import as_yaml, indented, with_line_end

CURL: Final = How(
    headers={"Accept": "*/*", "User-Agent": "curl/8.5.0"}, encode=lambda body: with_line_end(indented(body))
)
KUBECTL: Final = How(
    query="fieldManager=kubectl-replace&fieldValidation=Strict",
    headers={"Accept": "application/json, */*", "User-Agent": "kubectl/v1.31.0 (linux/amd64) kubernetes/9edcffc"},
)
CLIENTS: Final[Mapping[str, How]] = {
    "as curl sends": CURL,
    "as kubectl sends": KUBECTL,
    # A server may do what the headers ask for.
    "under another method": How(headers=dict.fromkeys(OVERRIDES, "PATCH")),
}
REPEATED: Final = "repeated"
# Ways to ask for what is to be refused, which leave nothing of it out.
WAYS: Final[Mapping[str, How]] = {
    "pretty=true": How(query="pretty=true"),
    "fieldValidation=Ignore": How(query="fieldValidation=Ignore"),
    "YAML": How(headers={"Content-Type": "application/yaml"}, encode=as_yaml),
    "as curl sends": CURL,
    "If-Match: *": How(headers={"If-Match": "*"}),
    REPEATED: How(),
}

# What cannot be read at some place other than in JSON. A server may refuse it or make the best of it.
UNREADABLE: Final[Mapping[str, How]] = {
    "YAML that is cut": How(headers={"Content-Type": "application/yaml"}, encode=lambda body: b"[" + as_yaml(body)),
    "a charset that nobody knows": How(headers={"Content-Type": "application/json; charset=contract"}),
    "no gzip, though it is called so": How(headers={"Content-Encoding": "gzip"}),
    "a query that is no UTF-8": How(query="pretty=%ff"),
}


def then(how: How, spoil: Callable[[bytes], bytes]) -> How:
    """A way to send a body, and what becomes of that body at last."""
    return replace(how, encode=lambda body: spoil(how.encode(body)))
