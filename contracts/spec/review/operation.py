"""Whether title, path, parameters, statuses and media types of one page agree. Pure."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from contracts.spec.page.agreement import examples_agree, parameters_agree
from contracts.spec.page.denied import BOTH_WAYS
from contracts.spec.page.model import FUNCTION, STATUS_CODE, PageLines
from contracts.spec.page.operation_words import methods_of
from contracts.spec.page.operations import placeholders
from contracts.spec.page.outline import DATE, TITLE
from contracts.spec.page.resource_path import is_plural_of, resource_path
from contracts.spec.page.rows import parameters_contradict
from contracts.spec.review.model import Item, Page, Place, place

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
# A word that begins with a capital is the name of a kind, but for the verb and words of any title.
_KIND: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_NO_KINDS: Final = re.compile("APIs?|All|Specified|Details|Status|Information|List|Namespaces?")
# By the words that HTTP has for it a status; words that may be any words are left out.
_PHRASES: Final = {
    one.phrase.casefold(): one.value for one in HTTPStatus if one.phrase not in ("OK", "Continue", "Found")
}
WRITING: Final = ("PUT", "POST", "PATCH")


def operation_items(page: Page) -> Iterator[Item]:
    """Give what disagrees or is missing around the operation of a page."""
    yield from _obstacles(page)
    yield from _title(page)
    yield from _parameters(page)
    yield from _media_types(page)
    yield from _missing(page)
    yield from _phrases(page)
    yield from _without_body(page)
    yield from _kinds(page)
    yield from _tables(page)


def title_place(page: Page) -> Place:
    """Where the page's title stands; its first line where it has none."""
    return _unit_place(page, TITLE)


def date_place(page: Page) -> Place:
    """Where the date of update stands."""
    return _unit_place(page, DATE)


def section_place(page: Page, section: str) -> Place:
    """Where a section begins; the operation where the page has no such section."""
    return place(page, page.document.sections.get(section, page.document.operations[0].source))


def _unit_place(page: Page, kind: str) -> Place:
    sources = (unit.source for unit in page.document.units if unit.kind == kind)
    return place(page, next(sources, PageLines("", 1, 1)))


def _obstacles(page: Page) -> Iterator[Item]:
    """What could not be understood, but for what the rules here tell better."""
    document = page.document
    told = {
        *parameters_agree(document.operations, document.parameters),
        *examples_agree(document.api_version, document.kind, document.method, document.requests, document.responses),
        *parameters_contradict(document.parameters),
    }
    for one in document.obstacles:
        if one.expected == BOTH_WAYS:
            yield Item(Place(page.name, one.line), "replaceable-denied", one.found)
        elif one not in told:
            found = (one.found,) if one.found else ()
            yield Item(Place(page.name, one.line), "not-understood", "", found, (one.expected,))


def _title(page: Page) -> Iterator[Item]:
    document = page.document
    at, title, method = title_place(page), document.title, document.method
    if title is None:
        yield Item(at, "title-missing")
        return
    methods = methods_of(title)
    if methods and method not in methods:
        yield Item(at, "verb-of-title", "", (title,), (method,), place(page, document.operations[0].source))
    plural = resource_path(document.path).plural
    words = _WORD.findall(title)
    runs = ("".join(words[first:last]) for first in range(len(words)) for last in range(first + 1, len(words) + 1))
    if not any(is_plural_of(plural, run) for run in runs):
        verbs = 1 if words and methods_of(words[0]) else 0
        kinds = [word for word in words[verbs:] if _KIND.fullmatch(word) and not _NO_KINDS.fullmatch(word)]
        if kinds:
            found, expected = " ".join(kinds), document.kind or plural
            expected = expected if is_plural_of(plural, expected) else plural
            yield Item(at, "kind-of-title", "", (found,), (expected,), place(page, document.operations[0].source))


def _parameters(page: Page) -> Iterator[Item]:
    document = page.document
    rows = {one.name: one for one in document.parameters if one.location == "path"}
    wanted = placeholders(document.operations)
    shown = place(page, document.operations[0].source)
    for name in wanted:
        if name not in rows:
            yield Item(shown, "parameter-without-row", name, (), (name,))
    for name, row in rows.items():
        if name not in wanted:
            yield Item(place(page, row.source), "parameter-not-in-path", name, (name,), wanted, shown)
        elif row.mandatory is False:
            yield Item(place(page, row.source), "parameter-optional", name, (), (), shown)


def _media_types(page: Page) -> Iterator[Item]:
    """Patch types belong to PATCH alone, and PATCH takes no other."""
    document = page.document
    shown = place(page, document.operations[0].source)
    for one in document.media_types:
        if ("patch+" in one.name) != (document.method == "PATCH") and document.method in WRITING:
            yield Item(place(page, one.source), "media-type-of-method", "", (one.name,), (document.method,), shown)


def _phrases(page: Page) -> Iterator[Item]:
    """Statuses that are called what HTTP calls another one."""
    for one in page.document.statuses:
        meant = _PHRASES.get(" ".join(one.reason.split()).strip(" .").casefold(), one.code)
        if meant != one.code:
            code = str(one.code)
            yield Item(place(page, one.source), "phrase-of-status", code, (one.reason,), (str(meant),))


def _without_body(page: Page) -> Iterator[Item]:
    """What only a request with a body can have: of a reading an example of it, of both also fields to be changed."""
    document = page.document
    at = place(page, document.operations[0].source)
    if document.method == "GET":
        for example in document.requests:
            yield Item(place(page, example.source), "body-of-method", "", (), (document.method,), at)
    if document.method in ("GET", "DELETE"):
        for one in document.replaceable:
            yield Item(place(page, one.source), "fields-of-method", one.path, (), (document.method,), at)


def _kinds(page: Page) -> Iterator[Item]:
    """Kinds that a sentence about the function gives as what is changed or read."""
    document = page.document
    at = place(page, document.operations[0].source)
    plural = resource_path(document.path).plural
    for name, source in document.named_kinds:
        if not _NO_KINDS.fullmatch(name):
            yield Item(place(page, source), "kind-of-function", "", (name,), (document.kind or plural,), at)


def _missing(page: Page) -> Iterator[Item]:
    document = page.document
    at, method = place(page, document.operations[0].source), document.method
    if not document.statuses:
        yield Item(section_place(page, STATUS_CODE), "statuses-missing")
    elif not any(200 <= one.code < 300 for one in document.statuses):
        codes = tuple(str(one.code) for one in document.statuses)
        yield Item(place(page, document.statuses[0].source), "success-missing", "", codes)
    if method in ("PUT", "PATCH") and not document.replaceable:
        yield Item(section_place(page, FUNCTION), "fields-missing", "", (), (method,))
    if method in WRITING and not document.requests:
        yield Item(at, "example-missing", "request")
    # A deletion, and a success without content, may answer nothing.
    if method != "DELETE" and not document.responses and any(one.code in (200, 201) for one in document.statuses):
        yield Item(at, "example-missing", "response")


def _tables(page: Page) -> Iterator[Item]:
    first: dict[int, PageLines] = {}
    for one in page.document.tables:
        before = first.setdefault(one.number, one.source)
        if before != one.source:
            yield Item(place(page, one.source), "table-number-twice", str(one.number), (), (), place(page, before))
