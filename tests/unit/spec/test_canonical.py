"""Paths whose parameters have other names, or that lie below a project, become those of every contract."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.spec.canonical import canonical
from contracts.spec.schema import SpecificationError, documented_operation

GROUP = "x-kubernetes-group-version-kind"
WORDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


def document(path: str, method: str = "put") -> dict[str, Any]:
    names = re.findall(r"\{([^}]+)\}", path)
    operation = {
        "x-replaceable-fields": [],
        GROUP: {"group": "g", "version": "v1", "kind": "Lamp"},
        "parameters": [{"name": name, "in": "path"} for name in names] + [{"name": names[0], "in": "query"}],
    }
    return {"paths": {path: {method: operation}, "/other": {}}}


@given(
    prefix=st.sampled_from(["", "/cluster", "/v3/{project}", "/v3/{project}/x"]),
    root=st.sampled_from(["/api/v1", "/apis/lights.example/v2"]),
    namespace=st.one_of(st.none(), WORDS),
    name=WORDS,
)
def test_every_path_of_one_object_has_the_same_parameters(
    prefix: str, root: str, namespace: str | None, name: str
) -> None:
    place = f"/namespaces/{{{namespace}_n}}" if namespace else ""
    made = canonical(document(f"{prefix}{root}{place}/lamps/{{{name}}}"))
    kept = prefix if "{" not in prefix else ""
    expected = f"{kept}{root}{'/namespaces/{namespace}' if namespace else ''}/lamps/{{name}}"
    found = documented_operation(made)
    assert (found.path, list(made["paths"])[1:]) == (expected, ["/other"])
    parameters = made["paths"][expected]["put"]["parameters"]
    in_path = [one["name"] for one in parameters if one["in"] == "path"]
    assert in_path == [*(["namespace"] if namespace else []), "name"]
    assert len(parameters) == len(in_path) + 1
    assert canonical(made) == made


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v3/lamps/{name}", "no path of one object of a Kubernetes API"),
        ("/apis/g/v1/lamps", "no path of one object of a Kubernetes API"),
        ("/apis/g/v1/lamps/{name}/status", "no path of one object of a Kubernetes API"),
        ("/apis/g/v1/namespaces/{a}/lamps/{name}/{more}", "no path of one object of a Kubernetes API"),
    ],
)
def test_other_paths_are_refused_in_one_line(path: str, said: str) -> None:
    made = document(path if "{" in path else f"{path}?{{x}}")
    made["paths"] = {path: next(iter(made["paths"].values()))}
    with pytest.raises(SpecificationError, match=said) as caught:
        canonical(made)
    assert str(caught.value).startswith(f"PUT {path}: ")


def test_what_is_not_judged_stays_as_it_is() -> None:
    made = document("/apis/g/v1/lamps/{x}", "delete")
    assert canonical(made) == made
