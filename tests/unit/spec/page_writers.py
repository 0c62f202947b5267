"""How each format writes the pieces of a page down."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence

from tests.unit.spec.pages import Piece


def text(found: Sequence[Piece], layout: str = "lines") -> str:
    """As copied from a browser: cells a line each, or between tabs."""
    blocks: list[str] = []
    for piece in found:
        if piece.kind == "bullet":
            blocks.append(f"  • {piece.text}")
        elif piece.kind == "table" and layout == "tabs":
            blocks += [piece.text, "\n".join("\t".join(row) for row in piece.rows)]
        elif piece.kind == "table":
            blocks += [piece.text, *(cell for row in piece.rows for cell in row)]
        else:
            blocks.append(piece.text)
    return "\n\n".join(blocks)


def markdown(found: Sequence[Piece]) -> str:
    """With pipe tables, fences, escapes and anchors."""
    blocks: list[str] = []
    for piece in found:
        words = _escaped(piece.text, r"\`*_{}[]<>#|")
        if piece.kind == "heading":
            blocks.append(f'{"#" * piece.level} {words}<a name="section{len(blocks)}"></a>')
        elif piece.kind == "part":
            blocks.append(f"**{words}**")
        elif piece.kind == "code":
            blocks.append(f"```\n{piece.text}\n```")
        elif piece.kind == "bullet":
            blocks.append(f"-   {words}")
        elif piece.kind == "table":
            rows = [
                "|" + "|".join(_escaped(c, r"\`*_{}[]<>#|").replace("\n", "<br>") for c in row) + "|"
                for row in piece.rows
            ]
            rows.insert(1, "|" + "--|" * len(piece.rows[0]))
            blocks += [re.sub(r"^((?:Table|表) ?\d+:?)", r"**\1**", words), "\n".join(rows)]
        else:
            blocks.append(words)
    return "\n\n".join(blocks) + "\n"


def as_html(found: Sequence[Piece]) -> str:
    """As saved from a browser, with what a site puts around a page."""
    lines = ["<!DOCTYPE html>", "<html><head><title>Site</title><script>var a = '<p>PUT /x</p>';</script></head><body>"]
    listing = False
    for piece in found:
        words = html.escape(piece.text)
        if listing != (piece.kind == "bullet"):
            lines.append("</ul>" if listing else "<ul>")
            listing = not listing
        if piece.kind == "heading":
            lines.append(f'<h{piece.level} class="title"\n  id="s{len(lines)}">{words}</h{piece.level}>')
        elif piece.kind == "part":
            lines.append(f"<div class='p'><p><strong>{words}</strong></p>")
        elif piece.kind == "code":
            lines.append(f"<pre class='screen'><code>{words}</code></pre>")
        elif piece.kind == "bullet":
            lines.append(f"<li><p>{words}</p></li>")
        elif piece.kind == "table":
            lines.append(f"<table><caption><b>{words}</b></caption><thead>")
            for number, row in enumerate(piece.rows):
                cell = "th" if number == 0 else "td"
                inner = "".join(f"<{cell}><p>{html.escape(c).replace(chr(10), '</p><p>')}</p></{cell}>\n" for c in row)
                lines.append(f"<tr>{inner}</tr>" + ("</thead><tbody>" if number == 0 else ""))
            lines.append("</tbody></table>")
        else:
            lines.append(f"<p>{words}</p>")
    return "\n".join(lines) + ("</ul>" if listing else "") + "</body></html>\n"


def rst(found: Sequence[Piece]) -> str:
    """With grid tables and, where no cell has two lines, now and then a simple one."""
    blocks = [":original_name: page.html", ".. _page:"]
    for number, piece in enumerate(found):
        words = _escaped(piece.text, "\\*`_|")
        if piece.kind == "heading":
            blocks.append(f"{words}\n{('=' if piece.level == 1 else '-') * _width(words)}")
        elif piece.kind == "part":
            blocks.append(f"**{words}**")
        elif piece.kind == "code":
            blocks.append(".. code-block::\n\n" + "\n".join(f"   {line}" for line in piece.text.split("\n")))
        elif piece.kind == "bullet":
            blocks.append(f"-  {words}")
        elif piece.kind == "table":
            rows = [[_escaped(cell, "\\*`_|") for cell in row] for row in piece.rows]
            simple = number % 2 == 0 and not any("\n" in cell for row in rows for cell in row)
            caption = re.sub(r"^((?:Table|表) ?\d+):? *", r"**\1** ", words)
            drawn = (_simple if simple else _grid)(rows)
            blocks.append(f".. table:: {caption}\n\n" + "\n".join(f"   {line}" for line in drawn))
        else:
            # What could be taken for a bullet or a definition is escaped.
            blocks.append(f"\\{words}" if words.startswith("-") else words)
    return "\n\n".join(blocks) + "\n"


def pandoc(found: Sequence[Piece]) -> str:
    """Markdown as pandoc makes it of HTML: attributes, drawn tables and captions below them."""
    blocks: list[str] = []
    for number, piece in enumerate(found):
        words = _escaped(piece.text, r"\`*_{}[]<>#|")
        if piece.kind == "heading":
            blocks.append(f"{'#' * piece.level} {words} {{#s{number} .title}}")
        elif piece.kind == "part":
            blocks += ["::: p", f"**{words}**", ":::"]
        elif piece.kind == "code":
            blocks.append(f"``` {{.screen}}\n{piece.text}\n```")
        elif piece.kind == "bullet":
            blocks.append(f"-   [{words}]{{.field}}")
        elif piece.kind == "table":
            rows = [[_escaped(cell, r"\`*_{}[]<>#|") for cell in row] for row in piece.rows]
            blocks += [_as_pandoc_draws(rows, number), f": **{words}**"]
        else:
            blocks.append(words)
    return "\n\n".join(blocks) + "\n"


def plain(found: Sequence[Piece]) -> str:
    """Text as pandoc makes it: like its Markdown without marks."""
    blocks: list[str] = []
    for number, piece in enumerate(found):
        if piece.kind == "bullet":
            blocks.append(f"- {piece.text}")
        elif piece.kind == "table":
            blocks += [_as_pandoc_draws([[*row] for row in piece.rows], number), f"  : {piece.text}"]
        else:
            blocks.append(piece.text)
    return "\n\n".join(blocks) + "\n"


def _as_pandoc_draws(rows: list[list[str]], number: int) -> str:
    """A grid where a cell has several lines, else by turns with a line on each side or without."""
    several = any("\n" in cell for row in rows for cell in row)
    return "\n".join((_grid if several else (_ruled, _between_lines)[number % 2])(rows))


def _escaped(words: str, marks: str) -> str:
    return "".join(f"\\{letter}" if letter in marks else letter for letter in words)


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def _widths(rows: list[list[str]]) -> list[int]:
    lines = [[cell.split("\n") for cell in row] for row in rows]
    return [max(_width(line) for row in lines for line in row[column]) for column in range(len(rows[0]))]


def _padded(words: str, width: int) -> str:
    return words + " " * (width - _width(words))


def _simple(rows: list[list[str]]) -> list[str]:
    widths = _widths(rows)
    rule = " ".join("=" * width for width in widths)
    lines = [" ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [rule, lines[0], rule, *lines[1:], rule]


def _ruled(rows: list[list[str]]) -> list[str]:
    widths = _widths(rows)
    lines = ["   ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [f"  {line}" for line in (lines[0], "   ".join("-" * width for width in widths), *lines[1:])]


def _between_lines(rows: list[list[str]]) -> list[str]:
    header, rule, *lines = _ruled(rows)
    apart = [one for line in lines for one in (line, "")]
    drawn = "  " + "-" * (len(rule) - 2)
    return [drawn, header, rule, *(apart if len(lines) == 1 else apart[:-1]), drawn]


def _grid(rows: list[list[str]]) -> list[str]:
    widths = _widths(rows)
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    found = [rule]
    for number, row in enumerate(rows):
        cells = [cell.replace("\n", "\n\n").split("\n") for cell in row]
        for line in range(max(map(len, cells))):
            texts = [cell[line] if line < len(cell) else "" for cell in cells]
            found.append(
                "|" + "|".join(f" {_padded(one, width)} " for one, width in zip(texts, widths, strict=True)) + "|"
            )
        found.append(rule.replace("-", "=") if number == 0 else rule)
    return found


FORMATS: dict[str, tuple[str, Callable[[Sequence[Piece]], str]]] = {
    "text": (".txt", text),
    "tabs": (".txt", lambda found: text(found, "tabs")),
    "markdown": (".md", markdown),
    "html": (".html", as_html),
    "rst": (".rst", rst),
    "pandoc": (".md", pandoc),
    "plain": (".txt", plain),
}
