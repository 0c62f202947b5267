"""The words of a review: what each kind of item is, and what one item says. Pure."""

from dataclasses import dataclass
from typing import Final

from contracts.spec.review.model import Item

CONTRADICTION: Final = "contradiction"
GAP: Final = "gap"
DOUBT: Final = "doubt"


@dataclass(frozen=True)
class Kind:
    """What a kind of item is: its level, what it is about, and the sentence for one item.

    In a sentence `{subject}`, `{found}` and `{expected}` stand for what the item holds.
    """

    level: str
    about: str
    sentence: str


KINDS: Final = {
    "answer-of-request": Kind(
        DOUBT,
        "an answer shows another value than the request that it answers",
        "{subject} is {found} in the answer, and {expected} in the request",
    ),
    "api-version-between-pages": Kind(
        DOUBT,
        "pages of one resource have paths of different API versions",
        "the path is of {found}, that of the other page of {expected}",
    ),
    "api-version-of-example": Kind(
        CONTRADICTION,
        "an example has another apiVersion than the path",
        "apiVersion is {found}, in the path {expected}",
    ),
    "body-of-method": Kind(
        CONTRADICTION, "a page about a reading shows the body of a request", "a {expected} request has no body"
    ),
    "bounds-of-example": Kind(
        CONTRADICTION,
        "a value in an example is not what the description in its row allows",
        "{subject} is {found}, by its row {expected}",
    ),
    "capitals-of-keys": Kind(
        DOUBT, "two names in one example differ in their capitals alone", "{found} stands here, {expected} elsewhere"
    ),
    "dates-between-pages": Kind(
        DOUBT,
        "a page was updated before another of the same resource",
        "the page was updated on {found}, another of the resource on {expected}",
    ),
    "example-missing": Kind(GAP, "a request or response has no example", "the page shows no example of the {subject}"),
    "field-not-in-table": Kind(
        CONTRADICTION,
        "an example shows a field that its table does not list",
        "{subject} is shown here, but the table {expected} does not list it",
    ),
    "field-spelled-otherwise": Kind(
        CONTRADICTION,
        "a field is spelled in two ways: on pages, in tables or in examples",
        "{subject} is spelled {found} here and {expected} elsewhere",
    ),
    "fields-between-pages": Kind(
        DOUBT,
        "one page lets a field be changed that another page of the resource does not name",
        "{subject} can be changed according to one page of the resource, and is not named by another",
    ),
    "fields-missing": Kind(
        GAP,
        "a page about a replacement or an update does not say which fields can be changed",
        "the page does not say which fields {expected} can change",
    ),
    "fields-of-method": Kind(
        CONTRADICTION,
        "a page about a reading or a deletion says that fields can be changed",
        "{subject} can be changed according to the page, which is about {expected}",
    ),
    "kind-of-example": Kind(
        CONTRADICTION,
        "an example is of another kind than the path",
        "the kind is {found}, the path leads to {expected}",
    ),
    "kind-of-function": Kind(
        DOUBT,
        "a sentence about the function names another kind than the path",
        "the sentence is about {found}, the path leads to {expected}",
    ),
    "kind-of-table": Kind(
        CONTRADICTION,
        "a page refers to the table of another kind",
        "Table {subject} describes {found}, the page is about {expected}",
    ),
    "kind-of-title": Kind(
        CONTRADICTION,
        "the title names another kind than the path",
        "the title is about {found}, the path leads to {expected}",
    ),
    "mandatory-not-shown": Kind(
        CONTRADICTION,
        "an example lacks a field that its table calls mandatory",
        "{subject} is mandatory by its table, and not in the example",
    ),
    "media-type-of-method": Kind(
        CONTRADICTION,
        "the method does not take the media type: those of patches belong to PATCH, which takes no other",
        "{found} is no media type of a {expected} request",
    ),
    "not-understood": Kind(
        GAP, "the reader could not understand it, so people may not either", "expected {expected}, found {found}"
    ),
    "object-of-answer": Kind(
        CONTRADICTION,
        "an answer shows an object of another name or namespace than the request that it answers",
        "{subject} is {found} in the answer, and {expected} in the request",
    ),
    "parameter-between-pages": Kind(
        CONTRADICTION,
        "of two pages about the same operation one documents a parameter",
        "another page about this operation documents the parameter {subject}",
    ),
    "parameter-not-in-path": Kind(
        CONTRADICTION,
        "a path parameter is documented that the path does not have",
        "{found} is documented as a path parameter, the path has {expected}",
    ),
    "parameter-optional": Kind(
        CONTRADICTION, "a path parameter is called optional", "{subject} stands in the path, so it is mandatory"
    ),
    "parameter-without-row": Kind(
        GAP, "a parameter in the path has no row in a table", "no table describes the path parameter {subject}"
    ),
    "parameters-between-pages": Kind(
        CONTRADICTION,
        "a parameter is mandatory or typed otherwise than on another page of the resource",
        "{subject} is {found} here and {expected} on another page",
    ),
    "path-between-pages": Kind(
        CONTRADICTION,
        "paths of one resource name the same parameter differently",
        "the path is {found}, on another page {expected}",
    ),
    "phrase-of-status": Kind(
        CONTRADICTION,
        "a status has the name of another one",
        "status {subject} is called {found}, which is the name of {expected}",
    ),
    "replaceable-denied": Kind(
        CONTRADICTION,
        "the page says of a field that it can be changed, and that it cannot",
        "{subject} can be changed according to one sentence, and cannot according to another",
    ),
    "replaceable-read-only": Kind(
        CONTRADICTION,
        "a field that can be changed is read-only by its table",
        "{subject} can be changed, but by its table {found} is read-only",
    ),
    "replaceable-unknown": Kind(
        GAP,
        "a field that can be changed is neither in a table nor in an example",
        "{subject} can be changed, but no table and no example has {found}",
    ),
    "row-contradicts": Kind(
        CONTRADICTION,
        "a row of a table contradicts itself: its columns, bounds, values and default",
        "{subject}: expected {expected}",
    ),
    "self-link-of-example": Kind(
        CONTRADICTION,
        "the address that an example gives for its object is not made of the path and its name",
        "{subject} is {found}, by path and name {expected}",
    ),
    "status-of-example": Kind(
        CONTRADICTION,
        "an example belongs to a status that the page does not list",
        "the example belongs to status {found}, listed are {expected}",
    ),
    "statuses-between-pages": Kind(
        DOUBT,
        "other pages of the resource list failures that this operation may have too",
        "not listed here, but on other pages of the resource: {expected}",
    ),
    "statuses-missing": Kind(GAP, "no status is listed", "the page lists no status"),
    "success-missing": Kind(GAP, "no status of success is listed", "only failures are listed: {found}"),
    "table-missing": Kind(
        GAP,
        "a table is referred to that is not there: not on the page, nor in a file given by --structures",
        "Table {subject} is referred to and not there",
    ),
    "table-number-twice": Kind(
        CONTRADICTION, "two tables of a page have the same number", "another table has the number {subject} too"
    ),
    "title-missing": Kind(GAP, "the page has no title", "the page has no title"),
    "type-between-examples": Kind(
        CONTRADICTION,
        "a field has values of different types in examples",
        "{subject} is of type {found} here, and {expected} in an example before",
    ),
    "type-of-example": Kind(
        CONTRADICTION,
        "a value in an example is not of the type that the table gives",
        "{subject} is of type {found}, by its table {expected}",
    ),
    "type-without-table": Kind(
        GAP, "a table gives a type that no table describes", "no table describes {expected}, the type of {subject}"
    ),
    "value-of-example": Kind(
        CONTRADICTION,
        "a value in an example is none of those that the table lists",
        "{subject} is {found}, by its table one of {expected}",
    ),
    "verb-of-title": Kind(
        CONTRADICTION, "the title is about another method than the path", "the title is {found}, the method {expected}"
    ),
}


def sentence(item: Item) -> str:
    """Give what one item says, on one line."""
    filled = {"subject": item.subject, "found": _listed(item.found), "expected": _listed(item.expected)}
    return KINDS[item.kind].sentence.format(**filled)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "nothing"
