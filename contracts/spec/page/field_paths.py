"""The paths of fields as pages write them, and their one form: dotted, `[*]` for the elements of a list. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.spec.page.mutability import WITHIN

_STEP = r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\[[^\]\s]{0,60}\])*"
_ANY_STEP = rf"(?:{_STEP}|\*|\{{[A-Za-z]\w*\}})"
_WRITTEN: Final = re.compile(rf"(?:\$?\.)?{_STEP}(?:\.{_ANY_STEP})*", re.ASCII)
_DOTTED: Final = re.compile(rf"(?<![\w./-])(?:\$?\.)?{_STEP}(?:\.{_ANY_STEP})+(?![\w/-])", re.ASCII)
_POINTER: Final = re.compile(r"(?:/[A-Za-z][A-Za-z0-9_-]*)+")
_ARROWS: Final = re.compile(r"\s*(?:->|→|»|›|>)\s*")
_BETWEEN_ITEMS: Final = re.compile(
    r"\s*(?:,\s*(?:and|or)\s|[,，、;；]|(?<=\s)(?:and|or|&)\s|以及|和|及|与|或|(?<=[\w\]`])/(?=[`A-Za-z][\w`]*\.))\s*"
)
# A name of one step, which may be any word: not those that stand where a list has an item, or that refer to others.
_BARE: Final = r"[a-z][A-Za-z0-9]*"
_NO_NAME: Final = re.compile(
    r"an?|also|all|and|any|both|but|can|each|either|etc|however|it|may|more|no|not|only|or|others?|respectively|so|some"
    r"|tha[nt]|the[nmy]?|these|this|those"
)
# No words around a name at the edge of a list are longer.
_LONGEST_PIECE: Final = 400
_QUOTES: Final = "`'\"“”‘’ "
# What may stand around a name at the edge of a list: "only replace data, …", "… and data are", "…和data字段".
_BEFORE_NAME: Final = (
    r"(?:\b(?:replace|update|modify|change|patch|edit|only|fields?|parameters?|attributes?|properties|for|of|to)\s+"
    r"|[^\x00-\x7f]|^|[:：]\s*)"
)
_BEHIND_NAME: Final = (
    r"(?:\s+(?:fields?|parameters?|attributes?|properties|only|are|is|can|may|cannot|supports?|which|that|in|by|for|when)\b"
    r"|[^\x00-\x7f]|\s*[:：.;。；)）]|$)"
)
_FIRST_BARE: Final = re.compile(rf"(?:.*{_BEFORE_NAME})?[`'\"“‘]?(?P<name>{_BARE})[`'\"”’]?", re.IGNORECASE | re.DOTALL)
_LAST_BARE: Final = re.compile(rf"[`'\"“‘]?(?P<name>{_BARE})[`'\"”’]?(?={_BEHIND_NAME})", re.DOTALL)
_REMARK: Final = re.compile(r"\s*[:：(（]\s*|\s+[-–—]+\s+")
# A remark in brackets behind an item, where the list goes on or ends behind it.
_BRACKETS: Final = re.compile(
    r"\s?[(（]([^()（）]*)[)）](?=\s*(?:$|[,，、;；.。:：&]|(?:and|or)\b|以及|和|及|与|或|[-–—]+\s))"
)
_AND_SO_ON: Final = re.compile(r"[,，、;；]\s*(?:\.\.\.?|…)")
_GOES_ON: Final = re.compile(r"\s*(?:(?:and|or|as well as|plus|also)\b|&|以及|和|及|与|或|还有)")
# Another item behind a remark: "a.b: the first; c.d: the second".
_NEXT_ITEM: Final = re.compile(
    rf"(?:[,，;；、]|\b(?:and|or)\b|以及|和|及|与)\s*`?{_DOTTED.pattern}`?\s*(?:$|[.。,，;；、:：(（&]|(?:and|or)\b|[-–—]+\s|以及|和|及|与)",
    re.ASCII,
)
ORDINARY: Final = frozenset({"metadata", "spec", "status", "data", "binaryData", "stringData"})
_WRAPPERS: Final = frozenset({"body", "object", "resource", "root"})


@dataclass(frozen=True)
class Objects:
    """What is known of the page's objects: their kind, and examples of them."""

    kind: str | None = None
    examples: Sequence[Any] = ()

    @property
    def roots(self) -> frozenset[str]:
        """The names that a path can begin with, as far as is known."""
        return ORDINARY.union(*(one for one in self.examples if isinstance(one, dict)))

    def shown(self, path: str) -> list[Any]:
        """What the examples have at a path."""
        found: list[Any] = list(self.examples)
        for step in path.replace("[*]", "").split("."):
            inner = [one for value in found for one in (value if isinstance(value, list) else [value])]
            found = [one[step] for one in inner if isinstance(one, dict) and step in one]
        return found

    def path(self, written: str) -> str | None:
        """Give the one form of a path; None where it could mean several things, or is none."""
        text = written.strip("`'\"“”‘’ ")
        if _POINTER.fullmatch(text) and text.count("/") > 1:
            text = text.strip("/").replace("/", ".")
        elif len(steps := _ARROWS.split(text)) > 1:
            text = ".".join(steps)
        if not _WRITTEN.fullmatch(text):
            return None
        text = re.sub(r"^\$?\.", "", text)
        text = re.sub(r"\[(?:|[a-z]|index)\]", "[*]", text)
        text = re.sub(r"\.(?:\*|\{\w+\})(?=\.)", "[*]", text)
        first, _, rest = text.partition(".")
        prefixed = first.lower() == (self.kind or "").lower() or first in _WRAPPERS or first[0].isupper()
        if prefixed and rest and first not in self.roots:
            if rest.partition(".")[0].partition("[")[0] not in self.roots:
                return None
            text = rest
        # All that is in a map or list is the map or list; all that is in the whole object is not said so.
        if text.count(".") > 1:
            text = text.removesuffix(".*")
        if "." not in text and text not in self.roots:
            return None
        whole = re.fullmatch(r"[\w.-]+(?:\[(?:\*|\d+)\][\w.-]*)*", text, re.ASCII)
        return self._through_lists(text) if whole else None

    def _through_lists(self, path: str) -> str:
        """The path with `[*]` wherever it leads through what the examples show to be a list."""
        steps: list[str] = []
        *parents, last = path.split(".")
        for step in parents:
            shown = self.shown(".".join([*steps, step])) if "[" not in step else ()
            listed = [item for one in shown if isinstance(one, list) for item in one]
            steps.append(f"{step}[*]" if any(isinstance(item, dict) for item in listed) else step)
        return ".".join([*steps, last])

    def within(self, parent: str, child: str) -> str | None:
        """Give the path of a field that is listed below another; None where that is not known, "" for a value."""
        root = child.partition(".")[0].partition("[")[0]
        if child.startswith((f"{parent}.", f"{parent}[")) or ("." in child and root in self.roots):
            return child
        if "." not in parent:
            return f"{parent}.{child}"
        shown = self.shown(parent)
        if any(isinstance(one, dict) for one in shown):
            return f"{parent}.{child}"
        if any(isinstance(one, list) for one in shown):
            return f"{parent}[*].{child}"
        return "" if shown else None


def words(text: str) -> tuple[list[str], str]:
    """The fields that a text lists, as it writes them, if nothing else; and the remark that may follow them."""
    if _AND_SO_ON.search(text):
        return [], text
    text = text.strip(" .。;；,，、" if not re.match(r"\.[A-Za-z]", text.strip()) else " 。;；,，、")
    listed, remark = _without_remarks(text)
    items = [item.strip("`'\"“”‘’ ") for item in _BETWEEN_ITEMS.split(listed.rstrip(" .。"))]
    items = [item for item in items if item]
    if items and _WRITTEN.fullmatch(items[0]) and not all(map(_is_path, items)):
        first, mark, rest = (*re.split(r"([,，])", listed, maxsplit=1), "", "")[:3]
        first = first.strip("` ")
        # "a.b, the size": one field and a remark. Where the rest goes on, or names a path, it may be a list as well.
        goes_on = (
            len(_BETWEEN_ITEMS.split(f"{mark}{rest}".strip())) > 2
            or _GOES_ON.match(rest)
            or any(True for _ in dotted(rest))
        )
        if mark and "." in first and _is_path(first) and not goes_on:
            return [first], f"{rest} {remark}".strip()
    return (items, remark) if all(map(_is_path, items)) else ([], text)


def _without_remarks(text: str) -> tuple[str, str]:
    """A list without the remarks in brackets behind its items, and what is behind a colon or a dash; and these."""
    taken = _BRACKETS.findall(text)
    match = _REMARK.search(listed := _BRACKETS.sub(" ", text).strip())
    if match:
        listed, behind = listed[: match.start()], listed[match.end() :]
        # "a.b: the first; c.d: the second" are two items.
        if _NEXT_ITEM.search(behind):
            return text, ""
        taken.append(behind)
    return listed, " ".join(taken).strip()


def listed_within(text: str) -> tuple[str, list[str]] | None:
    """Parent and fields of "a and b in c"; None for any other text."""
    match = WITHIN.fullmatch(text.strip(" .。;；"))
    if match is None:
        return None
    parent = (match["parent"] or match["parent2"]).strip("`'\"* ")
    items, _ = words((match["items"] or match["items2"]).replace("*", ""))
    return (parent, items) if items and _is_path(parent) else None


def dotted(text: str) -> Iterator[str]:
    """All paths of several steps that a text names."""
    return (match[0] for match in _DOTTED.finditer(text))


def named_in(text: str) -> list[str]:
    """Give the paths that a text names: those of several steps, and names of one step in a list with these.

    "You can only replace a.b, c.d, and e." names e too, which alone could be any word.
    """
    pieces = [piece.strip() for piece in _BETWEEN_ITEMS.split(text)]
    found = [list(dotted(piece)) for piece in pieces]
    if not any(found):
        return []
    # Names of one step stand between paths, or beside one that is at the edge of its piece.
    for order, edge, form in ((range(len(pieces)), -1, _LAST_BARE), (range(len(pieces))[::-1], 0, _FIRST_BARE)):
        beside = False
        for index in order:
            piece = pieces[index].strip(_QUOTES)
            if beside and not found[index] and len(piece) < _LONGEST_PIECE:
                found[index] = _bare_name(piece, form, whole=form is _FIRST_BARE)
            paths = found[index]
            beside = bool(paths) and (piece.endswith(paths[-1]) if edge else piece.startswith(paths[0]))
    return [path for paths in found for path in paths]


def _bare_name(piece: str, form: re.Pattern[str], *, whole: bool) -> list[str]:
    match = form.fullmatch(piece) if whole else form.match(piece)
    return [match["name"]] if match and not _NO_NAME.fullmatch(match["name"]) and match["name"][0].islower() else []


def unbroken(text: str) -> str:
    """Give a path without the line break that a page has behind or before one of its dots; any other text as it is."""
    joined = re.sub(r"\s*\.\s*(?=[a-z])", ".", text.strip())
    return joined if len(text.split()) == 2 and _WRITTEN.fullmatch(joined) else text


def is_name(item: str) -> bool:
    """Whether a text is a path of several steps, or can be the name of a field at the root of an object."""
    return any(True for _ in dotted(item)) or bool(re.fullmatch(_BARE, item) and not _NO_NAME.fullmatch(item))


def _is_path(item: str) -> bool:
    many = len(_ARROWS.split(item)) > 1 and all(_WRITTEN.fullmatch(step) for step in _ARROWS.split(item))
    return bool(_WRITTEN.fullmatch(item) or (_POINTER.fullmatch(item) and item.count("/") > 1) or many)
