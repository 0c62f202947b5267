"""The command `derive`: from a help page to the OpenAPI specification that it documents."""

import argparse
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from contracts.cli.command import command
from contracts.spec.page import to_openapi

OUTPUT: Final = Path("openapi/replace-pytorchjob.yaml")


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "derive", "write the OpenAPI specification that a help page documents", derive)
    parser.add_argument("page", type=Path, metavar="PAGE", help="the page: text, HTML, Markdown or reStructuredText")
    tables = "another page with the tables that this one refers to (repeatable)"
    parser.add_argument("--structures", type=Path, action="append", default=[], metavar="FILE", help=tables)
    address = "the page's public address, to which reports link"
    parser.add_argument("--url", type=_url, metavar="URL", help=address)
    strict = "exit with 1 where something on the page could not be understood"
    parser.add_argument("--strict", action="store_true", help=strict)
    where = "where to write it; - for standard output (default: %(default)s)"
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="FILE", help=where)


def derive(options: argparse.Namespace) -> int:
    """Write what the page documents, say what was not understood; raises `DocumentError` when it is no such page."""
    text, obstacles = to_openapi.derive_page(options.page, options.url or "", options.structures)
    for obstacle in obstacles:
        print(f"{obstacle.page or options.page}: {obstacle}", file=sys.stderr)
    if str(options.output) == "-":
        sys.stdout.write(text)
    else:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(text, encoding="utf-8")
        print(options.output)
    return 1 if options.strict and obstacles else 0


def _url(text: str) -> str:
    """An address that anybody may see: absolute, and without a credential."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        usable = False
    if not usable or not text.isascii() or not text.isprintable() or set(text) & set(' "<>\\^`{|}'):
        raise argparse.ArgumentTypeError("expected an http:// or https:// URL without a credential")
    return text
