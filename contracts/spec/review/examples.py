"""Whether the examples of one page agree with its path, with its statuses and with each other. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Path
from contracts.spec.page.agreement import CONVENTIONAL
from contracts.spec.page.model import Example, PageLines
from contracts.spec.page.resource_path import is_plural_of, resource_path
from contracts.spec.review.model import Item, Page, Place, place

_LIST: Final = "List"
# What tells objects apart; and the members of an object that are not its content.
_IDENTITY: Final[tuple[Path, ...]] = (("metadata", "name"), ("metadata", "namespace"))
_META: Final = ("apiVersion", "kind", "metadata")


def example_items(page: Page) -> Iterator[Item]:
    """Give what disagrees in the examples of a page, and between them and its path and statuses."""
    for example in shown(page):
        yield from _status(page, example)
        if isinstance(example.value, dict) and kind_shown(example) not in CONVENTIONAL:
            yield from _type_meta(page, example)
            yield from _self_link(page, example)
    yield from _answers(page)
    yield from _capitals(page)
    yield from forms_agree([page])


def shown(page: Page) -> tuple[Example, ...]:
    """All examples of a page."""
    return (*page.document.requests, *page.document.responses)


def kind_shown(example: Example) -> str:
    """The kind that an example gives; empty where it gives none."""
    kind = example.value.get("kind") if isinstance(example.value, dict) else None
    return kind if isinstance(kind, str) else ""


def member_place(page: Page, example: Example, path: Path, lines: Mapping[Path, PageLines] | None = None) -> Place:
    """Where a member of an example stands, or the nearest above it that has a line of its own.

    `lines`: the example's places by their path, where they are at hand.
    """
    lines = dict(example.places) if lines is None else lines
    while path and path not in lines:
        path = path[:-1]
    return place(page, lines.get(path, example.source))


def stable(path: Path) -> str:
    """A path as people write it, without the places in lists."""
    return paths.render(tuple(paths.ANY if isinstance(step, int) else step for step in path))


def is_list(example: Example) -> bool:
    """Whether an example shows a list of objects."""
    return kind_shown(example).endswith(_LIST)


def form_of(value: Any) -> str:
    """The form of a JSON value; empty for null, which has that of any other."""
    if isinstance(value, bool):
        return "boolean"
    names = ((str, "string"), (int, "integer"), (float, "number"), (dict, "object"), (list, "array"))
    return next((name for form, name in names if isinstance(value, form)), "")


def forms_agree(pages: Sequence[Page]) -> Iterator[Item]:
    """Give the members whose values have another form than in an example before; each once."""
    first: dict[str, tuple[str, Place]] = {}
    told: set[str] = set()
    for page in pages:
        for example in shown(page):
            if not isinstance(example.value, dict) or is_list(example):
                continue
            for path, source in example.places:
                name, form = stable(path), form_of(paths.get(example.value, path))
                at = place(page, source)
                before = first.setdefault(name, (form, at)) if form else ("", at)
                if before[0] not in ("", form) and name not in told and {form, before[0]} != {"integer", "number"}:
                    told.add(name)
                    yield Item(at, "type-between-examples", name, (form,), (before[0],), before[1])


def _status(page: Page, example: Example) -> Iterator[Item]:
    """The status that an example belongs to, or that it names as an error, is one that the page lists."""
    codes = {one.code for one in page.document.statuses}
    value = example.value if kind_shown(example) == "Status" else {}
    named = [(example.status, ()), (value.get("code"), ("code",))]
    for code, path in named:
        if codes and isinstance(code, int) and code not in codes:
            expected = tuple(str(one) for one in sorted(codes))
            yield Item(member_place(page, example, path), "status-of-example", str(code), (str(code),), expected)
            return


def _type_meta(page: Page, example: Example) -> Iterator[Item]:
    document, value = page.document, example.value
    kind, version = kind_shown(example), value.get("apiVersion")
    at = place(page, document.operations[0].source)
    where = resource_path(document.path)
    if kind and not where.rest:
        bare = kind.removesuffix(_LIST) if not where.is_item else kind
        if not is_plural_of(where.plural, bare) and not is_plural_of(where.plural, kind):
            yield Item(member_place(page, example, ("kind",)), "kind-of-example", "kind", (kind,), (where.plural,), at)
    # A subresource may be an object of another group.
    if isinstance(version, str) and document.api_version and version != document.api_version and not where.rest:
        found = member_place(page, example, ("apiVersion",))
        yield Item(found, "api-version-of-example", "apiVersion", (version,), (document.api_version,), at)


def _self_link(page: Page, example: Example) -> Iterator[Item]:
    """An object's own address, where it is shown, is the page's path with the object's name."""
    where, path = resource_path(page.document.path), ("metadata", "selfLink")
    link, metadata = paths.get(example.value, path), example.value.get("metadata")
    if not isinstance(link, str) or not isinstance(metadata, dict) or where.rest:
        return
    expected = where.collection
    for name, value in (("namespace", metadata.get("namespace")), (where.name, metadata.get("name"))):
        if name and isinstance(value, str):
            expected = expected.replace(f"{{{name}}}", value)
    if isinstance(metadata.get("name"), str) and not is_list(example):
        expected += f"/{metadata['name']}"
    form = "[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", expected))
    if not re.fullmatch(f"(?:.*)?{form}", link):
        at = place(page, page.document.operations[0].source)
        yield Item(member_place(page, example, path), "self-link-of-example", stable(path), (link,), (expected,), at)


def _answers(page: Page) -> Iterator[Item]:
    """The object that is answered is the one that was sent, and has the values that were."""
    document = page.document
    if document.method not in ("PUT", "PATCH", "POST"):
        return
    sent = [one for one in document.requests if _is_object(one)]
    answered = [one for one in document.answers if _is_object(one) and not is_list(one)]
    if len(sent) != 1:
        return  # which of several it answers is not known
    places = dict(sent[0].places)
    told: set[Path] = set()
    for answer in answered:
        for path, source in answer.places:
            before, after = paths.get(sent[0].value, path), paths.get(answer.value, path)
            if path in told or path not in places or path[0] == "status" or before == after or before is None:
                continue
            if isinstance(before, dict | list) or isinstance(after, dict | list):
                continue
            kind = "object-of-answer" if path in _IDENTITY else "answer-of-request" if path[0] not in _META else ""
            if kind:
                told.add(path)
                found, expected = (paths.show(one, 60) for one in (after, before))
                yield Item(place(page, source), kind, stable(path), (found,), (expected,), place(page, places[path]))


def _is_object(example: Example) -> bool:
    return isinstance(example.value, dict) and kind_shown(example) not in CONVENTIONAL


def _capitals(page: Page) -> Iterator[Item]:
    """Names that differ from one before in their capitals alone; each once."""
    first: dict[str, tuple[str, PageLines]] = {}
    told: set[str] = set()
    for path, source in (one for example in shown(page) for one in example.places):
        name = str(path[-1])
        before, at = first.setdefault(name.casefold(), (name, source))
        if name != before and name not in told:
            told.add(name)
            yield Item(place(page, source), "capitals-of-keys", stable(path), (name,), (before,), place(page, at))
