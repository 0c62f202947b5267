"""Words that restrict what is said of a field: conditions, "only", a negation; in English and Chinese. Pure."""

import re
from typing import Final

from contracts.spec.page import negation
from contracts.spec.page.actors import names_others
from contracts.spec.page.formerly import at_another_time
from contracts.spec.page.traditional import simplified

_IF: Final = (
    r"\b(?:(?:only|except|but) )?(?:if|when|whenever|while|(?<!at )once|until|unless|after|before|unlike|as long as"
    r"|provided|in case|during|subject to|depending on|assuming|given that|since|as of"
    r"|starting (?:from|with)|by default)\b"
)
_IF_ZH: Final = r"(?:仅?当(?!前)|如果|若|假如|[仅只]?在)"
# "当……时", "在……后": its end is known; without one it goes on to the next comma.
_UNTIL_ZH: Final = rf"{_IF_ZH}[^,，:：。；;]{{1,80}}?(?:时|后|前(?!缀)|期间|情况下|状态下)[,，]?"
_OPEN_ZH: Final = r"(?:仅?当(?!前)|如果|若|假如)"
FIRST: Final = re.compile(rf"{_UNTIL_ZH}|(?:{_IF}|{_OPEN_ZH})[^,，:：]*(?:[,，]|$)", re.IGNORECASE)
LAST: Final = re.compile(rf"[,，]?\s*(?:{_UNTIL_ZH}|(?:{_IF}|{_OPEN_ZH})[^:：]*)", re.IGNORECASE)
# What always holds where something is replaced, and so restricts nothing.
_ALWAYS: Final = re.compile(
    r"[\s,，]*(?:(?:when|while|after|once|before) (?:you |users? )?(?:replac|updat|modify|patch|chang|call)\w*"
    r"(?: (?!that\b)\S+){0,3}"
    r"|(?:after|once|since) (?:(?:an?|the|its) )?(?:\w+ )?"
    r"(?:creation|(?:it |they )?(?:is|are|was|were|has been|have been) created)"
    r"|unlike\b.*|[当在]?(?:调用|更新|替换|修改|创建)[^,，]{0,12}[时后])[\s,，.。]*",
    re.IGNORECASE,
)
# What tells of a condition without a word for one before it.
_HINT: Final = re.compile(
    r"(?:才|方)(?=可|能|允许)|前提|取决于|视.{1,20}而定|仅限|(?<![仅当更新替换修改创建])[后时](?=可以?被?[替更修变编])"
    r"|条件|一次|\bonly by\b|\b(?:exclusively|at most|sometimes|occasionally|conditionally|partly|partially"
    r"|temporarily|usually|possibly|depends|preconditions?)\b",
    re.IGNORECASE,
)
# Where, with what, for which objects: only of these it holds everywhere.
_OF_ALL: Final = (
    r"(?:(?:the|this|that|an?|one|any|all|its|your|each|every|same|single|http)\s+)*"
    r"(?:put|patch|replacement|request|body|payload|object|resource|api|operation|interface|page|place|time|spec|metadata|data"
    r"|following|fields?|addition|example|details?|general|particular|short|total|present|most|least|[\w`]+\.\w)"
)
# "For a lamp, …" is about each.
_PHRASE: Final = (
    rf"(?:in|within|under|at|for|with|through|via|on|outside)\s+(?!{_OF_ALL}\b|this (?:version|release)\b"
    r"|(?:an?|any|all|each|every|the) \w+[,.]|(?:an?|any|all|each|every|the) \w+$)"
)
_PHRASE_FIRST: Final = re.compile(rf"\s*(?:only )?{_PHRASE}[^,]*,", re.IGNORECASE)
_PHRASE_BEHIND: Final = re.compile(rf"\s*(?:only )?{_PHRASE}", re.IGNORECASE)
_PASSIVE: Final = re.compile(r"(?:ed|able)$", re.IGNORECASE)
# A text that goes on with an item above it.
BEGINS: Final = re.compile(r"\W*(?:only\b|仅|只)", re.IGNORECASE)
_RESTRICTING: Final = re.compile(
    rf"{_IF}|{_IF_ZH}|{_HINT.pattern}|{negation.ANY.pattern}|\b(?:only|solely|but|deprecated|obsolete"
    r"|reject(?:s|ed)?|first time|experimental|versions?|releases?|v\d[\d.]*)\b|首次|版本|[仅只限]|弃用|废弃|过时|时$",
    re.IGNORECASE,
)


def restricts(remark: str) -> bool:
    """Whether a remark beside a field may say that not each change of it, or not all of it, is meant."""
    remark = simplified(remark)
    return bool(_RESTRICTING.search(remark)) or at_another_time(remark) or names_others(remark)


def without_condition(before: str, verb: str, after: str) -> tuple[str, bool]:
    """A sentence around its verb without its conditions; and whether these are such as do not always hold."""
    taken: list[str] = []

    def take(match: re.Match[str]) -> str:
        taken.append(match[0])
        return ""

    plain = FIRST.sub(take, before) + verb + LAST.sub(take, after)
    phrase = _PHRASE_FIRST.match(before) or (_PASSIVE.search(verb) and _PHRASE_BEHIND.match(after))
    hint = _HINT.search(before + verb + after)
    return plain, bool(phrase or hint or not all(map(_ALWAYS.fullmatch, taken)))
