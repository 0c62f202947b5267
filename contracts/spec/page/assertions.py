"""Whether words assert what a value has to be, or only speak of it: denied, on a condition, as an example. Pure."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

# The words of a negation itself; the apostrophe is a straight one in all that is read of a page.
NOT: Final = r"(?:\b(?:not|cannot|never|no longer)\b|n't\b)"
_SENTENCE: Final = re.compile(r"[;；。!?！？\n]|\.(?:(?!\d)|(?<=[a-z]{2}\.))(?<!\be\.)(?<!e\.g\.)(?<!\bi\.)(?<!i\.e\.)")
# Where a negation ends; a joining word only where the words behind it say for themselves whether they are denied.
_CLAUSE: Final = re.compile(
    r"[,，、()（）]|\bbut\b|\band\s+(?=(?:can|must|should|shall|is|are|has|at|no|not|cannot|never)\b)|[但且并而]"
)
# What makes a condition of nothing: that there is a value at all.
_IF_GIVEN: Final = re.compile(
    r"\b(?:if|when)\s+(?:(?:it|this|the)\s+)?(?:(?:field|parameter|value|option)\s+)?(?:is\s+)?"
    r"(?:not\s+|left\s+|explicitly\s+)*(?:un)?(?:specified|set|present|absent|given|provided|configured|used|defined"
    r"|omitted|empty|blank|missing|nil|null)\b(?!\s+to\b)"
    r"|(?:如果|如|若|当)?(?:该|此|本)?(?:参数|字段)?(?:不|未|没有)?(?:被|有)?(?:设置|指定|填写|填|传入?|配置|输入|为空)"
    r"(?:时|的情况下)?(?=\s*,)",
    re.IGNORECASE,
)
_MAY_BE_GIVEN: Final = re.compile(r"\b(?:if|when)\b|[设指填传配输空]", re.IGNORECASE)
_CONDITION: Final = re.compile(
    r"\b(?:if|when|whenever|unless|whether|until|in case|assuming|depending|for example|for instance|such as|example)\b"
    r"|\be\.?g\b|^\s*(?:should|were|had) (?:the|this|it|an?|you)\b"
    r"|如(?!下)|若|假如|倘若|一旦|比如|譬如|(?<![应相适])当(?!前)|(?<![小超实临随定同准及])时(?![间长区刻差延效])|的话",
    re.IGNORECASE,
)
DENIED: Final = re.compile(
    rf"{NOT}|\b(?:neither|nor|none of|except|excluding|without|avoid|unlike|rather|instead)\b"
    r"|\b(?:other than|outside|out of|no (?:values?|need))\b|\b(?:forbid|prohibit|recommend|suggest)\w*"
    r"|不|勿|未|没有|非(?!空)|禁|除|避免|之外|以外|超出|建议|推荐",
    re.IGNORECASE,
)
# What stands right before "values", "options" or "range" where these are not the ones that are taken.
_UNFIT: Final = re.compile(
    r"(?:\b(?:un|non-?|dis|il|in)(?:valid|support|allow|accept|permit|legal|avail|us)\w*|\b(?:un|non|in)-"
    r"|\b(?:forbid|prohibit|reserv|exclu|reject|bann|refus|restrict|block|ignor|obsolet|deprecat|remov|retir|recommend"
    r"|suggest|discontinu|conflict)\w*"
    r"|\b(?:wrong|bad|former|previous|old|legacy|sample|typical|common|usual|frequent|other|special|default|current|initial|internal)"
    r"|示例|样例|默认|缺省|固定|无效|非法|保留|废弃|弃用|常见|常用|典型|特殊|其他|其它|错误|当前|历史|以前)(?:的)?[\s\"'-]*$",
    re.IGNORECASE,
)
# More than the values that are listed: the list is open.
_OPEN: Final = re.compile(
    r"[\s,、]*(?:\(?etc\b|\.\.|等|(?:and|or)\s+(?:so|others?|more|many|any|similar)\b|among others)", re.IGNORECASE
)
# What is said behind them of all.
_OF_ALL: Final = re.compile(r"\s*,?\s*(?:(?:which|these|those|they|both|all)\b|均|都|皆)[^.;。\n]{0,60}", re.IGNORECASE)
# A verb behind the words: they are its subject, and what is asserted is something else.
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|means?|causes?|indicates?|leads?|results?|disables?|enables?|can|may|must"
    r"|should|shall|gets?|takes?|makes?)\b|则|就|将|会|被|表示|代表|无效|非法|忽略|拒绝|报错|失败|截断",
    re.IGNORECASE,
)
_THEN: Final = re.compile(r"\s*[,、]?\s*(?:则|就|将|会|系统|均|都)")
_DEMAND: Final = re.compile(
    r"\b(?:must|should|shall|cannot|(?:has|have|needs?) to|required|ensure)\b|必须|须|应|需|要求|不能|不得|不可",
    re.IGNORECASE,
)
_ONLY_THEN: Final = re.compile(
    r"\b(?:if|when|unless|for|where|while|in case)\b|时(?![间长区刻差延效])|的话", re.IGNORECASE
)
# Nobody says so much of one value.
MOST: Final = 20
_FURTHEST: Final = 300


def sentence_before(text: str, at: int) -> str:
    """Give the words of the same sentence before a place, without conditions that are always met."""
    words = text[max(0, at - _FURTHEST) : at]
    ends = [match.end() for match in _SENTENCE.finditer(words)]
    words = words[ends[-1] if ends else 0 :]
    return _IF_GIVEN.sub("", words) if _MAY_BE_GIVEN.search(words) else words


def clause_of(sentence: str) -> str:
    """Give the end of a sentence within which a negation reaches."""
    ends = [match.end() for match in _CLAUSE.finditer(sentence)]
    return sentence[ends[-1] if ends else 0 :]


def clause_after(text: str, at: int) -> str:
    """Give the words behind a place, to the end of the clause, without what is in brackets."""
    words = re.sub(r"\([^()]*\)", "", text[at : at + _FURTHEST])
    ends = [match.start() for form in (_SENTENCE, _CLAUSE) if (match := form.search(words))]
    return words[: min(ends, default=len(words))]


def is_free(text: str, start: int) -> bool:
    """Whether nothing before a place makes a condition or an example of what follows, or denies it."""
    before = sentence_before(text, start)
    clause = clause_of(before)
    return not (_CONDITION.search(before) or DENIED.search(clause) or _UNFIT.search(clause))


def free(form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Give what is found that nothing before it denies, or makes a condition or an example."""
    return (match for match in islice(form.finditer(text), MOST) if is_free(text, match.start()))


def is_default(text: str, start: int) -> bool:
    """Whether the words before one that names the default neither deny it nor make it that of some cases only."""
    before = sentence_before(text, start)
    return not (
        _CONDITION.search(before) or _UNFIT.search(before) or re.search(r"(?:\b(?:not|never)|n't|不|非)\s*$", before)
    )


def is_listed(text: str, start: int, end: int) -> bool:
    """Whether a list that begins with its label at `start` has all values that there are, and these are allowed."""
    of_all = _OF_ALL.match(text, end)
    denied = of_all and (DENIED.search(of_all[0]) or _UNFIT.search(of_all[0].rstrip()))
    return is_free(text, start) and not _OPEN.match(text, end) and not denied


def is_unconditional(text: str, start: int, end: int) -> bool:
    """Whether a bound between two places holds always, and is not only what another statement is about."""
    before, after = sentence_before(text, start), clause_after(text, end)
    if _CONDITION.search(before) or _UNFIT.search(clause_of(before)) or _ONLY_THEN.search(after):
        return False
    demanded = _DEMAND.search(before)
    return bool(demanded) or not (_VERB.search(after) or DENIED.search(after) or _THEN.match(text, end))
