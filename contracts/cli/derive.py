"""The command `derive`: from a help page to the OpenAPI specification that it documents."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from contracts.cli.command import USAGE, command
from contracts.settings.config_file import SettingsError
from contracts.spec.change_words import sentence, where
from contracts.spec.changes import changes
from contracts.spec.load import DERIVED, read_yaml, shipped
from contracts.spec.page import to_openapi
from contracts.spec.page.merge import merged
from contracts.spec.page.model import DocumentError, Obstacle
from contracts.spec.page.reader import read_document, read_structures
from contracts.spec.page.yaml_output import to_yaml
from contracts.spec.review.model import NoPage, Page, TableFile
from contracts.spec.review.review import review
from contracts.spec.review.writers import WRITERS
from contracts.spec.schema import SpecificationError

TEXT: Final = "text"
OUTPUT: Final = Path("openapi/replace-pytorchjob.yaml")
EXAMPLES: Final = """\
examples:
  pytorchjob-contract derive replacing.txt --output replace.yaml
      write the specification of one page
  pytorchjob-contract derive pages/*.txt --output specs
      write one specification for each resource, specs/PLURAL.yaml, with the operations of all its pages
  pytorchjob-contract derive --review *.md --structures data-structures.md --format markdown --output review.md
      list what contradicts or is missing in pages, for those who write them
  pytorchjob-contract derive --check replacing.txt --output replace.yaml
      say what changed on the page since its specification was derived, and write nothing

--check ends with 0 where nothing changed, 1 where something did. --review ends with 0 where nothing is found, 1 where
something is, 4 where a file is no page about an operation.
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    text = "write the OpenAPI specification that a help page documents"
    parser = command(commands, "derive", text, derive, EXAMPLES)
    parser.add_argument(
        "pages", type=Path, nargs="+", metavar="PAGE", help="a page: text, HTML, Markdown or reStructuredText"
    )
    address = "the page's public address, to which reports link"
    parser.add_argument("--url", type=_url, metavar="URL", help=address)
    tables = "tables that the page refers to (may be given again)"
    parser.add_argument("--structures", action="append", type=Path, default=[], metavar="FILE", help=tables)
    strict = "exit with 1 where something on the page could not be understood"
    parser.add_argument("--strict", action="store_true", help=strict)
    reviewing = "list what contradicts or is missing in the pages, and write no specification"
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--review", action="store_true", help=reviewing)
    checking = "say what changed since the specification was derived that --output names (default: the one that ships)"
    instead.add_argument("--check", action="store_true", help=checking)
    parser.add_argument("--format", choices=tuple(WRITERS), help=f"format of the review (default: {TEXT})")
    where = (
        "where to write it; - for standard output; for several pages a directory "
        f"(default: {OUTPUT}; of a review: standard output)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help=where)


def derive(options: argparse.Namespace) -> int:
    """Write what the page documents, say what was not understood; raises `DocumentError` when it is no such page.

    Raises `SettingsError` for an option that would mean nothing beside another.
    """
    if options.format and not options.review:
        raise SettingsError("--format is of a review: it needs --review")
    if options.strict and (options.review or options.check):
        raise SettingsError("--strict is of a specification that is written: leave out --review and --check")
    if options.url and options.review:
        raise SettingsError("--url is written into a specification: leave out --review")
    if options.review:
        return _review(options)
    if options.check:
        return _check(options)
    if len(options.pages) > 1 or (options.output and options.output.is_dir()):
        return _merge(options)
    page = options.pages[0]
    text, obstacles = to_openapi.derive_page(page, options.url or "", options.structures)
    _tell(page, obstacles)
    output = options.output or OUTPUT
    _write(text, output)
    if str(output) != "-":
        print(output)
    return 1 if options.strict and obstacles else 0


def _merge(options: argparse.Namespace) -> int:
    """Write a specification for each resource; what is no page is told, and the others are merged."""
    directory = options.output
    if directory is None or str(directory) == "-" or directory.is_file():
        options.parser.error("several pages: --output has to name a directory")
    specifications, status = [], 0
    for page in dict.fromkeys(options.pages):
        try:
            text, obstacles = to_openapi.derive_page(page, options.url or "", options.structures)
        except DocumentError as error:
            print(error, file=sys.stderr)
            status = USAGE
            continue
        specifications.append(yaml.safe_load(text))
        _tell(page, obstacles)
        status = status or (1 if options.strict and obstacles else 0)
    for name, specification in merged(specifications).items():
        file = directory / f"{name}.yaml"
        _write(to_yaml(specification), file)
        print(file)
    return status


def _review(options: argparse.Namespace) -> int:
    """Write what contradicts or is missing; a file that is no page is told in one line, and the others are reviewed."""
    files = [TableFile(str(path), *read_structures(path)) for path in options.structures]
    pages, no_pages = _pages(options.pages)
    for one in no_pages:
        print(one.reason, file=sys.stderr)
    found = review(pages, files, no_pages)
    _write(WRITERS[options.format or TEXT](found), options.output or Path("-"))
    return USAGE if no_pages else 1 if found.items else 0


def _check(options: argparse.Namespace) -> int:
    """Say what is not as the committed specification has it; nothing is written."""
    before = _committed(options.output or shipped() / DERIVED)
    if before["info"].get("x-structures") and not options.structures:
        print("what the tables say is not compared: --structures", file=sys.stderr)
    status = 0
    for page in options.pages:
        text, _ = to_openapi.derive_page(page, options.url or "", options.structures)
        for change in changes(before, yaml.safe_load(text)):
            # Other line ends, or another order, are no change of what the page says.
            status = status if change.kind == "file" else 1
            print(": ".join(part for part in (str(page), where(change), sentence(change)) if part))
    return status


def _committed(file: Path) -> dict[str, Any]:
    try:
        found = read_yaml(file)[1]
    except SpecificationError as error:
        raise SettingsError(f"--output: {error}") from None
    if not isinstance(found.get("info"), dict) or "x-document" not in found["info"]:
        raise SettingsError(f"--output: {file}: expected a specification that derive wrote")
    return found


def _pages(paths: Sequence[Path]) -> tuple[list[Page], list[NoPage]]:
    pages, no_pages = [], []
    for path in dict.fromkeys(paths):
        try:
            pages.append(Page(str(path), read_document(path)))
        except DocumentError as error:
            no_pages.append(NoPage(str(path), str(error)))
    return pages, no_pages


def _tell(page: Path, obstacles: Sequence[Obstacle]) -> None:
    for obstacle in obstacles:
        print(f"{obstacle.page or page}: {obstacle}", file=sys.stderr)


def _write(text: str, output: Path) -> None:
    if str(output) == "-":
        sys.stdout.write(text)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")


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
