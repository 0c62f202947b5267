"""Whether the pages of one resource agree with each other. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from contracts.spec.page.model import FUNCTION, STATUS_CODE
from contracts.spec.page.resource_path import resource_path
from contracts.spec.review.examples import forms_agree
from contracts.spec.review.model import Item, Page, Place, place
from contracts.spec.review.operation import WRITING, date_place, section_place
from contracts.spec.review.tables import unlike

_PLACEHOLDER: Final = re.compile(r"\{[^}]+\}")
# Statuses that any request may get, those of a request about one object, and those of a request with a body.
_ANY: Final = frozenset({401, 403, 405, 406, 429, 500, 503, 504})
_OF_ITEM: Final = frozenset({404})
_OF_BODY: Final = frozenset({400, 409, 413, 415, 422})


def between_items(pages: Sequence[Page]) -> Iterator[Item]:
    """Give what disagrees between pages of the same resource, at the page that stands later in the order given."""
    for _, group in groupby(sorted(pages, key=_resource), key=_resource):
        same = sorted(group, key=pages.index)
        yield from _api_versions(same)
        yield from _paths(same)
        yield from _statuses(same)
        yield from _parameters(same)
        yield from _fields(same)
        yield from _dates(same)
        # What one page alone shows was told with that page.
        alone = {item for page in same for item in forms_agree([page])}
        yield from (item for item in forms_agree(same) if item not in alone)


def _resource(page: Page) -> tuple[str, str]:
    where = resource_path(page.document.path)
    return where.group, where.plural


def _operation(page: Page) -> Place:
    return place(page, page.document.operations[0].source)


def _api_versions(pages: Sequence[Page]) -> Iterator[Item]:
    first = pages[0]
    for page in pages[1:]:
        found, expected = page.document.api_version, first.document.api_version
        if found and expected and found != expected:
            yield Item(_operation(page), "api-version-between-pages", "", (found,), (expected,), _operation(first))


def _paths(pages: Sequence[Page]) -> Iterator[Item]:
    """Paths that are the same but for the names of their parameters."""
    first: dict[str, tuple[str, Place]] = {}
    for page in pages:
        for one in page.document.operations:
            for path in (one.path, resource_path(one.path).collection):
                shape = _PLACEHOLDER.sub("{}", path)
                before, at = first.setdefault(shape, (path, place(page, one.source)))
                if before != path:
                    yield Item(place(page, one.source), "path-between-pages", "", (path,), (before,), at)
                    break


def _statuses(pages: Sequence[Page]) -> Iterator[Item]:
    """Failures that a page does not list, though another of the resource does and this one's request may have them."""
    for page in pages:
        document = page.document
        own = {one.code for one in document.statuses}
        possible = _ANY | (_OF_ITEM if resource_path(document.path).is_item else set())
        possible |= _OF_BODY if document.method in WRITING else set()
        others = {one.code: (other, one) for other in reversed(pages) for one in other.document.statuses}
        same = [other for other in pages if _shape(other) == _shape(page)]
        wanted = possible | {one.code for other in same for one in other.document.statuses}
        lacking = sorted(code for code in others if code in wanted and code not in own)
        if own and lacking:
            other, status = others[lacking[0]]
            elsewhere = place(other, status.source)
            missing, found = tuple(map(str, lacking)), tuple(map(str, sorted(own)))
            yield Item(section_place(page, STATUS_CODE), "statuses-between-pages", "", found, missing, elsewhere)


def _shape(page: Page) -> tuple[str, str]:
    return page.document.method, _PLACEHOLDER.sub("{}", page.document.path)


def _parameters(pages: Sequence[Page]) -> Iterator[Item]:
    """Parameters that are mandatory or typed otherwise, or stand on one only of two pages about one operation."""
    for _, group in groupby(sorted(pages, key=_shape), key=_shape):
        for page, other in pairwise(group):
            yield from (*_lacking(page, other), *_lacking(other, page))
    first: dict[tuple[str, str], tuple[bool | None, str | None, Place]] = {}
    for page in pages:
        for one in page.document.parameters:
            at = place(page, one.source)
            mandatory, kind, elsewhere = first.setdefault((one.location, one.name), (one.mandatory, one.type, at))
            for found, expected in ((one.mandatory, mandatory), (one.type, kind)):
                if found is not None and expected is not None and found != expected:
                    yield Item(at, "parameters-between-pages", one.name, (_said(found),), (_said(expected),), elsewhere)


def _lacking(page: Page, other: Page) -> Iterator[Item]:
    """Parameters that a page does not have though another about the same operation has."""
    names = {one.name for one in page.document.parameters}
    for row in other.document.parameters if names else ():
        if row.name not in names:
            yield Item(_operation(page), "parameter-between-pages", row.name, (), (row.name,), place(other, row.source))


def _said(value: bool | str) -> str:
    return value if isinstance(value, str) else "mandatory" if value else "optional"


def _fields(pages: Sequence[Page]) -> Iterator[Item]:
    """Fields that one page lets be changed and another does not name, or spells otherwise."""
    listing = [page for page in pages if page.document.replaceable]
    if not listing:
        return
    first = listing[0]
    known = {one.path: place(first, one.source) for one in first.document.replaceable}
    for page in listing[1:]:
        own = {one.path: place(page, one.source) for one in page.document.replaceable}
        spelled = dict(unlike(own, known))
        for path, other in spelled.items():
            yield Item(own[path], "field-spelled-otherwise", path, (path,), (other,), known[other])
        for path in own.keys() - known.keys() - spelled.keys():
            yield Item(own[path], "fields-between-pages", path, (path,), (), section_place(first, FUNCTION))
        for path in known.keys() - own.keys() - set(spelled.values()):
            yield Item(section_place(page, FUNCTION), "fields-between-pages", path, (), (path,), known[path])


def _dates(pages: Sequence[Page]) -> Iterator[Item]:
    dated = [(page.document.updated, page) for page in pages if page.document.updated]
    if not dated:
        return
    newest, last = max(dated, key=lambda one: one[0])
    for day, page in dated:
        if day != newest:
            yield Item(date_place(page), "dates-between-pages", "", (day,), (newest,), date_place(last))
