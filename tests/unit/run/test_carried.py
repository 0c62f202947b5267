"""What a replacement that carried it has lost of an adopted object's metadata."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.run.carried import lost
from contracts.spec.fields import MANAGED

OWNERS = ("metadata", "ownerReferences")
OWNER = {"kind": "Workflow", "uid": "u"}


def with_owners(owners: Any) -> Any:
    return {"metadata": {"ownerReferences": owners}}


@pytest.mark.parametrize("shown", [{"metadata": {}}, with_owners([]), with_owners([{**OWNER, "uid": "w"}])])
def test_what_was_sent_as_its_owner_had_it_and_is_gone_is_lost(shown: Any) -> None:
    had = with_owners([OWNER])
    assert lost((OWNERS,), had, had, shown) == [OWNERS]


@pytest.mark.parametrize("shown", [with_owners([OWNER]), with_owners([{"kind": "Other"}, OWNER]), None, "text"])
def test_what_is_still_there_or_not_shown_is_not_lost(shown: Any) -> None:
    had = with_owners([OWNER])
    assert not lost((OWNERS,), had, had, shown)


def test_what_somebody_else_had_taken_away_before_is_not_lost() -> None:
    assert not lost((OWNERS,), with_owners([OWNER]), with_owners([]), with_owners([]))
    assert not lost((OWNERS,), with_owners([OWNER]), with_owners([{"kind": "Other"}]), with_owners([]))


def test_who_owns_which_field_changes_with_each_write_and_is_no_loss() -> None:
    entry = {"manager": "argo", "operation": "Apply", "fieldsV1": {"f:a": {}}}
    had = {"metadata": {"managedFields": [entry]}}
    assert not lost((MANAGED,), had, had, {"metadata": {"managedFields": []}})
