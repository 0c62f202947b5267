"""The words by which pages say that a field can be changed, or that it cannot, in English and Chinese. Pure."""

import re
from typing import Final

from contracts.spec.page.vocabulary import key

_DONE: Final = r"(?:replaced|updated|modified|changed|patched|edited)"
_DOING: Final = (
    r"(?:replac(?:ement|ing)|updat(?:es?|ing)|modif(?:ications?|ying)|chang(?:es?|ing)|patch(?:es|ing)|edit(?:s|ing))"
)
_DOES: Final = r"(?:replaces?|updates?|modif(?:y|ies)|changes?|patch(?:es)?)"
_FIELDS: Final = r"(?:fields?|attributes?|propert(?:y|ies)|members?|parameters?)"
_CHANGE: Final = "(?:替换|更新|修改|变更|编辑)"
_ALLOWED: Final = r"(?:supported|allowed|possible|permitted)"
_PATH: Final = r"`?[a-z]\w*\.[A-Za-z]"
# "允许对a.b、c.d进行修改": the fields between both parts of the verb.
_UPON: Final = rf"[对将](?=[^，,。；;]{{0,150}}?(?:{_PATH}|字段|属性|参数))[^，,。；;]{{1,150}}?(?:进行|做|加以)?"
POSSIBLE: Final = re.compile(
    rf"\b(?:can|may|is allowed to|are allowed to) (?:only )?(?:be )?(?:\w+ly )?{_DONE}\b"
    r"|\b(?:can|may) (?:only )?(?:replace|update|modify|change|patch) (?:only )?(?:the|these) (?:values? of (?:the )?)?"
    r"(?:\w+ )?(?:following|fields?)\b"
    rf"|\b{_FIELDS} (?:(?:that|which) )?(?:supports? (?:the )?{_DOING}|allowed to be {_DONE})\b"
    rf"|\bsupports? (?:the )?{_DOING}(?: of| to)? (?:only )?(?:the |these )?following\b"
    rf"|\b{_DOING} of (?:only )?(?:the |these )?following {_FIELDS} (?:is|are) (?:supported|allowed|possible)\b"
    rf"|\b(?:can|may|(?:allowed|able|possible) to|(?:allows?|lets?|permits?)(?: you| users?| one)?(?: to)?) (?:only )?"
    rf"(?:replace|update|modify|change|patch) (?:only )?(?:the )?(?:{_FIELDS} )?(?=(?:`?\w+`?(?:,? and |, ))*{_PATH})"
    rf"|\b{_DOING} (?:is|are) (?:only )?{_ALLOWED} (?:only )?(?:for|of|to|in|on)\b(?=.*(?:{_PATH}|\b{_FIELDS}\b))"
    rf"|\b{_DOING} (?:(?:of|to|for|in|on) )?(?=[^;:]{{0,200}}(?:{_PATH}|\b{_FIELDS}\b))[^;:]{{1,200}}?"
    rf" (?:is|are) (?:only )?{_ALLOWED}\b"
    rf"|\b{_DOING} (?:only )?takes? effect (?:only )?(?:for|on|in)\b"
    rf"|\b{_FIELDS} (?:that |which )?(?:you|users) (?:can|may) (?:replace|update|modify|change|patch|edit)\b"
    rf"|\bsupports? (?:only )?(?:the )?{_DOING}(?=\s*(?:[.,;:。；]|$))"
    r"|\b(?:replaceable|updatable|updateable|modifiable|mutable|editable|writable|writeable)\b"
    rf"|(?<!不)(?:可以?|能够?|允许|支持)(?:(?:以?被)?|{_UPON}){_CHANGE}"
    # What the operation does to the fields that are listed, it can.
    rf"|^this (?:api|interface|operation) (?:(?:is|can be) used to )?{_DOES} (?:only )?(?:the )?following {_FIELDS}\b"
    rf"|^(?:(?:该|此|本)?(?:api|接口))?(?:用于|用来)?{_CHANGE}[^，,。；;不]{{0,60}}?(?:以下|如下|下列)(?:字段|属性)",
    re.IGNORECASE,
)
IMPOSSIBLE: Final = re.compile(
    rf"\b(?:cannot|can ?not|can't|can’t|may not|must not|not allowed|neither|nor|no other|no longer|none)\b"
    rf".*\b{_DONE}\b|\bimmutable\b|\b(?:cannot|can ?not|can't|can’t|may not|must not)\s*[.;:]?$"
    rf"|\b(?:do|does) not (?:yet )?support (?:the )?{_DOING}\b"
    rf"|\b{_DOING} (?:(?:of|to|for|in|on) )?(?=[^;:]{{0,200}}(?:{_PATH}|\b(?:following|{_FIELDS})\b))"
    rf".* not {_ALLOWED}\b"
    rf"|\b{_DOING} (?:is|are) not {_ALLOWED} (?:for|of|to|in|on)\b"
    rf"|(?:不可以?|不能够?|不允许|不支持|无法|禁止|不得)(?:被?|{_UPON}){_CHANGE}|(?:不可以?|不能|不行)[。；：]?$",
    re.IGNORECASE,
)
# What stands in all that these expressions find, and in the exceptions from it: sought first, as most of a long page
# has none of it.
MAY_SPEAK: Final = re.compile(
    "replac|updat|modif|chang|patch|edit|utable|writ|\\b(?:can|may|must|no|not|neither|nor|none|except|exclud|besides|aside|other|apart)"
    "|[替更修变编不除无禁外可能允支]",
    re.IGNORECASE,
)
# Words about change, whatever they say of it.
CHANGE: Final = re.compile(
    rf"\b(?:{_DONE}|{_DOING}|replaces?|modif(?:y|ies)|(?:update|change|patch|edit)|(?:im)?mutable|\w+able)\b|{_CHANGE}",
    re.IGNORECASE,
)
# What contradicts the list in which it stands beside a field.
REFUSAL: Final = re.compile(
    rf"{IMPOSSIBLE.pattern}|\bread[- ]only\b|\bignored\b|\bremoved\b|\bnot (?:replaceable|updatable|mutable)\b"
    r"|只读|忽略|已移除",
    re.IGNORECASE,
)
EXCEPTION: Final = re.compile(
    r"\b(?:except(?:ing|ion)?|other than|apart from|aside from|besides|excluding)\b(?: for| of)?"
    r"|除了?|不包括|不含|排除",
    re.IGNORECASE,
)
AFTER_EXCEPTION: Final = re.compile(
    r"以外|之外|外(?=[,，]|其)|[,，]\s*(?=(?:all|the|no|any|others?|remaining) )"
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
_OF_IT: Final = re.compile(r"\b(?:it|they|this field)\b|其|它|该字段|此字段", re.IGNORECASE)
# A sentence about all the others, behind a field.
_AND_OTHERS: Final = re.compile(
    r"(?P<field>\S+?)[\s.;,。；，]+(?P<rest>(?:(?:the|all|any) )*(?:others?|rest|remaining)\b.*|(?:其他|其它|其余).*)",
    re.IGNORECASE,
)
_CONDITION: Final = (
    r"(?:\b(?:(?:only|except|but) )?(?:if|when|while|once|until|unless|after|before|unlike|as long as|provided)\b"
    r"|(?:仅?当|如果|若|假如))"
)
CONDITION_FIRST: Final = re.compile(rf"{_CONDITION}[^,，:：]*(?:[,，]|$)", re.IGNORECASE)
CONDITION_LAST: Final = re.compile(rf"[,，]?\s*{_CONDITION}[^:：]*", re.IGNORECASE)
# A field within another: "a and b in c", "c中的a和b".
WITHIN: Final = re.compile(
    r"(?P<items>.+?)\s+(?:in|of|under|below|inside|within|from)\s+(?:the\s+)?(?P<parent>\S+)"
    r"|(?P<parent2>[!-~]+?)\s*(?:中|下|里|内)的\s*(?P<items2>.+)",
    re.IGNORECASE,
)


def of_others(text: str) -> str | None:
    """The field in front of a sentence that says that the others cannot be changed; None for any other text."""
    match = _AND_OTHERS.fullmatch(text)
    return match["field"] if match and IMPOSSIBLE.search(match["rest"]) else None


def of_it(clause: str) -> bool:
    """Whether a clause says of what was named before that it can, or cannot, be changed."""
    return bool(_OF_IT.search(clause) and (POSSIBLE.search(clause) or IMPOSSIBLE.search(clause)))


def about_change(header: str) -> bool | None:
    """Whether a column says that fields can be replaced (True), or that they cannot (False); None for any other."""
    if len(header) > 60 or EXCEPTION.search(header):
        return None
    words = key(header)
    if IMPOSSIBLE.search(words):
        return False
    asked = re.fullmatch(rf"(?:是否)?(?:可以?|能|允许|支持)(?:被)?{_CHANGE}.*", words)
    return True if asked or POSSIBLE.search(words) else None
