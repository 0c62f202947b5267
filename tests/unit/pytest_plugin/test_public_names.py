"""Nothing private of pytest, xdist or any other library is used, so that their next versions work too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CONTRACTS = Path(__file__).resolve().parents[3] / "contracts"
FILES = sorted(path for room in ("pytest_plugin", "casekit") for path in (CONTRACTS / room).rglob("*.py"))
OWN = ("self", "cls")
REFLECTION = ("getattr", "hasattr", "setattr", "delattr")
INTERNAL = ("_pytest", "xdist", "pluggy")


def is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def private_names(source: str) -> Iterator[str]:
    """What a module uses of other objects or libraries that is not meant for it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in OWN):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFLECTION:
            name = node.args[1] if len(node.args) > 1 else None
            if isinstance(name, ast.Constant) and is_private(str(name.value)):
                yield ast.unparse(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                imported = f"{module}.{alias.name}" if module else alias.name
                if imported.split(".")[0] in INTERNAL or any(map(is_private, imported.split("."))):
                    yield ast.unparse(node)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_only_public_names_are_used(path: Path) -> None:
    assert list(private_names(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "reporter._tw.line('x')",
        "getattr(reporter, '_tw')",
        "from _pytest.terminal import TerminalReporter",
        "import xdist.workermanage",
        "from xdist.dsession import DSession",
        "from contracts.run.run import _masker",
        "item.config._store",
    ],
)
def test_a_private_name_is_noticed(source: str) -> None:
    assert list(private_names(source))


@pytest.mark.parametrize("source", ["self._state", "check.__name__", "import pytest", "from contracts.run import run"])
def test_own_and_public_names_are_fine(source: str) -> None:
    assert not list(private_names(source))
