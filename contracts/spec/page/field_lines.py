"""Lines that list fields, put together or taken apart as a page breaks them. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.spec.page.blocks import Block, Bullet, Paragraph
from contracts.spec.page.field_paths import dotted, is_name, unbroken, words
from contracts.spec.page.outline import Placed


def is_list(text: str, names: bool = False) -> bool:
    """Whether a line lists paths of several steps, or also `names` of one, and nothing else."""
    items, remark = words(text)
    of_path = is_name if names else lambda item: any(True for _ in dotted(item))
    return bool(items) and not remark and all(map(of_path, items))


def begins_list(before: Placed | None, one: Placed) -> bool:
    """Whether a line without the mark of an item lists paths, and the one before it does not."""
    return _is_line(one) and not (before and _is_line(before))


def _is_line(one: Placed) -> bool:
    return isinstance(one.block, Paragraph) and not one.kind and is_list(one.block.flat)


def unbroken_fields(placed: Sequence[Placed]) -> list[Placed]:
    """The blocks: a path that a page breaks at a dot in one, and of fields that line breaks part each in its own."""
    found: list[Placed] = []
    for one in (line for block in placed for line in _lines(block)):
        if found and (joined := _joined(found[-1].block, one.block)):
            found[-1] = replace(found[-1], block=joined)
        else:
            found.append(one)
    return found


def _lines(one: Placed) -> list[Placed]:
    """The lines of a paragraph of which all but perhaps the first list fields; else the block as it is."""
    block = one.block
    lines = block.lines if isinstance(block, Paragraph) and not one.kind and "\n" in block.text else ()
    begins = bool(lines) and (is_list(lines[0].text, names=True) or lines[0].text.endswith((":", "：")))
    if len(lines) < 2 or not begins or not all(is_list(line.text, names=True) for line in lines[1:]):
        return [one]
    return [replace(one, block=Paragraph(line.text, line.number, line.number)) for line in lines]


def _joined(above: Block, block: Block) -> Block | None:
    """A line, with the next one behind it, where both are one path; None where they are not."""
    if not (isinstance(above, Bullet | Paragraph) and isinstance(block, Paragraph)):
        return None
    text = f"{above.flat} {block.flat}"
    whole = unbroken(text)
    if whole == text or block.first_line != above.last_line + 1:
        return None
    return replace(above, text=whole, last_line=block.last_line)
