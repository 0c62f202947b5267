"""The rooms of `contracts/`: nothing lies beside them, and no chain of imports leads through too many files."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
# Files of the longest import chain; only ever lowered.
BOUND = 14


def test_only_rooms_lie_in_the_package() -> None:
    files = {path.name for path in CONTRACTS.iterdir() if path.is_file()}
    assert files <= {"__init__.py", "__main__.py", "py.typed"}


def test_the_longest_import_chain_is_short() -> None:
    chain = _longest(_imports())
    shown = f"{len(chain)} files: {' > '.join(chain)}"
    print(shown)
    assert len(chain) <= BOUND, shown


def test_a_chain_is_found() -> None:
    assert _longest({"a": {"b", "c"}, "b": set(), "c": {"b"}, "d": {"b"}}) == ("a", "c", "b")
    source = "if TYPE_CHECKING:\n    import a\nelse:\n    import b\ndef f():\n    from c.d import e, g"
    assert list(_imported(ast.parse(source))) == ["b", "c.d", "c.d.e", "c.d.g"]


def _imports() -> Mapping[str, set[str]]:
    """The modules of the package by name, each with those that it imports, also within its functions."""
    files = {_name(path): path for path in CONTRACTS.rglob("*.py")}
    return {
        name: {other for other in _imported(ast.parse(path.read_text(encoding="utf-8"))) if other in files}
        for name, path in files.items()
    }


def _name(path: Path) -> str:
    parts = path.relative_to(CONTRACTS.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _imported(node: ast.AST) -> Iterator[str]:
    """The names that a module imports, and those that may be modules: of `from a import b`, `a` and `a.b`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _imported(ast.Module(child.orelse, []))
        else:
            yield from _imported(child)


def _longest(imports: Mapping[str, set[str]]) -> tuple[str, ...]:
    @cache
    def below(name: str) -> tuple[str, ...]:
        return (name, *max((below(other) for other in sorted(imports[name])), key=len, default=()))

    return max((below(name) for name in sorted(imports)), key=len)
