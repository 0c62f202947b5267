"""The words that pages of this family use of an operation: titles, verbs, methods, kinds of patches. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from contracts.spec.page.model import REQUEST, RESPONSE
from contracts.spec.page.vocabulary import key

# What is said of an operation in cells and lines: its method, its path.
_OF_OPERATION: Final = {
    "method": r"(http |request )?(method|verb)|(请求|http ?)?方法|请求方式",
    "path": r"(request )?(uri|url|path|endpoint)( template)?|(请求|接口)?(uri|url|路径|地址)",
}
_GERUNDS: Final = {
    "creating": "create",
    "deleting": "delete",
    "listing": "list",
    "querying": "query",
    "reading": "read",
    "replacing": "replace",
    "updating": "update",
}
VERBS: Final[Mapping[str, str]] = {**_GERUNDS, **{verb: verb for verb in _GERUNDS.values()}}
# By the verb of a title the methods of such an operation.
_METHODS: Final = (
    (r"creat(ing|e)\b|创建", ("POST",)),
    (r"delet(ing|e)\b|删除", ("DELETE",)),
    (r"(list|query|read|obtain)(ing)?\b|查询|读取|获取", ("GET",)),
    (r"replac(ing|e)\b|替换", ("PUT",)),
    (r"patch(ing)?\b", ("PATCH",)),
    (r"updat(ing|e)\b|更新|修改", ("PATCH", "PUT")),
)
_TITLE: Final = re.compile(
    rf"(?:(?:{'|'.join(VERBS)}|patch(?:ing)?|obtain(?:ing)?)\b|创建|删除|查询|读取|替换|更新|修改|获取)", re.IGNORECASE
)
_PATCHES: Final = (
    (r"strategic[- ]merge[- ]patch|战略合并", "application/strategic-merge-patch+json"),
    (
        r"(?<!strategic )(?<!strategic-)(?:json )?merge[- ]patch(?:es)?|(?<!战略)合并补丁",
        "application/merge-patch+json",
    ),
    (r"json[- ]patch(?:es)?", "application/json-patch+json"),
)


def exchange_line(text: str) -> str:
    """Whether a line is the first of a request or of a response as HTTP writes them (their sections), or none ("")."""
    words = text.strip(" `")
    if re.fullmatch(r"(GET|PUT|POST|PATCH|DELETE)\s+(https?:/)?/\S+(\s+HTTP/[\d.]+)?", words):
        return REQUEST
    return RESPONSE if re.fullmatch(r"HTTP/[\d.]+\s+[1-5]\d\d\b.*", words) else ""


def of_operation(text: str) -> str | None:
    """What of an operation a cell or a label names: its method or its path; None for any other text."""
    if len(text) > 40:
        return None
    return next((role for role, form in _OF_OPERATION.items() if re.fullmatch(form, key(text))), None)


def title(text: str) -> bool:
    """Whether a line begins like the title of a page about an operation."""
    return _TITLE.match(re.sub(r"^\w+\s+[-–—]\s+", "", text)) is not None


def methods_of(title: str) -> tuple[str, ...]:
    """The methods of an operation with that title; empty where it begins with no verb that is known."""
    return next((methods for form, methods in _METHODS if re.match(form, title, re.IGNORECASE)), ())


def patches(text: str) -> list[str]:
    """The media types of the kinds of patches that a text names."""
    return [media_type for form, media_type in _PATCHES if re.search(form, text, re.IGNORECASE)]
