"""Code that decides reads values, never the words that a finding was put into (contracts.report.words)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CONTRACTS = Path(__file__).resolve().parents[3] / "contracts"
DECIDING = sorted(
    {
        *(path for room in ("judge", "run", "casekit") for path in (CONTRACTS / room).rglob("*.py")),
        CONTRACTS / "report" / "runs" / "comparison.py",
    }
)
# The message of an error of a library, which becomes a note of what was observed.
ERRORS = {
    ("judge/response_rules.py", "error.message"),
    ("casekit/schemathesis_data.py", "failure.message"),
}
# The one exception: a waiver of an older file chooses findings by `finding:`, a part of their message or field.
LEGACY = {("run/waivers.py", "finding.message")}
# Where findings are put into words for the record.
WORDS = {"run/finding_record.py"}


def name_of(path: Path) -> str:
    return path.relative_to(CONTRACTS).as_posix()


def messages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "message" and ast.unparse(node) != "words.message":
            yield ast.unparse(node)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", DECIDING, ids=name_of)
def test_no_message_is_read(path: Path) -> None:
    read = {(name_of(path), text) for text in messages(path)}
    assert read <= ERRORS | LEGACY


def test_every_exception_is_still_one() -> None:
    assert {(name_of(path), text) for path in DECIDING for text in messages(path)} == ERRORS | LEGACY


@pytest.mark.parametrize("path", DECIDING, ids=name_of)
def test_words_are_made_for_the_record_alone(path: Path) -> None:
    speaks = any(name.startswith("contracts.report.words") for name in imports(path))
    assert speaks == (name_of(path) in WORDS)
