"""The words that pages of this family use for their parts, in English and Chinese. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from contracts.spec.page.model import FUNCTION, OTHER, REQUEST, RESPONSE, STATUS_CODE, URI
from contracts.spec.page.traditional import simplified

PARAMETERS, EXAMPLE = "parameters", "example"

# Heading, without colon and in small letters: its section (None: the one it stands in) and the part of it.
_HEADINGS: Final = (
    (
        r"functions?( description| introduction)?|api description|功能(介绍|描述|说明)?|接口(描述|说明|介绍)",
        FUNCTION,
        "",
    ),
    (
        r"((http )?request )?(uri|url)s?( format)?|(请求|接口)?(uri|url)(格式)?|(请求|接口)(路径|地址)"
        r"|(http |api )?endpoints?|http requests?|request (line|path|syntax|method and (uri|url))|请求语法",
        URI,
        "",
    ),
    (
        r"requests?( messages?| body( schema(\s*:?\s*(application|text)/[\w.+-]+)?)?| headers?)?"
        r"|请求(消息|体|头|消息头)?",
        REQUEST,
        "",
    ),
    (r"(request|input) parameters?|(请求|输入)参数|入参(说明|描述|列表)?", REQUEST, PARAMETERS),
    (
        r"(example|sample) (of )?(the )?(http )?(requests?|input)|((http )?requests?|input) (examples?|samples?)"
        r"|(请求(消息|参数|体)?|输入|入参)(示例|样例|举例)",
        REQUEST,
        EXAMPLE,
    ),
    (r"(responses?|answers?)( messages?| body| headers?)?|(响应|返回)(消息|体|头|消息头|结果)?", RESPONSE, ""),
    (r"(response|output) parameters?|(响应|返回|输出)参数|出参(说明|描述|列表)?", RESPONSE, PARAMETERS),
    (
        r"(example|sample) (of )?(the )?(http )?(responses?|output)|((http )?responses?|output) (examples?|samples?)"
        r"|((正常|成功|失败|错误|异常)?(响应|返回)(消息|参数|结果)?|输出|出参)(示例|样例|举例)",
        RESPONSE,
        EXAMPLE,
    ),
    (r"(http )?(status|return|returned|response) (codes?|values?)|(http ?)?(状态|返回|响应)码|返回值", STATUS_CODE, ""),
    (r"examples?|samples?|示例|样例", None, EXAMPLE),
    # Codes of the vendor's own, in a list elsewhere.
    (r"error codes?|错误码", OTHER, ""),
)
# The same, of what the page marks as a heading: elsewhere these words may be any words.
_MARKED: Final = (
    (r"overview|introduction|descriptions?|summary|purpose|概述|简介|描述|说明", FUNCTION, ""),
    (r"paths?|address(es)?|调用方法|请求(方式|行)", URI, ""),
    (r"body|payload", REQUEST, ""),
    (r"returns?", RESPONSE, ""),
    (r"(http )?status(es)?", STATUS_CODE, ""),
)
_NUMBERING: Final = re.compile(
    r"(?:\(?\d{1,2}(?:\.\d{1,2}){0,3}(?:[.)、．]\s*|\s+)|[（(]?[一二三四五六七八九十]{1,3}[、.．)）]\s*|[ivx]{1,4}\.\s+)(?=\D)"
)
# What stands behind the words of a heading about an answer: "(200)", "200 OK", "(HTTP 409, Conflict)".
_STATUS_BEHIND: Final = re.compile(
    r"\s*[(（:：,-]?\s*(?:http )?(?:status )?(?P<status>[1-5]\d\d)(?:[ ,:：-]+[a-z ]{2,30})?\s*[)）]?"
)
_ATTRIBUTE: Final = r"(?:[#.][\w:-][\w:.-]*|[\w-]+=(?:\"[^\"\n]*\"|[\w.%-]+))"
# As pandoc and kramdown have them behind a heading and elsewhere: "{#id .class}", "{: .class}".
ATTRIBUTES: Final = rf"\{{:?\s*{_ATTRIBUTE}(?:\s+{_ATTRIBUTE})*\s*\}}"
_ANCHOR: Final = re.compile(rf"\s*(?:{ATTRIBUTES}|[#¶§\ue000-\uf8ff]|\U0001f517)+\s*$")
_TABLE: Final = re.compile(
    r"(?:Table|TABLE|表)\s*(?P<number>\d+)\b[\s.:：-]*(?P<name>.*)"
    # Without a blank behind the number: the name of a structure, or words that say where parameters stand.
    r"|表\s*(?P<close>\d+)(?P<named>(?:[a-z]\w*\.[\w.-]*\w|(?:请求|响应|路径|查询)?[A-Za-z]*[头体]?参数)\s*\w*)",
    re.DOTALL,
)
# What stands behind the number of a table in a sentence, and not in a caption.
_SENTENCE: Final = re.compile(
    r"\s*(?:(?:describes?|lists?|shows?|provides?|gives?|explains?|contains?|and|or|to|is|are|for details)\b"
    r"|[,、，](?! *[A-Z])|(?:和|与|及|至)\s*表|(?:描述|列出|给出|展示|介绍|说明)了?.{2,}。$)",
    re.DOTALL | re.IGNORECASE,
)
REFERENCE: Final = re.compile(r"(?:\bTables?|表)\s*(\d+)", re.IGNORECASE)
_LOCATIONS: Final = {
    "path": "path|uri|url|路径",
    "query": "query(?: string)?|查询",
    "header": "header|headers|头|头域|消息头|首部",
    "body": "body|message body|体|消息体",
}
_LOCATION: Final = re.compile(
    r"(?:(?:global|optional(?= query)|http) )?"
    r"(?:request|response|input|output|请求|响应|返回|输入|输出)?\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _LOCATIONS.items())
    + r")?\s*(?:parameters?|params?|arguments?|fields?|参数|字段)?\s*(?:descriptions?|说明|列表|描述|解释)?"
)
_LOCATION_BEHIND: Final = re.compile(r"(?:parameters?|params?|arguments?|fields?) (?:in|of) (?:the )?(?P<where>.+)")
_STRUCTURE_ENDING: Final = re.compile(
    r"\s*(字段)?(数据结构|可选值)?(说明|描述|解释)$|\s+((field )?data structure|objects?)( description)?$", re.I
)
_STRUCTURE_OF: Final = re.compile(r"(?:data structure|description) of (?:the )?(?P<name>\S+)(?: fields?)?", re.I)
_STATUS_LABEL: Final = re.compile(r"(?:http )?(?:status codes?|状态码)\s*:?\s*([1-5]\d\d)\b.*", re.DOTALL)
_STATUS_ALONE: Final = re.compile(r"`?(?:http )?([1-5]\d\d)\b`?[\s:：(（–—-]*[a-z\u4e00-\u9fff' -]{0,40}[)）]?")
_FURNITURE: Final = re.compile(
    r"view pdf|查看pdf|(parent|previous|next) (topic|page|section)\b.*|(父|上一|下一)(主题|篇|节|页).*"
    r"|copy( link)?|复制(链接)?|share|分享|help cent(er|re)|帮助中心|feedback|意见反馈|contact us|back to top"
    r"|(copyright\b|©|\(c\) ?\d{4}|版权所有|all rights reserved).*|.*(版权所有|all rights reserved)"
    r"|:[a-z_-]+:.*|was this (page|article|document) helpful\??"
    # Breadcrumbs: no sentence, and nothing that can be done.
    r"|(?!.*(?:\bcan(?:not)?\b|可以|可被|不可|不能|[,，;；。]))[^/>›»]+((/ | ?[>›»] ?)[^/>›»]+){2,}"
)


@lru_cache(maxsize=256)  # every reader of a line asks for it
def key(text: str) -> str:
    """A text in the form in which words are compared: one line, small letters, without marks around it."""
    return (
        " ".join(simplified(unicodedata.normalize("NFKC", text[:400])).casefold().split())
        .strip("*。. ")
        .rstrip(":*。. ")
    )


def without_anchor(text: str) -> str:
    """The words of a heading without the sign of a link to it."""
    return _ANCHOR.sub("", text) or text


@lru_cache(maxsize=256)
def heading(text: str, marked: bool = False) -> tuple[str | None, str] | None:
    """Section and part that a heading begins; None for any other text. `marked`: the page marks it as a heading."""
    if len(text) > 60 or text[:1].islower():
        return None
    words, numbered = _unnumbered(key(without_anchor(text)))
    known = (*_HEADINGS, *_MARKED) if marked or numbered else _HEADINGS
    found = next(((section, part) for form, section, part in known if re.fullmatch(form, words)), None)
    if found is None and (bare := _STATUS_BEHIND.sub("", words)) != words:
        of_answer = ((section, part) for form, section, part in known if re.fullmatch(form, bare))
        return next((one for one in of_answer if one[0] == RESPONSE), None)
    return found


def number_of(text: str) -> tuple[int, ...]:
    """The number of a short line that may be a heading ("2.1 Request"): (2, 1); empty where it has none."""
    match = re.match(r"(\d{1,2}(?:\.\d{1,2}){0,3})[.)、．]?\s+(?=\D)", text)
    short = len(text) <= 60 and text[-1:] not in ".:;。：；"
    return tuple(map(int, match[1].split("."))) if match and short else ()


def status_behind(text: str) -> int | None:
    """The status that a heading about an answer names behind its words: "Response example (200)"."""
    match = re.search(rf"(?<=\D){_STATUS_BEHIND.pattern}$", key(without_anchor(text)))
    return int(match["status"]) if match else None


def _unnumbered(words: str) -> tuple[str, bool]:
    """The words of a heading without its number, and whether it had one."""
    match = _NUMBERING.match(words)
    return (key(words[match.end() :]), True) if match else (words, False)


def caption(text: str) -> tuple[int, str] | None:
    """Number and name in the caption of a table; None for any other text."""
    match = _TABLE.fullmatch(text.strip("* "))
    if match is None:
        return None
    number, name = match["number"] or match["close"], match["name"] or match["named"] or ""
    return None if _SENTENCE.match(name) else (int(number[:9]), " ".join(name.split()).strip("* "))


def location(name: str) -> str | None:
    """Where the parameters of a table with that caption stand: path, query, header or body, "" where it says not which.

    None for the caption of a structure.
    """
    words = _unnumbered(key(name))[0]
    behind = _LOCATION_BEHIND.fullmatch(words)
    if not (match := _LOCATION.fullmatch(behind["where"] if behind else words)):
        return None
    return next((where for where, words in match.groupdict().items() if words), "")


def structure(name: str) -> str:
    """The name of the structure that a table with that caption is about."""
    of = _STRUCTURE_OF.fullmatch(name.replace("*", ""))
    return of["name"] if of else _STRUCTURE_ENDING.sub("", name).strip()


def status_label(text: str, marked: bool = False) -> int | None:
    """The status that what follows belongs to ("Status code: 200"; in a `marked` heading also "200 OK")."""
    words = key(text) if len(text) < 80 else ""
    match = _STATUS_LABEL.fullmatch(words) or (_STATUS_ALONE.fullmatch(words) if marked else None)
    return int(match[1]) if match else None


def furniture(text: str) -> bool:
    """Whether a text belongs to the site around the page: navigation, breadcrumbs, buttons."""
    return len(text) < 200 and _FURNITURE.fullmatch(key(text)) is not None
