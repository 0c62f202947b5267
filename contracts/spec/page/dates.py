"""Dates of update, in the forms in which pages give them. Pure."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from contracts.spec.page.vocabulary import key

_DATE_LABEL: Final = re.compile(
    r":?(?:(?:last[ _-]|page )?updated?(?: on| at| time| date)?|last[ _-]modified(?: on)?|lastmod"
    r"|(?:release|publication) date"
    r"|(?:(?:最后|最近|上次)的?)?(?:更新|修改|修订)(?:时间|日期|于)|(?:最近|最后)(?:更新|修改)|发布(?:时间|日期))"
    r"\s*:?\s*(?=\S)(?P<rest>.*)"
    # A label that is any date's where nothing but a date follows; the author behind it may come first or last.
    r"|:?(?:last[ _-]update\s*:\s*)?(?:date|日期)\s*:\s*(?P<day>[\"']?\d{4}[-/.年].{3,30})",
    re.DOTALL,
)
_DATE_WITHIN: Final = re.compile(
    r"\blast (?:updated|modified)(?: by [^,.]{1,60}?)? on (?=\S*\d|[a-z]{3,9}\.? \d)(?P<rest>.*)"
)
_DIGITS: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")
_ENGLISH: Final = re.compile(
    r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})|(\d{1,2}) ([A-Za-z]{3,9})\.?,? (\d{4})"
)


def dated(text: str) -> str | None:
    """What follows the words of a date of update, alone or in a line about the page; None without such words."""
    words = key(text) if len(text) < 160 else ""
    match = (_DATE_LABEL.fullmatch(words) if len(text) < 80 else None) or _DATE_WITHIN.search(words)
    rest = next((said for said in match.groupdict().values() if said), "") if match else ""
    return rest if re.search(r"\d", rest) else None


def may_be_any(text: str) -> bool:
    """Whether the label of a date does not say that it is that of an update."""
    return re.match(r":?(?:date|日期)", key(text)) is not None


def day(text: str) -> str | None:
    """A date in any of the usual forms as YYYY-MM-DD; None where there is none."""
    with suppress(ValueError):
        if match := _DIGITS.search(text):
            return date(*(int(part) for part in match.groups())).isoformat()
        if match := _ENGLISH.search(text):
            month, number, year = match.groups()[:3] if match[1] else (match[5], match[4], match[6])
            return datetime.strptime(f"{number} {month[:3].title()} {year}", "%d %b %Y").date().isoformat()
    return None
