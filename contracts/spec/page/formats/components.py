"""Components of a site in Markdown (MDX), which say in attributes what no text says: told, as none is read. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from contracts.spec.page.model import Obstacle

# What an operation, a parameter, a field or a status is given to a component by. Tabs are read by their labels.
_SAYING: Final = re.compile(
    r"<(?!Tab)[A-Z]\w{0,40}\s[^>]{0,300}?\b(?:name|path|query|header|body|param|field|method|url|endpoint|status|code)="
)


def untold(tokens: Sequence[Token]) -> Iterator[Obstacle]:
    """Give the components with such an attribute, but for those that are shown as code."""
    for token in tokens:
        inline = any(child.type == "html_inline" for child in token.children or ())
        if token.map and (token.type == "html_block" or inline):
            for match in _SAYING.finditer(token.content):
                line = token.map[0] + 1 + token.content.count("\n", 0, match.start())
                yield Obstacle(line, "text, not a component of the site", " ".join(match[0].split()))
