"""The least and the largest number of characters that words about a field name: in English and Chinese. Pure."""

import re
from itertools import islice
from typing import Final

from contracts.spec.page.assertions import MOST, is_free, is_unconditional

_SIGN: Final = r"<=|>=|<|≤|>|≥"
_LOW: Final = r"(?P<low>(?<!\d)\d{1,9}+)"
_HIGH: Final = r"(?P<high>(?<!\d)\d{1,9}+)"
_CHARACTERS: Final = r"(?:[a-z]+ )?(?:char(?:acter)?s?|letters)\b"
_IS: Final = r"\s*(?::|=|\bis\b|\bof\b)?\s*"
_TO: Final = r"\s*(?:to|and|through|-|~|–|至|到)\s*"
_NO_BYTES: Final = r"(?!\s*(?:bytes?\b|个?字节))"
# Where nothing else can be what has the length.
_NOT_MORE: Final = (
    r"(?:at most|up to|no more than|not (?:more than|exceed)|cannot exceed|max(?:imum)?\b\.?(?: of)?|limited to"
    r"|not be (?:longer|more) than|no longer than|not longer than)"
)
_LENGTHS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_LOW} characters? (?P<least>{_SIGN}) [\w ]*length (?P<most>{_SIGN}) {_HIGH}",
        rf"\b{_LOW}\s*(?:to|through|-|~|–)\s*{_HIGH} {_CHARACTERS}",
        rf"{_LOW}\s*[~至到–-]\s*{_HIGH}\s*个?(?:字符|字母|位)",
        # Of a text nothing but its length has a least and a largest value.
        rf"(?:^|[\n.;]\s*)minimum ?: {_LOW}(?=\s*(?:[\n.;]|$|maximum ?:))",
        rf"(?:^|[\n.;]\s*|\d\s+)maximum ?: {_HIGH}(?=\s*(?:[\n.;]|$|minimum ?:))",
        rf"\bmax(?:imum)?\.?[ _-]?length{_IS}{_HIGH}{_NO_BYTES}",
        rf"\bmin(?:imum)?\.?[ _-]?length{_IS}{_LOW}{_NO_BYTES}",
        rf"\blength(?: range)?(?: is|:| from| of| between| must be(?: between)?)? {_LOW}{_TO}{_HIGH}{_NO_BYTES}",
        rf"\blength (?P<most><=|<|≤) {_HIGH}{_NO_BYTES}",
        rf"\blength (?P<least>>=|>|≥) {_LOW}{_NO_BYTES}",
        rf"\blength (?:not exceeding|(?:must|can|should|may) not exceed|cannot exceed|of (?:at most|up to)) {_HIGH}"
        rf"{_NO_BYTES}",
        rf"\b{_NOT_MORE} {_HIGH} {_CHARACTERS}",
        rf"\b(?:shorter|fewer) (?P<most>than) {_HIGH} {_CHARACTERS}",
        rf"(?:^|[\n.;,(:]\s*){_HIGH} {_CHARACTERS}\.?\s*(?:max(?:imum)?\b|or (?:fewer|less)|at most)",
        rf"(?:^|[\n.;,(:]\s*){_LOW} {_CHARACTERS}\.?\s*(?:min(?:imum)?\b|or more|at least)",
        rf"(?:长度|字符数)(?:不超过|不能超过|最大为?|最长为?|不大于|小于等于)\s*{_HIGH}{_NO_BYTES}",
        rf"(?:不超过|不能超过|不大于|不多于|至多|最多)\s*{_HIGH}\s*个?字符",
        rf"(?:最大长度|最长)(?:为|是)?\s*:?\s*{_HIGH}{_NO_BYTES}",
        rf"(?:最小长度|最短)(?:为|是)?\s*:?\s*{_LOW}{_NO_BYTES}",
        rf"长度(?:为|是|范围)?\s*:?\s*{_LOW}\s*[~至到–-]\s*{_HIGH}{_NO_BYTES}",
        r"(?:^|[,.;，。；、\n])\s*(?P<low>(?P<high>\d{1,9}))\s*个字符",
        rf"\bvalue length ?: ?(?P<least>{_SIGN}) ?{_LOW} characters?",
        rf"\b(?:at least|min(?:imum)?\b\.?(?: of)?|no fewer than|no less than) {_LOW} {_CHARACTERS}",
        rf"\bat least {_LOW} and at most {_HIGH} {_CHARACTERS}",
    )
)
_STRICT: Final = frozenset({"<", ">", "than"})


def lengths(text: str) -> dict[str, int]:
    """Give the least and the largest number of characters that a text names, the first of each."""
    found: dict[str, int] = {}
    for form in _LENGTHS:
        for match in islice(form.finditer(text), MOST):
            if not (is_free(text, match.start()) and is_unconditional(text, match.start(), match.end())):
                continue
            groups = match.groupdict()
            if groups.get("low") is not None:
                found.setdefault("minLength", int(groups["low"]) + (groups.get("least") in _STRICT))
            if groups.get("high") is not None:
                found.setdefault("maxLength", int(groups["high"]) - (groups.get("most") in _STRICT))
    return found
