"""Pages of our own about invented operations: a random model, and how each format and language writes it down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """A parameter or a field: what its row of a table says."""

    name: str
    mandatory: bool
    type: str
    description: str


@dataclass(frozen=True)
class Api:
    """An operation, and how its page looks: language, date's form, which columns, which order, what is left out."""

    language: str
    title: str | None
    updated: str | None
    date_form: int
    method: str
    paths: tuple[str, ...]
    path_rows: tuple[Row, ...]
    query_rows: tuple[Row, ...]
    header_rows: tuple[Row, ...]
    body_rows: tuple[Row, ...]
    structures: tuple[tuple[str, tuple[Row, ...]], ...]
    columns: tuple[bool, bool]
    fields: tuple[str, ...]
    field_form: str
    statuses: tuple[tuple[int, str], ...]
    status_form: str
    requests: tuple[tuple[Any, str | None], ...]
    responses: tuple[Any, ...]
    indent: int
    order: tuple[str, ...]
    headed: bool
    furniture: bool
    style: int


@dataclass(frozen=True)
class Piece:
    """What a page consists of before it has a format: `kind` and its text, cells or lines."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = 0


WORDS = {
    "en": {
        "Function": ("Function", "Functions", "Function:"),
        "URI": ("URI", "URI:", "URIs"),
        "Request": ("Request", "Requests", "Request Message"),
        "Response": ("Response", "Responses", "Response:"),
        "Status Code": ("Status Code", "Status Codes", "Return Code:"),
        "request parameters": ("Request parameters", "Request Parameters", "Request parameters:"),
        "response parameters": ("Response parameters", "Response Parameters", "Response parameters:"),
        "example request": ("Example request", "Example Requests", "Request Example:"),
        "example response": ("Example response", "Example Responses", "Response Example:"),
        "name": ("Parameter", "Parameters", "Name"),
        "mandatory": ("Mandatory", "Required", "Mandatory"),
        "type": ("Type", "Parameter Type", "Data Type"),
        "description": ("Description", "Description", "Meaning"),
        "status": ("Status Code", "Code", "HTTP Status Code"),
        "path": ("Path parameters", "Path Parameters", "Path parameter"),
        "query": ("Query parameters", "Query Parameters", "Query parameter"),
        "header": ("Request header parameters", "Header parameters", "Request Header Parameter"),
        "body": ("Request body parameters", "Body parameters", "Request Body Parameter"),
        "yes": ("Yes", "yes", "Y"),
        "no": ("No", "no", "N"),
        "none": ("N/A", "None", "-"),
        "announce": (
            "Swaps one for another. The following fields can be replaced:",
            "The following fields can be updated:",
            "Only the fields below may be modified.",
        ),
        "others": (
            "The other fields cannot be updated.",
            "All other fields are immutable.",
            "Others can't be changed.",
        ),
        "sentence": (
            "Only {} can be replaced.",
            "Only the {} fields can be updated.",
            "Of these, only {} can be modified.",
        ),
        "and": (" and ", ", and ", " and "),
        "comma": (", ", ", ", ", "),
        "about": ("Makes a lamp of a lamp.", "Does what its name says.", "Is used at night."),
        "furniture": ("View PDF", "Help Center/ Lamps/ API Reference/ Lanterns", "Parent topic: Lanterns"),
        "table": ("Table {} {}", "Table {}: {}", "Table {} {}"),
    },
    "zh": {
        "Function": ("功能介绍", "功能描述", "功能介绍："),
        "URI": ("URI", "URI：", "URI"),
        "Request": ("请求消息", "请求", "请求消息："),
        "Response": ("响应消息", "响应", "响应消息："),
        "Status Code": ("状态码", "返回码", "状态码："),
        "request parameters": ("请求参数", "请求参数：", "请求参数:"),
        "response parameters": ("响应参数", "响应参数：", "响应参数:"),
        "example request": ("请求示例", "请求示例：", "请求样例"),
        "example response": ("响应示例", "响应示例：", "响应样例"),
        "name": ("参数", "参数名称", "名称"),
        "mandatory": ("是否必选", "是否必选", "必选"),
        "type": ("参数类型", "类型", "数据类型"),
        "description": ("描述", "说明", "参数说明"),
        "status": ("状态码", "返回码", "响应码"),
        "path": ("Path参数", "路径参数", "Path参数说明"),
        "query": ("Query参数", "查询参数", "Query参数"),
        "header": ("请求Header参数", "请求头参数", "请求Header参数"),
        "body": ("请求Body参数", "请求体参数", "请求Body参数"),
        "yes": ("是", "Yes", "是"),
        "no": ("否", "No", "否"),
        "none": ("无", "不涉及", "N/A"),
        "announce": ("换一盏灯。如下字段可被替换：", "以下字段可被更新：", "仅下列字段可以被修改。"),
        "others": ("其他字段不可被更新。", "其余字段不能修改。", "其它字段不允许更新。"),
        "sentence": ("仅{}可被替换。", "只有{}字段可以被更新。", "目前仅{}支持修改。"),
        "and": ("和", "以及", "、"),
        "comma": ("、", "，", "、"),
        "about": ("点灯。", "夜间使用。", "换灯。"),
        "furniture": ("查看PDF", "帮助中心 > 灯 > API参考 > 灯笼", "父主题：灯笼"),
        "table": ("表 {} {}", "表{} {}", "表 {}  {}"),
    },
}
_MONTHS = ("Jan", "Feb", "March", "Apr", "May", "June", "Jul", "Aug", "Sept", "Oct", "Nov", "December")
_DATES = {
    "en": (
        "Updated on {y}-{m:02}-{d:02} GMT+08:00",
        "Last updated: {month} {d}, {y}",
        "Updated on: {y}/{m:02}/{d:02}",
    ),
    "zh": (
        "更新时间：{y}-{m:02}-{d:02}",
        "更新时间：{y}/{m:02}/{d:02} GMT+08:00",
        "更新于 {y}年{m}月{d}日",
    ),
}


def pieces(api: Api) -> list[Piece]:
    """The page about an operation, in the order that it says."""

    def word(name: str) -> str:
        return WORDS[api.language][name][api.style]

    found = [Piece("text", text) for text in WORDS[api.language]["furniture"][:2] if api.furniture]
    if api.title:
        found.append(Piece("heading", api.title, level=1))
    if api.updated:
        year, month, day = map(int, api.updated.split("-"))
        found.append(
            Piece("text", _DATES[api.language][api.date_form].format(y=year, m=month, d=day, month=_MONTHS[month - 1]))
        )
    numbers = iter(range(1, 99))
    parts = {
        "Function": _function,
        "URI": _uri,
        "Request": _request,
        "Response": _response,
        "Status Code": _status,
    }
    for section in api.order:
        found.append(Piece("heading", word(section), level=2))
        found += parts[section](api, word, numbers)
    if api.furniture:
        found.append(Piece("text", WORDS[api.language]["furniture"][2]))
    return found


Word = Callable[[str], str]


def _function(api: Api, word: Word, _numbers: Iterator[int]) -> list[Piece]:
    if not api.fields:
        return [Piece("text", word("about"))]
    if api.field_form == "sentence":
        *first, last = api.fields
        listed = word("and").join([word("comma").join(first), last]) if first else last
        return [Piece("text", f"{word('about')} {word('sentence').format(listed)}"), Piece("text", word("others"))]
    bullets = [Piece("bullet", field) for field in api.fields]
    between = [Piece("text", word("about"))] if api.field_form == "apart" else []
    return [Piece("text", word("announce")), *between, *bullets, Piece("text", word("others"))]


def _uri(api: Api, word: Word, numbers: Iterator[int]) -> list[Piece]:
    found = [Piece("text", f"{api.method} {path}") for path in api.paths]
    for name, rows in (("path", api.path_rows), ("query", api.query_rows)):
        found += [_table(api, word, numbers, word(name), rows)] if rows else []
    return found


def _request(api: Api, word: Word, numbers: Iterator[int]) -> list[Piece]:
    if not (api.requests or api.header_rows or api.body_rows or api.structures):
        return [Piece("text", word("none"))]
    found = [Piece("part", word("request parameters"))]
    for name, rows in (("header", api.header_rows), ("body", api.body_rows)):
        found += [_table(api, word, numbers, word(name), rows)] if rows else []
    found += [_table(api, word, numbers, name, rows) for name, rows in api.structures]
    if api.requests and api.headed:
        found.append(Piece("part", word("example request")))
    for value, media_type in api.requests:
        head = f"Content-Type: {media_type}\n" if media_type else ""
        if head and api.indent == 2:
            found.append(Piece("code", head.strip()))
            head = ""
        found.append(Piece("code", head + json.dumps(value, indent=api.indent, ensure_ascii=False)))
    return found


def _response(api: Api, word: Word, _numbers: Iterator[int]) -> list[Piece]:
    found = [Piece("part", word("example response"))] if api.headed and api.responses else []
    found += [Piece("code", json.dumps(value, indent=api.indent, ensure_ascii=False)) for value in api.responses]
    return found or [Piece("text", word("none"))]


def _status(api: Api, word: Word, numbers: Iterator[int]) -> list[Piece]:
    if api.status_form == "list":
        return [Piece("bullet", f"{code} {reason}") for code, reason in api.statuses]
    if api.status_form == "lines":
        return [Piece("text", f"{code}: {reason}") for code, reason in api.statuses]
    header: tuple[str, ...] = (word("status"), word("description"))
    rows: list[tuple[str, ...]] = [(str(code), reason) for code, reason in api.statuses]
    if api.status_form == "one cell":
        rows = [(f"{code} {reason}", "Whatever.") for code, reason in api.statuses]
    caption = word("table").format(next(numbers), word("Status Code").strip(":："))
    return [Piece("table", caption, (header, *rows))]


def _table(api: Api, word: Word, numbers: Iterator[int], name: str, rows: Sequence[Row]) -> Piece:
    chosen = (True, *api.columns, True)
    header = [word("name"), word("mandatory"), word("type"), word("description")]
    cells = [[row.name, word("yes" if row.mandatory else "no"), row.type, row.description] for row in rows]
    kept = tuple(tuple(cell for cell, keep in zip(line, chosen, strict=True) if keep) for line in [header, *cells])
    return Piece("table", word("table").format(next(numbers), name), kept)


# ---------------------------------------------------------------- formats
