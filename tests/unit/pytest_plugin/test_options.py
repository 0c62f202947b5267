"""The options of the pytest plugin: each of a run's is there, under a name that no other plugin has."""

from __future__ import annotations

from typing import Any

from contracts.pytest_plugin import plugin
from contracts.settings.options import OPTIONS


class Parser:
    """Takes what pytest's parser would."""

    def __init__(self) -> None:
        self.options: dict[str, dict[str, Any]] = {}

    def getgroup(self, *_: str) -> Parser:
        return self

    def addoption(self, name: str, **attributes: Any) -> None:
        self.options[name] = attributes


def test_every_option_is_there_with_a_prefix_and_no_default() -> None:
    parser = Parser()
    plugin.pytest_addoption(parser)  # type: ignore[arg-type]
    names = [f"--contract-{option.name}" for option in OPTIONS]
    assert list(parser.options) == ["--contract-config", *names]
    for option in OPTIONS:
        assert parser.options[f"--contract-{option.name}"]["dest"] == f"contract_{option.key}"
    assert not any(attributes.get("default") for attributes in parser.options.values())
