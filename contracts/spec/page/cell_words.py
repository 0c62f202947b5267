"""The words that pages of this family use in tables: headers of columns, yes and no, nothing. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from contracts.spec.page.vocabulary import key

_COLUMNS: Final = {
    "name": r"parameters?|parameter name|name|fields?|propert(y|ies)|attributes?|arguments?"
    # The caption of a table, where its first column has it.
    r"|(path|query|header|uri|url) (parameter|param)s?|参数(名|名称)?|名称|字段(名|名称)?",
    "mandatory": r"(is )?(mandatory|required)|presence|req(uire)?d?|m ?/ ?o|(mandatory|required)( or | ?/ ?)optional"
    r"|(是否)?必[选要]|是否(必须|必填|必需|为必[选填需])|必填项?|必需|必选项|(必选|必填) ?[/或] ?可选",
    "optional": r"(is )?optional|(是否)?可选",
    "type": r"(parameter |data |field )?type|(参数|数据|字段)?类型",
    "description": r"descriptions?|meaning|remarks?|notes?|comments?|explanations?|details"
    r"|描述|(参数|状态)?说明|(参数|状态)描述|含义|备注",
    "status": r"(http )?(status|return|returned|response|error) codes?|http status|(http )?code"
    r"|(http ?)?(状态|返回|响应|错误)码|返回值",
    "reason": r"message|reason( phrase)?|状态|信息|原因|编码|状态信息",
    "schema": r"(response )?(body|schema)|(return|response) type|返回类型",
    "in": r"in|where|place|location|located in|(parameter|param) (location|type)|parameter position|(参数)?位置",
    "values": r"values?|options?|可选值|取值|枚举值",
    "range": r"(value )?range|取值范围",
    "default": r"defaults?( values?)?|(默认|缺省)(取?值)?",
}
_YES: Final = frozenset(
    {"yes", "y", "true", "m", "mandatory", "required", "✓", "✔", "√", "✅", "☑", "是", "必选", "必填", "必须"}
)
_NO: Final = frozenset({"no", "n", "false", "o", "optional", "✗", "✘", "×", "❌", "否", "可选", "非必选", "非必填"})
# What stands behind such a word in its cell: "No (default: 10)".
_WITH_DEFAULT: Final = re.compile(r"\s*[(（,，;；]\s*(?=defaults?\b|默认|缺省).*$")
_SAID_MANDATORY: Final = re.compile(
    r"[(（\[]?(?:[\w ]{1,20},\s*)?(mandatory|required|optional|必选|必填|可选|非必选)(?:,\s*[\w ]{1,20})?[)）\]]?"
)
_ABSENT: Final = frozenset({"n/a", "na", "none", "-", "--", "–", "—", "/", "无", "不涉及", "not involved"})


def column(text: str) -> str | None:
    """The role of a table's column by its header: one of the keys of `_COLUMNS`, None for any other."""
    return None if len(text) > 40 or text[:1].islower() else _column(text)


def columns(header: Sequence[str]) -> tuple[str | None, ...]:
    """The roles of a table's columns; in small letters a header is one where most of it is known."""
    return _columns(tuple(header))


@lru_cache(maxsize=256)  # each table is asked about by all that may read it
def _columns(header: tuple[str, ...]) -> tuple[str | None, ...]:
    known = tuple(_column(text) if len(text) <= 40 else None for text in header)
    if known == ("name", None) and not header[1]:
        return ("name", "description")  # one header above both
    small = len(known) > 1 and 2 * sum(role is not None for role in known) > len(known)
    return known if small and not any(text[:1].isupper() for text in header) else tuple(map(column, header))


@lru_cache(maxsize=1024)  # each row may be a header, and the same text stands in many
def _column(text: str) -> str | None:
    words = key(text).rstrip("? ")
    return next((role for role, form in _COLUMNS.items() if re.fullmatch(form, words)), None)


def said_mandatory(text: str) -> bool | None:
    """Whether words beside a parameter say that it is mandatory ("required", "可选"); None where they do not say."""
    match = _SAID_MANDATORY.fullmatch(key(text))
    return yes_or_no(match[1]) if match else None


def yes_or_no(text: str) -> bool | None:
    """Whether a cell says yes or no; None for neither."""
    words = _WITH_DEFAULT.sub("", key(text.replace("\ufe0f", "")))
    return True if words in _YES else False if words in _NO else None


def default_beside(text: str) -> str:
    """What a cell says of a default behind yes or no, in the words of a description; empty where it says nothing."""
    match = _WITH_DEFAULT.search(key(text))
    return text[-len(match[0]) :].strip("(（,，;；)） .。") + "." if match and yes_or_no(text) is not None else ""


def absent(text: str) -> bool:
    """Whether a text only says that there is nothing."""
    return len(text) < 20 and (key(text) or text.strip()) in _ABSENT
