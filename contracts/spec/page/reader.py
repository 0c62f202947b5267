"""Reading a vendor's help page: a file in, its facts out, each with the lines that state it.

A page is read by its structure (headings, numbered tables, lists, JSON) and never by line number. Names, values,
statuses and examples are taken; the vendor's prose is not. What the page does not say is absent; what could not be
understood is an obstacle of the document, and all are found at once. `DocumentError` is for a file that is no page
about an operation.

    file ──formats──▶ blocks ──outline──▶ placed blocks ──operations, tables, examples, …──▶ Document
"""

import hashlib
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path

from contracts.spec.page import dates
from contracts.spec.page.agreement import (
    examples_agree,
    foreign_kinds,
    kind_of,
    kinds_named,
    parameters_agree,
    placeholders_unmarked,
    version_of,
)
from contracts.spec.page.blocks import Bullet, Heading, Paragraph
from contracts.spec.page.captions import captions, missing, references
from contracts.spec.page.deprecation import deprecated
from contracts.spec.page.examples import JSON_PATCH, NO_MERGE_PATCH, examples, is_json_patch, unplaced
from contracts.spec.page.field_paths import Objects
from contracts.spec.page.formats import read_blocks
from contracts.spec.page.known_tables import TablesOfPage
from contracts.spec.page.media_types import media_types
from contracts.spec.page.model import (
    FUNCTION,
    HEAD,
    REQUEST,
    RESPONSE,
    SECTIONS,
    Document,
    DocumentError,
    Example,
    Obstacle,
    Operation,
    PageLines,
    Parameter,
    Structure,
    Unit,
)
from contracts.spec.page.named_parameters import named_parameters
from contracts.spec.page.operations import api_version, operations, own_part, placeholders, queries
from contracts.spec.page.outline import DATE, TITLE, Placed, outline, spans
from contracts.spec.page.replaceable import replaceable
from contracts.spec.page.resource_path import is_plural_of, resource_path
from contracts.spec.page.rows import parameters_contradict, types_unknown
from contracts.spec.page.statements import units_of
from contracts.spec.page.tables import parameters, statuses, structures
from contracts.spec.page.unread import unread


def read_document(path: Path) -> Document:
    """Read the page in a file. Raises DocumentError where the file cannot be read or is not such a page."""
    content = _content(path)
    try:
        return parse_document(content, path.suffix)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error


def read_units(path: Path) -> tuple[Unit, ...]:
    """Read the units of the page in a file, also where nothing can be derived from it. Raises DocumentError."""
    content = _content(path)
    try:
        return parse_units(content, path.suffix)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error


def read_structures(path: Path) -> tuple[tuple[Structure, ...], tuple[Obstacle, ...]]:
    """Read the tables of structures in a file, also one that is about no operation, and what could not be understood.

    Raises DocumentError where the file cannot be read or holds none.
    """
    content = _content(path)
    try:
        blocks, obstacles = read_blocks(content, path.suffix)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error
    found = structures(outline(blocks), obstacles)
    if not found:
        raise DocumentError(f"{path}: expected tables of structures, found none")
    return found, _ordered(obstacles)


def read_tables(path: Path) -> TablesOfPage:
    """Read the tables of structures in a file, to find those that a page refers to. Raises DocumentError."""
    found, obstacles = read_structures(path)
    return TablesOfPage(path.name, found, obstacles, hashlib.sha256(_content(path)).hexdigest())


def parse_units(content: bytes, suffix: str = "") -> tuple[Unit, ...]:
    """Give the units of a page; raises DocumentError where it has none of the sections of such a page."""
    placed = outline(read_blocks(content, suffix)[0])
    _check_sections(placed)
    return units_of(placed)


def parse_document(content: bytes, suffix: str = "") -> Document:
    """Parse a page (UTF-8, with or without a byte order mark); `suffix`: of its file, which names its format.

    Raises DocumentError and nothing else.
    """
    blocks, obstacles = read_blocks(content, suffix)
    whole = outline(blocks)
    shown = _operations(whole, obstacles)
    placed = own_part(whole, shown)
    version, in_path = api_version(shown[0]), placeholders(shown)
    found = parameters(placed, in_path, obstacles)
    described = {one.name for one in found}
    behind = {
        name: Parameter(name, "query", None, source) for name, source in (*named_parameters(placed), *queries(placed))
    }
    found = (*found, *(one for name, one in behind.items() if name not in described))
    requests = examples(placed, REQUEST, obstacles, patches=shown[0].method == "PATCH")
    responses = examples(placed, RESPONSE, obstacles)
    leads = resource_path(shown[0].path)
    if leads.rest and (own := version_of([*requests, *responses])) and not _same_group(own, version):
        # A part of an object, such as its scale, may have a kind and a version of its own.
        of_all = is_plural_of(leads.plural, kind_of(own, requests, responses) or "")
        version = version if of_all else own
    title = _title(placed)
    kinds = kinds_named([title or "", *_about(placed)], leads.plural) if version and not leads.rest else iter(())
    kind = kind_of(version, requests, responses) or next(kinds, None)
    types = media_types(placed, shown[0].method, requests, found)
    if shown[0].method == "PATCH" and requests and not types:
        obstacles.append(Obstacle(shown[0].source.first_line, "the media type of the patch (merge patch, JSON patch)"))
    requests = tuple(_fitting(requests, {one.name for one in types}, obstacles))
    document = Document(
        title=title,
        updated=_updated(placed, obstacles),
        sha256=hashlib.sha256(content).hexdigest(),
        operations=shown,
        api_version=version,
        kind=kind,
        parameters=found,
        replaceable=replaceable(placed, obstacles, Objects(kind, [one.value for one in (*requests, *responses)])),
        statuses=statuses(placed, obstacles),
        requests=requests,
        responses=responses,
        media_types=types,
        structures=structures(placed, obstacles, in_path),
        references=references(placed),
        tables=captions(placed),
        sections=spans(placed),
        units=units_of(whole),
        named_kinds=() if leads.rest else tuple(foreign_kinds(_sentences(placed), leads.plural)),
        deprecated=deprecated(placed),
        obstacles=_ordered(
            [
                *obstacles,
                *missing(placed),
                *unplaced(placed),
                *parameters_agree(shown, found),
                *placeholders_unmarked(shown),
                *parameters_contradict(found),
                *types_unknown(found),
                *examples_agree(version, kind, shown[0].method, requests, responses),
            ]
        ),
    )
    return replace(document, obstacles=_ordered([*document.obstacles, *unread(placed, document)]))


def _fitting(requests: Sequence[Example], named: Set[str], obstacles: list[Obstacle]) -> Iterator[Example]:
    """The requests without JSON patches where the page names other kinds of patches, and not that one."""
    for one in requests:
        if named and JSON_PATCH not in named and one.media_type is None and is_json_patch(one.value):
            obstacles.append(Obstacle(one.source.first_line, NO_MERGE_PATCH, str(one.value)))
        else:
            yield one


def _same_group(version: str, other: str | None) -> bool:
    return version.rpartition("/")[0] == (other or "").rpartition("/")[0]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _operations(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[Operation, ...]:
    """The operations that a page shows; raises `DocumentError` where it shows none, or is no such page at all."""
    try:
        return operations(placed, obstacles)
    except DocumentError:
        _check_sections(placed)
        raise


def _check_sections(placed: Sequence[Placed]) -> None:
    if not any(one.section in SECTIONS for one in placed):
        raise DocumentError(f"expected a page with one of the sections {', '.join(SECTIONS)}, found none")


def _title(placed: Sequence[Placed]) -> str | None:
    titles = (one.block.flat for one in placed if one.kind == TITLE and isinstance(one.block, Heading | Paragraph))
    return next(titles, None)


def _about(placed: Sequence[Placed]) -> Iterator[str]:
    """The headings and sentences before the address."""
    for one in placed:
        if one.section in (HEAD, FUNCTION) and isinstance(one.block, Heading | Paragraph):
            yield one.block.flat


def _sentences(placed: Sequence[Placed]) -> Iterator[tuple[str, PageLines]]:
    """The sentences about the function."""
    for one in placed:
        if one.section == FUNCTION and isinstance(one.block, Paragraph) and not one.kind:
            yield from ((text, one.source()) for text in re.split(r"(?<=[.!?])\s+|(?<=[。！？])", one.block.flat))


def _updated(placed: Sequence[Placed], obstacles: list[Obstacle]) -> str | None:
    """The first date of update, without any the first date; others must not differ from it."""
    told = [one.block for one in placed if one.kind == DATE and isinstance(one.block, Paragraph | Bullet)]
    first: str | None = None
    for block in [one for one in told if not dates.may_be_any(one.flat)] or told:
        found = dates.day(dates.dated(block.flat) or "")
        if found is None or found != (first or found):
            obstacles.append(Obstacle(block.first_line, "one date of update", block.flat))
        first = first or found
    return first


def _ordered(obstacles: Sequence[Obstacle]) -> tuple[Obstacle, ...]:
    """Each once, in the order of the page."""
    return tuple(sorted(dict.fromkeys(obstacles), key=lambda one: one.line))
