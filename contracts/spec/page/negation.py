"""How a statement is turned into its contrary, in English and Chinese. Pure.

A negation that stands right before a verb denies it. Of any other it is not known what it denies: "fields that are not
set by the server can be changed".
"""

import re
from typing import Final

from contracts.spec.page.assertions import NOT

_NOT: Final = rf"(?:{NOT}(?! only\b)|\bnon\b)"
# What may stand between a negation and what it denies, a few times.
_BETWEEN: Final = (
    r"(?:yet|ever|currently|presently|directly|at present|at the moment|be|been|able|allowed|permitted|possible"
    r"|supposed|intended|allows?|lets?|permits?|supports?|to|the|an?|any|of|for|you|users?|clients?|anyone|one)"
)
_MODAL: Final = r"(?:do|should|shall|must|may|can|could|will|would|need|please)"
_NOBODY: Final = r"\b(?:nobody|no one|none|neither|nor|no other)\b(?! but\b)"
_BETWEEN_ZH: Final = (
    r"(?:再|被|会|应当?|该|建议|要|得|必|需要?|可以?|能够?|允许|支持|直接|随意|任意|自行|单独|在线|同时|随时|自由|开放|提供|进行"
    r"|用户|您|你|做|是)"
)
# What denies whatever follows ("请勿修改"); a plain "不修改" says what is done, and not what can be.
_NEVER_ZH: Final = r"(?:禁止|严禁|无法|没法|拒绝|勿|切忌|非)"
# A negation of which what it denies is not known.
ANY: Final = re.compile(
    rf"{_NOT}|\b(?:no|none|nobody|nothing|neither|nor|without|hardly|rarely|barely|scarcely|seldom)\b"
    r"|\b(?:refus(?:es|ed)|unable|impossible|forbidden|prohibited|disallowed|unsupported|unchanged|fixed|frozen|locked)\b"
    r"|\b(?:anything but|ceas(?:es?|ed)|stop(?:s|ped)?|prevents?|los(?:es?|t))\b"
    r"|不(?![同仅但过管论])|未(?!来)|没|无(?![论状])|非(?!常)|勿|禁止|严禁|拒绝|停止|取消|固定",
    re.IGNORECASE,
)


def denying(verb: str, done: str, doing: str, able: str) -> str:
    """The pattern of a verb that is denied: "not replaceable", "not allowed to be changed", "nobody may update".

    Of what is merely "not changed", or "does not change" something, it is not said that it could not be.
    """
    return (
        rf"{_NOT}(?:[ -]+{_BETWEEN}){{0,6}}[ -]*(?:\b{able}\b|\bbe (?:\w+ly )?{done}\b)"
        rf"|{_NOT}(?:[ -]+{_BETWEEN}){{1,6}}[ -]+(?:{verb}|{doing})\b"
        rf"|(?:\b{_MODAL}(?: not|n't)|\b(?:never|no longer|cannot|(?:ca|wo|sha)n't)) (?:\w+ly )?{verb}\b"
        rf"|{_NOBODY}.*?\b(?:{verb}|{done}|{able})\b"
        rf"|\b(?:un|im|ir|non){able}\b"
    )


def denying_zh(verb: str, upon: str) -> str:
    """The pattern of a verb that is denied in Chinese; `upon`: how its object stands before it."""
    return rf"(?:(?:不|未|没有?){_BETWEEN_ZH}{{1,5}}|{_NEVER_ZH}{_BETWEEN_ZH}{{0,4}})(?:{upon})?{verb}"
