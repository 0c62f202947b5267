"""Sentences and lists of which nothing makes clear whether their fields can be replaced: noted, told last. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contracts.spec.page import mutability, negation, vocabulary
from contracts.spec.page.blocks import Block, Bullet, Cell, Heading, Paragraph, Table
from contracts.spec.page.field_paths import Objects, dotted, words
from contracts.spec.page.field_statements import field_alone
from contracts.spec.page.model import Obstacle
from contracts.spec.page.outline import Placed

_SAID: Final = "a sentence that says whether these fields can be replaced"
_KNOWN: Final = "a column that is known"


# Names of one step, said to be within the objects that have such fields: "dim and hue of spec".
_WITHIN: Final = re.compile(r"\b(?:in|of|under|below|inside|within)\s+(?:the\s+)?(?:spec|metadata)\b", re.IGNORECASE)
# What may be said of a field that cannot be changed, without a negation.
_DOUBTFUL: Final = re.compile(
    r"\b(?:fails?|failures?|errors?|avoid|attempts?|preserved|keeps?|reserved|deprecated|leave|same as"
    r"|(?:at|on|during) creation|(?:set|managed|maintained|controlled|owned|generated|assigned|filled) by|[45]\d\d)\b"
    # What else a change takes, or when it counts.
    r"|\b(?:requires?|takes? effect|(?:restart|reboot|redeploy|recreat)\w*)\b"
    r"|报错|失败|避免|保持|保留|无效|创建时|由(?:系统|控制器|服务端|平台)|重启|重建|重新部署|生效",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Sentence:
    """What a sentence names, whether it speaks of its change, and whether it may deny it."""

    line: int
    text: str
    paths: tuple[str, ...]
    of_change: bool
    negative: bool


class Unsaid:
    """What one page says that may be about the fields that can be replaced, and is not clear."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lists: list[tuple[Obstacle, bool]] = []
        self._sentences: list[_Sentence] = []

    def told(self, found: Sequence[str]) -> Iterator[Obstacle]:
        """Give what is to be told beside the fields that were found.

        A list below words about change is always told, any other where none was found; so is a sentence that
        names what was not found, or may deny what was. One without such words is told of what was found alone.
        """
        yield from (obstacle for obstacle, of_change in self._lists if of_change or not found)
        for one in self._sentences:
            fits = {*one.paths} <= {*found} and not one.negative
            if not (fits and found) if one.of_change else one.negative and {*one.paths} & {*found}:
                yield Obstacle(one.line, _SAID, one.text)

    def note_sentence(self, text: str, cell: Cell, listing: bool) -> None:
        """Note a sentence in which a field of the object stands beside words about change, or alone within a list."""
        paths = tuple(
            path for one in dict.fromkeys(dotted(text)) if self._is_rooted(one) and (path := self._objects.path(one))
        )
        if name := field_alone(text):
            paths += (name,) if name in self._objects.roots else ()
        if not paths:
            if _WITHIN.search(text) and mutability.speaks_of_change(text):
                self._lists.append((Obstacle(cell.first_line, _SAID, text), False))
            return
        denied = mutability.refuses(text)
        doubtful = denied or _DOUBTFUL.search(text)
        of_change = denied or mutability.speaks_of_change(text) or (listing and self._is_item(text))
        if of_change or doubtful:
            negative = bool(doubtful or negation.ANY.search(text))
            self._sentences.append(_Sentence(cell.first_line, text, paths, bool(of_change), negative))

    def note_list(self, before: Placed | None, listed: Sequence[Placed]) -> None:
        """Note a list of paths of which no sentence says what they are."""
        said = before.block.flat if before and isinstance(before.block, Heading | Paragraph) else ""
        known = mutability.impossible(said) or mutability.EXCEPTION.search(said)
        of_parameters = any(one.under and vocabulary.location(one.under) is not None for one in listed)
        if not (known or of_parameters) and all(self._lists_fields(one.block) for one in listed):
            obstacle = Obstacle(listed[0].block.first_line, _SAID, said)
            self._lists.append((obstacle, mutability.speaks_of_change(said)))

    def note_table(self, table: Table) -> None:
        """Note a column that speaks of the change of fields in words that do not say whether they can be replaced."""
        about = next((cell for cell in table.header[1:] if mutability.speaks_of_change(cell.flat)), None)
        if about and any(row and "." in row[0].flat and self._is_rooted(row[0].flat) for row in table.rows):
            self._lists.append((Obstacle(about.first_line, _KNOWN, about.flat), True))

    def _lists_fields(self, block: Block) -> bool:
        """Whether an item lists paths of several steps of the object, perhaps with a remark behind them."""
        items = words(block.flat)[0] if isinstance(block, Bullet | Paragraph) else []
        return bool(items) and all("." in item and self._is_rooted(item) for item in items)

    def _is_item(self, text: str) -> bool:
        """Whether a text that is no item of a list begins as one does: with paths, and a remark behind them."""
        return all("." in item and self._is_rooted(item) for item in words(text)[0] or [""])

    def _is_rooted(self, item: str) -> bool:
        """Whether a path begins with a field of the object."""
        return re.split(r"[.\[]", item.strip("`$."), maxsplit=1)[0] in self._objects.roots
