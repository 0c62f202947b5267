"""Bodies in which a member stands twice."""

from __future__ import annotations

import json

import pytest

from contracts.casekit.twice import doubled
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json, Path

BODY: Json = {"kind": "K", "spec": {"containers": [{"image": "new", "name": "n"}]}}
IMAGE: Path = ("spec", "containers", 0, "image")


def read(body: bytes, path: Path, *, first: bool) -> Json:
    """What a decoder that takes the first of equal members, or the last, reads at a path."""
    hook = (lambda pairs: dict(reversed(pairs))) if first else dict
    return paths.get(json.loads(body, object_pairs_hook=hook), path)


@pytest.mark.parametrize("path", [IMAGE, ("kind",)])
def test_the_other_value_stands_before_or_behind(path: Path) -> None:
    new, old = paths.get(BODY, path), "old"
    before, behind = (doubled(strict.encode(BODY), path, old, behind=behind) for behind in (False, True))
    assert [read(before, path, first=first) for first in (True, False)] == [old, new]
    assert [read(behind, path, first=first) for first in (True, False)] == [new, old]
    for body in (before, behind):
        with pytest.raises(strict.NotJson, match="twice"):
            strict.decode(body)


def test_a_member_that_was_absent_is_null_beside() -> None:
    assert doubled(b'{"a":1}', ("a",), MISSING, behind=True) == b'{"a":1,"a":null}'
