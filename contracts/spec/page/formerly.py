"""What held in former versions, or may hold in later ones, in English and Chinese. Pure."""

import re
from typing import Final

FORMERLY: Final = (
    r"\b(?:before|prior to|until|up to|earlier than) (?:version|release|v?\d)|\b(?:previously|formerly)\b"
    r"|\b(?:earlier|older|previous|former|past) (?:version|release)s?\b"
    r"|(?:旧|早期|先前|以前的?|之前的?)版本|版本(?:之前|以前)|以前|曾经?返回"
)
_OTHERWISE: Final = re.compile(
    rf"{FORMERLY}|(?<!\bis )(?<!\bare )(?<!\bbe )\bused to\b|\bin the past\b|\bonce (?:could|was|were)\b"
    r"|\b(?:future|upcoming|later|next|newer) (?:version|release)s?\b|\bin (?:the )?future\b"
    r"|\b(?:planned|soon|eventually)\b"
    r"|\bwill (?:\w+ )?(?:be|become) (?:\w*able|allowed|possible|supported)\b"
    r"|曾|过去|将来|未来|后续版本|新版本|计划",
    re.IGNORECASE,
)


def at_another_time(sentence: str) -> bool:
    """Whether a sentence may say what was so, or will be, and is not now."""
    return bool(_OTHERWISE.search(sentence))
