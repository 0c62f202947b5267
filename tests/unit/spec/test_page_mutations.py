"""Pages that are broken in any way: read, with obstacles, or refused in one line; never a traceback, never for long."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.spec.page.model import DocumentError
from contracts.spec.page.reader import parse_document, parse_units
from tests.unit.spec.page_models import apis
from tests.unit.spec.page_writers import FORMATS
from tests.unit.spec.pages import Api, pieces

PATIENCE = 5.0
SUFFIXES = (".txt", ".md", ".html", ".rst")
suffixes = pytest.mark.parametrize("suffix", SUFFIXES)
formats = pytest.mark.parametrize("name", FORMATS)


def survives(content: bytes, suffix: str) -> None:
    started = time.process_time()
    message = "fine"
    try:
        document = parse_document(content, suffix)
        assert all(len(str(one).splitlines()) == 1 for one in document.obstacles)
        assert document.units == parse_units(content, suffix)
    except DocumentError as error:
        message = str(error)
    assert len(message.splitlines()) == 1
    assert time.process_time() - started < PATIENCE


@st.composite
def mutated(draw: st.DrawFn, page: str) -> bytes:
    """Lines cut, doubled, shuffled, joined; the page cut off anywhere; letters put between."""
    lines = page.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(lines)))
        end = draw(st.integers(start, min(len(lines), start + 12)))
        piece = lines[start:end]
        way = draw(st.sampled_from(["cut", "double", "shuffle", "join", "insert", "truncate"]))
        if way == "cut":
            lines[start:end] = []
        elif way == "double":
            lines[start:start] = piece
        elif way == "shuffle":
            lines[start:end] = draw(st.permutations(piece))
        elif way == "join":
            lines[start:end] = [" ".join(piece)]
        elif way == "insert":
            lines[start:start] = [draw(st.text(max_size=30))]
        else:
            text = "\n".join(lines)
            lines = text[: draw(st.integers(0, len(text)))].split("\n")
    return "\n".join(lines).encode("utf-8", "replace")


def check(name: str, api: Api, data: st.DataObject) -> None:
    suffix, write = FORMATS[name]
    survives(data.draw(mutated(write(pieces(api)))), suffix)


@formats
def test_mutated_pages(name: str) -> None:
    settings(max_examples=25, deadline=None)(given(apis(), st.data())(lambda api, data: check(name, api, data)))()


@pytest.mark.slow
@formats
def test_many_mutated_pages(name: str) -> None:
    settings(max_examples=500, deadline=None)(given(apis(), st.data())(lambda api, data: check(name, api, data)))()


@suffixes
@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes(suffix: str, content: bytes) -> None:
    survives(content, suffix)


# Of each, so much that it has the size asked for.
REPEATED = {
    "words": "The lamp is lit at night. ",
    "lines": "The lamp is lit.\n",
    "paragraphs": "The lamp is lit.\n\n",
    "tables": "Table 1 Path parameters\n\nParameter\n\nMandatory\n\nname\n\n",
    "pipes": "|Parameter|Mandatory|\n|--|--|\n|name|Yes|\n\n",
    "grids": "+---+---+\n| a | b |\n+---+---+\n\n",
    "headings": "Function\n--------\n\n## URI\n\n<h2>Request</h2>\n\n",
    "braces": "{\n",
    "brackets": "[[",
    "quotes": '{"a": "\n',
    "quoted": "> ",
    "bullets": "- a\n",
    "items": "- ",
    "divisions": "<div>",
    "cells": "<table><tr><td>",
    "stars": "**a_",
    "dots": "spec.a.",
    "can": "only a and b can be replaced cannot ",
    "slashes": "a / b > c ",
    "spaces": "  ",
    "deeper": "",
    "operations": "PUT /apis/a/b/c\n",
    "directives": ".. table:: a\n\n",
    "ticks": "`a <",
    "tabs": "Parameter\tMandatory\n",
    "fences": "```\n{}\n```\n",
}
HEAD = "Replacing a Lamp\n\nFunction\n\nURI\n\nPUT /apis/a/b/c\n\nRequest\n\n"


def repeated(name: str, size: int) -> bytes:
    if name == "deeper":
        lines, depth = [], 0
        while size > 0:
            lines.append(" " * depth + "- a")
            size, depth = size - depth - 4, depth + 2
        return (HEAD + "\n\n".join(lines)).encode()
    unit = REPEATED[name]
    return (HEAD + unit * (size // len(unit) + 1)).encode()


def in_time(content: bytes, suffix: str) -> None:
    started = time.process_time()
    with suppress(DocumentError):
        parse_document(content, suffix)
    assert time.process_time() - started < PATIENCE


@suffixes
@pytest.mark.parametrize("name", REPEATED)
def test_the_same_over_and_over(name: str, suffix: str) -> None:
    in_time(repeated(name, 20_000), suffix)


@pytest.mark.slow
@suffixes
@pytest.mark.parametrize("size", [300_000, 1_000_000, 10_000_000])
@pytest.mark.parametrize("name", REPEATED)
def test_megabytes_of_the_same(name: str, size: int, suffix: str) -> None:
    in_time(repeated(name, size), suffix)
