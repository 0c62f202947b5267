"""Which fields the page says can be replaced or updated: in a sentence, in a list, or both apart. Pure.

The following fields can be replaced:      Only a.b and c.d can be updated.      如下字段可被替换：
• a.b                                      The other fields cannot be updated.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from contracts.spec.page.blocks import Bullet, Cell, Paragraph, Table
from contracts.spec.page.model import FUNCTION, HEAD, HEADING, Obstacle, PageLines, ReplaceableField
from contracts.spec.page.outline import Placed

_STEP = r"[A-Za-z][A-Za-z0-9_-]*(?:\[[^\]\s]{0,60}\])?"
FIELD: Final = re.compile(rf"{_STEP}(?:\.(?:{_STEP}|\*))*")
_DOTTED: Final = re.compile(rf"(?<![\w./-]){_STEP}(?:\.(?:{_STEP}|\*))+(?![\w/-])")
_DONE = r"(?:replaced|updated|modified|changed|patched|edited)"
_POSSIBLE: Final = re.compile(
    rf"\b(?:can|may|is allowed to|are allowed to) (?:only )?(?:be )?(?:\w+ly )?{_DONE}\b"
    r"|\b(?:can|may) (?:only )?(?:replace|update|modify|change|patch) (?:only )?(?:the|these) (?:\w+ )?"
    r"(?:following|fields?)\b"
    r"|\b(?:replaceable|updatable|updateable|modifiable|mutable)\b"
    r"|(?:可以?|能|允许|支持)(?:以?被)?(?:替换|更新|修改|变更|编辑)",
    re.IGNORECASE,
)
_IMPOSSIBLE: Final = re.compile(
    rf"\b(?:cannot|can ?not|can't|can’t|may not|must not|not allowed|neither|nor|no other|none)\b"
    rf".*\b{_DONE}\b|\bimmutable\b"
    r"|(?:不可以?|不能|不允许|不支持|无法|禁止|不得)被?(?:替换|更新|修改|变更|编辑)",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(r"\b(?:others?|rest|remaining|everything else)\b|其他|其它|其余", re.IGNORECASE)
_BETWEEN_CLAUSES: Final = re.compile(
    r"(?<=[.;!?])\s+|(?<=[。；！？])|,\s*(?:but|while|whereas)\b|[，,](?=其他|其它|其余|但)"
)
_BETWEEN_ITEMS: Final = re.compile(r"\s*(?:,\s*(?:and|or)\s|[,，、;；]|(?<=\s)(?:and|or)\s|以及|和|及|与|或)\s*")
_LEAD: Final = re.compile(
    r".*\b(?:only|fields?)\b\s*(?:the )?|(?:目前|当前)?(?:仅有?|只有?)(?:支持|允许)?", re.IGNORECASE
)
_TAIL: Final = re.compile(r"\s*(?:fields?|字段|are|is)$", re.IGNORECASE)
# No sentence that lists fields is longer.
_LONGEST: Final = 4000
_EXPECTED = "the dotted path of a field that can be replaced"


def replaceable(placed: Sequence[Placed], obstacles: list[Obstacle]) -> tuple[ReplaceableField, ...]:
    """Give the fields in the order of the page, each once; none where no sentence speaks of any."""
    found: dict[str, ReplaceableField] = {}
    for path, source in _fields(placed, obstacles):
        if path in found:
            obstacles.append(Obstacle(source.first_line, "each replaceable field once", path))
        found.setdefault(path, ReplaceableField(path, source))
    return tuple(found.values())


def _fields(placed: Sequence[Placed], obstacles: list[Obstacle]) -> Iterator[tuple[str, PageLines]]:
    """The fields with their places; what a sentence announces may stand in any list after it, but none without one."""
    announced: Placed | None = None
    listing = False
    for one in placed:
        if one.section not in (FUNCTION, HEAD) or one.kind not in ("", HEADING):
            continue
        items = _listed(one) if listing else []
        for item in items:
            announced = None
            paths = _items(item.flat)
            if not paths:
                obstacles.append(Obstacle(item.first_line, _EXPECTED, item.flat))
            yield from ((path, one.of(item)) for path in paths)
        for says, named in _clauses(one) if not items else ():
            listing = says
            if says:
                announced = None if named else one
            yield from ((path, one.source()) for path in named)
    if announced:
        obstacles.append(Obstacle(announced.block.first_line, "the fields that can be replaced, named here or below"))


def _listed(one: Placed) -> list[Cell]:
    """What a block lists: bullets, the first column of a table, a line that is a path and nothing else."""
    block = one.block
    if isinstance(block, Table):
        return [row[0] for row in block.rows if row]
    lone = isinstance(block, Paragraph) and _DOTTED.fullmatch(block.flat)
    return [block] if isinstance(block, Bullet | Paragraph) and (lone or isinstance(block, Bullet)) else []


def _clauses(one: Placed) -> Iterator[tuple[bool, list[str]]]:
    """What the clauses of a paragraph say: whether something can be replaced, and which fields they name as such."""
    if isinstance(one.block, Paragraph):
        for clause in _BETWEEN_CLAUSES.split(one.block.flat):
            says = _says(clause[:_LONGEST])
            if says is not None:
                yield says, _in_sentence(clause[:_LONGEST]) if says else []


def _says(clause: str) -> bool | None:
    """Whether a clause says that something can be replaced, or cannot; None for neither, and for all the others."""
    if _IMPOSSIBLE.search(clause):
        return None if _OTHERS.search(clause) else False
    return True if _POSSIBLE.search(clause) else None


def _in_sentence(clause: str) -> list[str]:
    """The fields that a sentence names: before the verb, when that is a list and nothing else; or else all paths."""
    match = _POSSIBLE.search(clause)
    before = clause[: match.start()].strip() if match else ""
    lead = _LEAD.match(before)
    listed = _items(_TAIL.sub("", before[lead.end() :])) if lead else []
    # Words without a dot or a capital may be any words ("the ones below").
    if any(re.search(r"[.A-Z]", path) for path in listed):
        return listed
    return [_path(path) for path in _DOTTED.findall(clause)]


def _items(text: str) -> list[str]:
    """The fields that a text lists, if nothing else; what explains one may follow it after a colon or dash."""
    text = re.split(r"\s*[:：(（]\s*|\s+[-–—]+\s+", text.strip(" .。;；,，、"))[0]
    items = [item.strip("`'\"“”‘’ ") for item in _BETWEEN_ITEMS.split(text)]
    items = [item for item in items if item]
    return [_path(item) for item in items] if all(FIELD.fullmatch(item) for item in items) else []


def _path(text: str) -> str:
    return text.replace("[]", "[*]")
