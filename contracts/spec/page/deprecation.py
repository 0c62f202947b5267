"""Whether a page says that its operation is deprecated: in its title, or in the text before the address. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from contracts.spec.page.blocks import Bullet, Heading, Paragraph
from contracts.spec.page.model import FUNCTION, HEAD, PageLines
from contracts.spec.page.outline import TITLE, Placed

_TITLED: Final = re.compile(r"[(（\[【]?(?:deprecated|已?(?:废弃|弃用))[)）\]】]?", re.IGNORECASE)
_SAID: Final = re.compile(
    r"\b(?:this|the) (?:api|interface|operation|method|endpoint|version)(?: version)? "
    r"(?:is|has been|was) (?:now |already )?(?:deprecated|discontinued)\b"
    r"|^(?:\w+[:：] ?)?deprecated(?:[.:!,]|$| since)"
    r"|(?:该|此|本)(?:接口|API|操作|版本)(?:目前|现)?已经?被?(?:废弃|弃用)",
    re.IGNORECASE,
)


def deprecated(placed: Sequence[Placed]) -> PageLines | None:
    """Give where the page says so first."""
    for one in placed:
        if one.section not in (HEAD, FUNCTION) or not isinstance(one.block, Heading | Paragraph | Bullet):
            continue
        if (_TITLED if one.kind == TITLE else _SAID).search(one.block.flat):
            return one.source()
    return None
