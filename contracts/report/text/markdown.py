"""What a target said, in Markdown: nothing of it becomes markup. Pure."""

import re

from contracts.report.text.layout import visible


def code(text: str) -> str:
    """The text as a code span: no link, no mention and no markup is made of what a target said."""
    line = visible(text).strip() or " "
    longest = max(map(len, re.findall("`+", line)), default=0)
    fence, room = "`" * (longest + 1), " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def table_cell(text: str) -> str:
    """The text as a code span that may stand in a table."""
    # A bar ends a cell even within a code span.
    return code(text).replace("|", "\\|")
