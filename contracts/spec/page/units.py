"""Numbers with a unit that is not their field's own: "at most 2 minutes" of a field in seconds is not at most 2. Pure.

The own unit is the one that the words name without a number ("in seconds", "单位：秒"). Where they name none, only
seconds and bytes are taken, in which fields are where nothing else is said, and only where no number has another unit.
"""

import re
from typing import Final

_ENGLISH: Final = {
    "nanosecond": r"nanoseconds?|nanos|ns",
    "microsecond": r"microseconds?|micros|[uμ]s",
    "millisecond": r"milliseconds?|millis|ms|msec",
    "second": r"seconds?|secs?|s",
    "minute": r"minutes?|mins?|m",
    "hour": r"hours?|hrs?|h",
    "day": r"days?|d",
    "week": r"weeks?|w",
    "month": r"months?",
    "year": r"years?|yrs?",
    "byte": r"bytes?|B",
    **{
        prefix: rf"{name}(?:bi)?bytes?|{prefix}(?:i?B?)"
        for prefix, name in (("K", "ki(?:lo)?"), ("M", "me(?:ga)?"), ("G", "gi(?:ga)?"), ("T", "te(?:ra)?"))
    },
    **{f"{prefix}bit/s": rf"{prefix}(?:bit/s|bps)" for prefix in "KMG"},
    **{f"{prefix}Hz": f"{prefix}Hz" for prefix in "KMG"},
}
_CHINESE: Final = {
    "nanosecond": "纳秒",
    "microsecond": "微秒",
    "millisecond": "毫秒",
    "second": "秒钟?",
    "minute": "分钟?",
    "hour": "个?小时",
    "day": "天|日",
    "week": "个?星期|周",
    "month": "个?月",
    "year": "年",
    "byte": "字节",
}
# Any unit, in either language.
UNIT: Final = "|".join(
    f"(?:(?:{form})(?![A-Za-z]))" for form in [*_ENGLISH.values(), *(f"{one}" for one in _CHINESE.values())]
)
_FORMS: Final = tuple(
    (name, re.compile(form, re.IGNORECASE)) for forms in (_ENGLISH, _CHINESE) for name, form in forms.items()
)
_NUMBER: Final = r"(?>-?\d[\d.]*)"
# Several numbers share the unit behind the last.
_MEASURED: Final = re.compile(
    rf"(?<![\w.])(?P<numbers>{_NUMBER}(?:\s*(?:to|and|or|-|~|–|至|到|和|与|或|,|、)\s*{_NUMBER}){{0,20}})"
    rf"[ -]?\s*(?P<unit>{UNIT})",
    re.IGNORECASE,
)
# The words for units that are no letters with a meaning of their own.
_WORDS: Final = "|".join(form.split("|")[0] for form in _ENGLISH.values() if form[0].islower())
_NAMED: Final = re.compile(
    rf"(?<![\d.])(?<!\d[ -])\b(?P<word>(?:{_WORDS})(?<=s))\b|\b(?:in|units?(?: is|:)?)\s*\(?(?P<short>{UNIT})"
    rf"|\(\s*(?P<alone>{UNIT})\s*\)|单位\s*(?:为|是)?:?\s*\(?(?P<unit>{UNIT})|以(?P<as>{UNIT})为单位|(?<!\d)(?P<count>秒|分钟|小时|天)数",
    re.IGNORECASE,
)
_BASE: Final = frozenset({"second", "byte"})
_UNREAD: Final = "…"


def without_foreign(text: str) -> str:
    """Give a text in which no number has another unit than the field's own; such numbers are left out."""
    measured = {_name(match["unit"]) for match in _MEASURED.finditer(text)}
    if not measured:
        return text
    named = {_name(next(filter(None, match.groups()))) for match in _NAMED.finditer(text)}
    own = named if len(named) == 1 else measured & _BASE if not named and len(measured) == 1 else set()
    return _MEASURED.sub(lambda match: match[0] if _name(match["unit"]) in own else f"{_UNREAD} {match['unit']}", text)


def _name(unit: str) -> str:
    return next((name for name, form in _FORMS if form.fullmatch(unit)), unit)
