"""What a path says about its resource, and in which line each member of a JSON text stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.spec.page.places import places
from contracts.spec.page.resource_path import ResourcePath, is_plural_of, resource_path


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/apis/g/v1/namespaces/{ns}/lamps/{name}", ("g", "lamps", "/apis/g/v1/namespaces/{ns}/lamps", "name", "")),
        ("/apis/g/v1/namespaces/{ns}/lamps", ("g", "lamps", "/apis/g/v1/namespaces/{ns}/lamps", "", "")),
        ("/apis/g/v1/lamps/{id}/status", ("g", "lamps", "/apis/g/v1/lamps", "id", "status")),
        ("/api/v1/namespaces/{name}", ("", "namespaces", "/api/v1/namespaces", "name", "")),
        ("/api/v1/namespaces/{name}/status", ("", "namespaces", "/api/v1/namespaces", "name", "status")),
        ("/api/v1/namespaces/{namespace}/pods", ("", "pods", "/api/v1/namespaces/{namespace}/pods", "", "")),
        ("/v3/{p}/apis/g/v1/lamps/{name}", ("g", "lamps", "/v3/{p}/apis/g/v1/lamps", "name", "")),
        ("/v3/{p}/lamps/{id}", ("", "lamps", "/v3/{p}/lamps", "id", "")),
    ],
)
def test_what_a_path_says(path: str, expected: tuple[str, str, str, str, str]) -> None:
    assert resource_path(path) == ResourcePath(*expected)
    assert resource_path(path).is_item == bool(expected[3] and not expected[4])


@pytest.mark.parametrize(
    ("plural", "kind", "expected"),
    [
        *[("lamps", "Lamp", True), ("ingresses", "Ingress", True), ("policies", "Policy", True)],
        *[("endpoints", "Endpoints", True), ("pod-groups", "PodGroup", True), ("jobs", "LampJob", False)],
    ],
)
def test_the_plural_of_a_kind(plural: str, kind: str, expected: bool) -> None:
    assert is_plural_of(plural, kind) is expected


_NAMES = st.sampled_from(["a", "b", '"', "\\", "{", "]", "é", ":", ","])
_JSON = st.recursive(
    st.none() | st.integers() | _NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(_JSON, st.integers(0, 2), st.booleans())
def test_each_member_is_found_in_its_line(value: object, indent: int, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines, found = text.split("\n"), dict(places(text))
    assert set(found) == set(_members(value, ()))
    for path, line in found.items():
        assert lines[line].strip().startswith(json.dumps(path[-1], ensure_ascii=ascii_only) + ": ")
        assert paths.get(value, path) is not paths.MISSING


def _members(value: object, path: paths.Path) -> list[paths.Path]:
    if isinstance(value, dict):
        return [one for key, child in value.items() for one in [(*path, key), *_members(child, (*path, key))]]
    if isinstance(value, list):
        return [one for index, child in enumerate(value) for one in _members(child, (*path, index))]
    return []
