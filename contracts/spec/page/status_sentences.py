"""Sentences about statuses: which they say are returned, and where they say so of other operations, versions or none.

A number of three digits is a status only where the sentence is about what is returned, and nothing is counted. Pure.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from contracts.spec.page.assertions import NOT
from contracts.spec.page.formerly import FORMERLY
from contracts.spec.page.units import UNIT

CODE: Final = r"[1-5]\d\d(?!\d)"
# A code with the words that HTTP has, or had, for it is one wherever it stands.
PHRASES: Final = (
    *((status.value, status.phrase) for status in HTTPStatus),
    *((413, phrase) for phrase in ("Request Entity Too Large", "Payload Too Large", "Content Too Large")),
    *((422, phrase) for phrase in ("Unprocessable Entity", "Unprocessable Content")),
)
# The statuses that HTTP has; a vendor may have more.
REGISTERED: Final = frozenset(status.value for status in HTTPStatus)
PHRASED: Final = re.compile(
    rf"(?<![\d./-])({'|'.join(f'{code} {re.escape(phrase)}' for code, phrase in PHRASES)})(?![\w-])", re.IGNORECASE
)
_PLAIN: Final = re.compile(rf"(?<![\d./-])({CODE})(?![\d%.]\d|[\d%])")
_WITHIN: Final = re.compile(rf"(?<![\d./-])({CODE})(?![\d%])(?:\s*[(（]([^()（）]{{1,60}})[)）])?")
# Statuses are returned in sentences; other numbers of three digits are not.
_RETURNED: Final = re.compile(
    r"\b(?:returns?|returned|answered with|status|responds?|codes?)\b|返回|状态码|响应码", re.IGNORECASE
)
# What is no longer, or not yet, so.
_FORMERLY: Final = re.compile(
    rf"{FORMERLY}|\b(?:used to|no longer (?:returned|used))\b|\b(?:was|were) returned\b|不再(?:返回|使用)",
    re.IGNORECASE,
)
# That something is not returned, or by others.
_RETURNS: Final = (
    r"(?:return(?:s|ed|ing)?|used?|uses|sent|sends?|respond(?:s|ed)?|answer(?:s|ed)?|expected|given|produced|generated"
    r"|applicable|appl(?:y|ies)|occurs?|possible)"
)
# "409 rather than a plain 412".
_IN_PLACE_OF: Final = rf"\b(?:instead of|rather than|and not)\s+(?:\w+\s+){{0,3}}?{CODE}"
_DENIED: Final = re.compile(
    # Behind another verb ("a lamp that is not there is answered with 404") it is not the return that is denied.
    rf"{NOT}\s+(?:(?!(?:is|are|was|were|gets?)\b)\w+\s+){{0,6}}?{_RETURNS}\b"
    rf"|\b(?:neither|nor)\s+(?:\w+\s+){{0,6}}?{_RETURNS}\b"
    rf"|\b(?:never|not|nor|no|without|except|excluding|other than|unlike)\s+(?:an?\s+|the\s+)?"
    rf"(?:(?:HTTP|status|code|error)\s+)*{CODE}"
    rf"|{_IN_PLACE_OF}"
    rf"|(?:{_RETURNS}\s+)?(?:only\s+)?\b(?:by|from|for|of)\s+(?:the\s+)?(?:other|another|different)\b"
    r"|(?:绝不|从不|从未|不|未|没有|无|并非)(?:会|再|被|是)*\s*(?:返回|使用|响应|产生|出现)"
    rf"|(?:没有|无|除)\s*{CODE}|(?:其他|其它|别的)(?:接口|操作|API|方法)",
    re.IGNORECASE,
)
# On what condition, which may well be that something is not so.
_CONDITION: Final = re.compile(
    r"\b(?:if|when|whenever|because|since|unless|while|where)\b.*", re.IGNORECASE | re.DOTALL
)
# What may precede a denial where it is all that is said of a code.
_SUBJECT: Final = re.compile(
    r"(?:(?:this|the|it|which|that|code|status|operation|api|is|are|was|were|will|be|does|do|did|can|has|been|ever|only)\s+)*"
    r"(?:本|该|此)?(?:接口|操作|状态码|API)?",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    # What stands before "instead of" is not denied with what stands behind it.
    rf"[,，;；。]|\.(?!\d)|\bbut\b|而是|(?={_IN_PLACE_OF})",
    re.IGNORECASE,
)
_CODES_ALONE: Final = re.compile(rf"\s*(?:(?:and|or|nor|和|或)\s*)?{CODE}(?:\s*(?:and|or|nor|/|、|和|或)\s*{CODE})*\s*")
# Numbers of what is counted or measured.
_COUNTED: Final = re.compile(
    rf"(?:\b(?:within|after|at most|at least|up to|(?:more|less|fewer|greater) than|over|under|every|last|first|port"
    r"|limit(?:ed)? (?:of|to)|maximum (?:of|is)|exceed(?:s|ing)?)|超过|最多|至少|[大小多少]于|端口|每)\s*\d{3}(?!\d)"
    rf"|(?<![\d./-])\d{{3}}(?:[\s-]*(?:{UNIT}|(?:requests?|items?|records?|entries|times|characters?|objects?|lines|pages"
    r"|calls?|rows?|elements?|connections?)\b)|\s*[个条次台页行]|\s*%)",
    re.IGNORECASE,
)
_WITHDRAWN: Final = re.compile(
    r"\b(?:removed|dropped|withdrawn|discontinued) (?:in|since|from|with|as of) (?:version|release|v?\d)"
    r"|\b(?:no longer|not|never) (?:returned|used|sent)(?: any (?:more|longer))?\s*[.)]?$"
    r"|\breserved for (?:future|later)\b"
    r"|不再(?:返回|使用)|(?:已|被)(?:废弃|弃用)[)）]?$",
    re.IGNORECASE,
)
_WHOLE_HUNDREDS: Final = re.compile(r"\b[1-5]xx\b", re.IGNORECASE)


def is_denial(reason: str) -> bool:
    """Whether what stands behind a code says no more than that it is not returned, or by others, or no longer."""
    if _WITHDRAWN.search(reason):
        return True
    subject = _SUBJECT.match(reason)
    return _DENIED.match(reason, subject.end() if subject else 0) is not None


def names_others(reason: str) -> bool:
    """Whether what stands behind a code goes on with others that are returned."""
    return bool(re.search(r"\breturn(?:s|ed)\b|返回", reason) and _PLAIN.search(_COUNTED.sub(" ", reason)))


class Sentence:
    """What a sentence, or a line of several, says of statuses."""

    def __init__(self, text: str) -> None:
        """Read a text."""
        text = _COUNTED.sub(" ", text)
        self._text = " , ".join(_asserted(text))
        self._whole = text
        # Words about codes that are not taken, or cannot be.
        self.is_unclear = bool(_WHOLE_HUNDREDS.search(text) or (_is_former(text) and _PLAIN.search(text)))
        self.is_unclear |= len(_PLAIN.findall(self._text)) < len(_PLAIN.findall(text))
        if _is_former(text):
            self._text = ""

    def phrased(self) -> dict[int, str]:
        """Give the codes that stand with the words that HTTP has for them, and these."""
        return {int(match[1][:3]): match[1][4:] for match in PHRASED.finditer(self._text)}

    def others(self) -> set[int]:
        """Give the other numbers that look like codes."""
        return {int(match[1]) for match in _PLAIN.finditer(self._text)} - {*self.phrased()}

    def is_about_answers(self) -> bool:
        """Whether it is about what is returned."""
        return _RETURNED.search(self._whole) is not None

    def named(self) -> Iterator[tuple[int, str]]:
        """Give all codes, each with its words, if it has any."""
        phrases = self.phrased()
        for match in _WITHIN.finditer(self._text):
            yield int(match[1]), match[2] or phrases.get(int(match[1]), "")


def _is_former(text: str) -> bool:
    return _FORMERLY.search(text) is not None


def _asserted(text: str) -> Iterator[str]:
    """The clauses that do not deny what they name; one with nothing but codes goes with the clause before it."""
    denied = False
    for clause in _CLAUSE.split(text):
        if not _CODES_ALONE.fullmatch(clause):
            denied = _DENIED.search(_CONDITION.sub("", clause)) is not None
        if not denied:
            yield clause
