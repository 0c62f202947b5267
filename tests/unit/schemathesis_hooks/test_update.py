"""A specification of an update: the hooks say in a line that they do not judge it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from contracts.schemathesis_hooks.session import Session, Unusable
from tests.updates import write_update


def test_updates_are_not_judged_by_the_hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTORCHJOB_CONTRACT_SPEC", str(write_update(tmp_path)))
    with pytest.raises(Unusable, match="judge replacements alone"):
        Session().own(cast("Any", None))
