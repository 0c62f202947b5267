"""The endpoint of our own: faults by their names, only in a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.run import embedded
from contracts.settings.config_file import SettingsError
from contracts.settings.resolve import resolve


def test_a_fault_that_does_not_exist_is_wrong_usage_and_the_nearest_are_named() -> None:
    message = r"^--fault: there is no fault 'pretty-loses-label'; the nearest are pretty-"
    with pytest.raises(SettingsError, match=message):
        embedded.check(resolve({"fault": "pretty-loses-label"}, {}))
    embedded.check(resolve({"fault": "pretty-loses-labels"}, {}))


def test_without_a_checkout_one_line_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ROOT", tmp_path)
    with pytest.raises(SettingsError, match=r"^--fault: the catalogue .* use a checkout of the project$"):
        embedded.check(resolve({"fault": "pretty-loses-labels"}, {}))
    with pytest.raises(SettingsError, match=r"^--list-faults: the catalogue .* use a checkout of the project$"):
        embedded.faults()


def test_every_fault_is_told_of_with_its_name() -> None:
    listed = embedded.faults()
    assert "pretty-loses-labels" in listed
    assert all(text and "\n" not in text for text in listed.values())


def test_a_condition_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(SettingsError, match=r"^there is no condition 'operators'; the nearest are operator"):
        embedded.check(resolve({"conditions": "webhook-stamp,operators"}, {}))
    embedded.check(resolve({"conditions": "operator,webhook-stamp"}, {}))
