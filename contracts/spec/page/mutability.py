"""The words by which pages say that a field can be changed, or that it cannot, in English and Chinese. Pure."""

import re
from functools import lru_cache
from typing import Final

from contracts.spec.page import negation
from contracts.spec.page.traditional import simplified
from contracts.spec.page.vocabulary import key

_DONE: Final = r"(?:replaced|updated|modified|changed|patched|edited|altered|overwritten|adjusted)"
_DOING: Final = (
    r"(?:replac(?:ement|ing)|updat(?:es?|ing)|modif(?:ications?|ying)|chang(?:es?|ing)|patch(?:es|ing)|edit(?:s|ing)"
    r"|alter(?:ations?|ing)|overwriting|adjust(?:ments?|ing))"
)
_DOES: Final = r"(?:replaces?|updates?|modif(?:y|ies)|changes?|patch(?:es)?|alters?|overwrites?|adjusts?)"
_FIELDS: Final = r"(?:fields?|attributes?|propert(?:y|ies)|members?|parameters?)"
_CHANGE: Final = "(?:替换|更新|修改|变更|更改|改动|编辑)"
_ALLOWED: Final = r"(?:supported|allowed|possible|permitted)"
_PATH: Final = r"`?[a-z]\w*\.[A-Za-z]"
# "允许对a.b、c.d进行修改": the fields between both parts of the verb.
_UPON: Final = rf"[对将](?=[^，,。；;]{{0,150}}?(?:{_PATH}|字段|属性|参数))[^，,。；;]{{1,150}}?(?:进行|做|加以)?"
_ABLE: Final = (
    r"(?:replaceable|updatable|updateable|modifiable|changeable|alterable|mutable|editable|writable|writeable)"
)
_VERB: Final = r"(?:replace|update|modify|change|patch|edit|alter|overwrite|adjust)"
_MAY: Final = r"(?:can|may|(?:is|are) (?:allowed|permitted) to)"
# What may stand between "can" and its verb: "can also be safely updated".
_ADVERBS: Final = r"(?:(?:only|also|now|then|still|always|again|\w+ly) ){0,3}"
_ADVERBS_ZH: Final = r"(?:直接|同时|随时|自由|一并|单独|分别|任意|随意|再次|在线|进行)?"
POSSIBLE: Final = re.compile(
    rf"\b{_MAY} {_ADVERBS}(?:be )?{_ADVERBS}{_DONE}\b"
    rf"|\b(?:can|may|(?:allowed|able|possible) to) {_ADVERBS}{_VERB} (?:only )?(?:the|these) (?:values? of (?:the )?)?"
    r"(?:\w+ )?(?:following|fields?|attributes?|properties|members)\b"
    rf"|\b(?:can|may|(?:allows?|lets?|permits?) (?:you|users?|clients?)(?: to)?) {_ADVERBS}{_VERB}\s*[:：]$"
    rf"|\b{_FIELDS} (?:(?:that|which) )?(?:supports? (?:the )?{_DOING}|allowed to be {_DONE})\b"
    rf"|\bsupports? (?:the )?{_DOING}(?: of| to)? (?:only )?(?:the |these )?following\b"
    rf"|\b{_DOING} of (?:only )?(?:the |these )?following {_FIELDS} (?:is|are) (?:supported|allowed|possible)\b"
    rf"|\b(?:can|may|(?:allowed|able|possible) to|(?:allows?|lets?|permits?)(?: you| users?| one)?(?: to)?) {_ADVERBS}"
    rf"{_VERB} (?:only )?(?:the )?(?:{_FIELDS} )?(?=(?:`?\w+`?(?:,? and |, ))*{_PATH})"
    rf"|\b{_DOING} (?:is|are) (?:only )?{_ALLOWED} (?:only )?(?:for|of|to|in|on)\b(?=.*(?:{_PATH}|\b{_FIELDS}\b))"
    rf"|\b{_DOING} (?:(?:of|to|for|in|on) )?(?=[^;:]{{0,200}}(?:{_PATH}|\b{_FIELDS}\b))[^;:]{{1,200}}?"
    rf" (?:is|are) (?:only )?{_ALLOWED}\b"
    rf"|\b{_DOING} (?:only )?takes? effect (?:only )?(?:for|on|in)\b"
    rf"|\b{_FIELDS} (?:that |which )?(?:you|users) (?:can|may) {_ADVERBS}{_VERB}\b"
    rf"|\bsupports? (?:only )?(?:the )?{_DOING}(?=\s*(?:[.,;:。；]|$))"
    rf"|\b{_ABLE}\b"
    rf"|(?<!不)(?:可以?|能够?|允许|支持){_ADVERBS_ZH}(?:(?:以?被)?|{_UPON}){_CHANGE}"
    # What the operation does to the fields that are listed, it can.
    rf"|^this (?:api|interface|operation) (?:(?:is|can be) used to )?{_DOES} (?:only )?(?:the )?following {_FIELDS}\b"
    rf"|^(?:(?:该|此|本)?(?:api|接口))?(?:用于|用来)?{_CHANGE}[^，,。；;不]{{0,60}}?(?:以下|如下|下列)(?:字段|属性)",
    re.IGNORECASE,
)
IMPOSSIBLE: Final = re.compile(
    # Behind "cannot" another "can" is another verb's: "fields that cannot be empty can be changed".
    rf"\b(?:cannot|can ?not|can't|may not|must not|not allowed|no longer)\b(?! only\b)"
    rf"(?:(?!\b(?:can|may)\b).)*?\b{_DONE}\b"
    r"|\b(?:cannot|can ?not|can't|may not|must not)\s*[.;:]?$"
    rf"|{negation.denying(_VERB, _DONE, _DOING, _ABLE)}"
    rf"|\b{_DOING} (?:(?:of|to|for|in|on) )?(?=[^;:]{{0,200}}(?:{_PATH}|\b(?:following|{_FIELDS})\b))"
    rf".* not {_ALLOWED}\b"
    rf"|\b{_DOING} (?:(?:is|are) )?not (?:yet )?{_ALLOWED}(?: (?:for|of|to|in|on)\b|\s*[.;:?]?$)"
    rf"|{negation.denying_zh(_CHANGE, _UPON)}|(?:不可以?|不能|不行)[。；：]?$|不可变(?!更)",
    re.IGNORECASE,
)
# A denial of which the contrary is said.
_CONTRARY: Final = re.compile(
    r"(?:\bnot|\bnever|n't) (?:an? )?(?:immutable|impossible)|(?:\bcannot|n't) not\b"
    r"|(?:不是|并非|没有|不)(?:完全)?(?:不可|不能|禁止|无法)",
    re.IGNORECASE,
)
# What stands in each of these two, but for a denial at the end of a sentence that leaves its verb out.
_STEM: Final = re.compile(r"replac|updat|modif|chang|patch|edit|alter|adjust|utable|writ|[替更修变编]", re.IGNORECASE)
_LAST: Final = re.compile(
    r"(?:\b(?:cannot|can ?not|can't|may not|must not)\s*[.;:]?|(?:不可以?|不能|不行)[。；：]?)$", re.I
)
# What stands in all that these expressions find, and in the exceptions from it: sought first, as most of a long page
# has none of it.
MAY_SPEAK: Final = re.compile(
    "replac|updat|modif|chang|patch|edit|alter|adjust|utable|writ|\\b(?:can|may|must|no|not|neither|nor|none|except|exclud|besides|aside|other|apart)"
    "|[替更修变编不除无禁外可能允支]",
    re.IGNORECASE,
)
# Words about change, whatever they say of it.
CHANGE: Final = re.compile(
    rf"\b(?:{_DONE}|{_DOING}|replaces?|modif(?:y|ies)|(?:update|change|patch|edit)|(?:im)?mutable|\w+able)\b|{_CHANGE}"
    r"|\b(?:alter|adjust|amend|tweak|overwr[io]t|rewr[io]t|new values?|unchanged|fixed|frozen|locked)"
    r"|改变|调整|覆盖|不可改|不变|固定"
    # A verb that is left out: "Only a.b can."
    r"|\b(?:can|may)\W*$|可以\W*$",
    re.IGNORECASE,
)
# That a client can set a field: it may be meant of its creation alone.
_SET: Final = r"(?:set|assign|configure|specify|choose|define)"
_SETTABLE: Final = re.compile(
    rf"\b(?:can|may|(?:allowed|possible|able|used|operation|request|api) to) (?:\w+ ){{0,3}}?"
    rf"(?:{_SET}|be (?:\w+ly )?(?:set|assigned|configured|specified|chosen|defined))\b"
    r"|(?:可以?|能够?|允许|支持)(?:被|自行|直接)?(?:设置|设定|配置|指定|填写)",
    re.IGNORECASE,
)
# What contradicts the list in which it stands beside a field.
_REFUSING: Final = re.compile(
    r"\bread[- ]?only\b|\bignored\b|\bremoved\b"
    r"|\b(?:rejected|refused|denied|forbidden|prohibited|disallowed)\b"
    r"|只读|忽略|已移除|拒绝|禁止",
    re.IGNORECASE,
)
EXCEPTION: Final = re.compile(
    r"\b(?:except(?:ing|ion)?|other than|apart from|aside from|besides|excluding|barring|leaving out|not counting"
    r"|in contrast to|as opposed to|contrary to|instead of|rather than)\b(?: for| of)?"
    r"|\b(?:all|every|each|any|no|none|\w+thing)\b(?: \w+){0,3}? (?:but|save)\b(?: for)?"
    r"(?=\s+(?:the\s+)?[`\"']?\w+[./>])"
    r"|\baside(?=\s*,)|除了?|不包括|不含|排除|以外|之外",
    re.IGNORECASE,
)
AFTER_EXCEPTION: Final = re.compile(
    r"以外|之外|外(?=[,，]|其)|[,，]\s*(?=(?:all|the|no|any|others?|remaining) |其[他它余]|所有|任何|全部)"
    r"|(?:\s+fields?)?\s+(?=(?:can|may|must|are|is)\b|cannot|can't)",
    re.IGNORECASE,
)
NOTHING: Final = re.compile(r"\b(?:no|none|nothing|neither)\b", re.IGNORECASE)
OTHERS: Final = re.compile(r"\b(?:others?|rest|remaining|everything else)\b|其他|其它|其余", re.IGNORECASE)
FOLLOWING: Final = re.compile(r"\b(?:following|below|these|listed)\b|如下|以下|下列|下述|下表|这些", re.IGNORECASE)
ABOVE: Final = re.compile(r"\b(?:above|these|those|such|preceding)\b|上述|以上|上面|前述|这些", re.IGNORECASE)
OF_FIELDS: Final = re.compile(rf"\b{_FIELDS}\b|字段|属性|参数", re.IGNORECASE)
NOTE: Final = re.compile(r"(?:notes?|notice|tip|caution|important|注意|说明|提示)\s*[:：]", re.IGNORECASE)
# What speaks of a field that was named before.
_OF_IT: Final = re.compile(
    r"\b(?:it(?! is (?:\w+ )?(?:possible|allowed)\b)|they|this field)\b|其|它|该字段|此字段", re.IGNORECASE
)
# A sentence about all the others, behind a field.
_AND_OTHERS: Final = re.compile(
    r"(?P<field>\S+?)[\s.;,。；，]+(?P<rest>(?:(?:the|all|any) )*(?:others?|rest|remaining)\b.*|(?:其他|其它|其余).*)",
    re.IGNORECASE,
)
# A field within another: "a and b in c", "c中的a和b".
WITHIN: Final = re.compile(
    r"(?P<items>.+?)\s+(?:in|of|under|below|inside|within|from)\s+(?:the\s+)?(?P<parent>\S+)"
    r"|(?P<parent2>[!-~]+?)\s*(?:中|下|里|内)的\s*(?P<items2>.+)",
    re.IGNORECASE,
)


# The same sentence is asked about as a whole, in its clauses, and by all that read it.
@lru_cache(maxsize=256)
def possible(text: str) -> re.Match[str] | None:
    """Where a text says that something can be changed."""
    return POSSIBLE.search(text) if _STEM.search(text) else None


@lru_cache(maxsize=256)
def impossible(text: str) -> re.Match[str] | None:
    """Where a text says that something cannot be changed."""
    return IMPOSSIBLE.search(text) if _STEM.search(text) or _LAST.search(text) else None


def refuses(text: str) -> bool:
    """Whether words beside a field say that it cannot be changed, or that its change has no effect."""
    text = simplified(text)
    return bool(_REFUSING.search(text) or impossible(text))


def of_others(text: str) -> str | None:
    """The field in front of a sentence that says that the others cannot be changed; None for any other text."""
    match = _AND_OTHERS.fullmatch(text)
    return match["field"] if match and impossible(match["rest"]) else None


def says_both(clause: str, denied: re.Match[str]) -> bool:
    """Whether a clause that denies also says that something can be changed: "a can be changed but b cannot"."""
    before, after = clause[: denied.start()], clause[denied.end() :]
    also = [(text, verb) for text in (before, after) if (verb := possible(text))]
    return bool(_CONTRARY.search(clause)) or any(not negation.ANY.search(text[: verb.start()]) for text, verb in also)


def of_it(clause: str) -> bool:
    """Whether a clause says of what was named before that it can, or cannot, be changed."""
    return bool(_OF_IT.search(clause) and (possible(clause) or impossible(clause)))


def speaks_of_change(text: str) -> bool:
    """Whether a text has words about change, whatever they say of it."""
    text = simplified(text)
    return bool(CHANGE.search(text) or _SETTABLE.search(text))


def about_change(header: str) -> bool | None:
    """Whether a column says that fields can be replaced (True), or that they cannot (False); None for any other."""
    if len(header) > 60 or EXCEPTION.search(header):
        return None
    words = key(header)
    if impossible(words):
        return False
    asked = re.fullmatch(rf"(?:是否)?(?:可以?|能|允许|支持)(?:被)?{_CHANGE}.*", words)
    return True if asked or possible(words) else None
