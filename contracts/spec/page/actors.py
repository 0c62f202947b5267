"""Who changes a field by what a clause says: the client of the operation, or the server and what works in it. Pure."""

import re
from typing import Final

# In an active sentence the subject changes; only these are clients, or what they call.
_CLIENT: Final = (
    r"(?:you|users?|clients?|callers?|tenants?|customers?|owners?|developers?|people|anyone|everyone|one|we|it|apis?|interface"
    r"|operation|request|method|call|put|patch)"
)
_ACTIVE: Final = re.compile(
    r"(?:can|may|able to|allowed to|(?:is|are) (?:allowed|permitted) to) (?:\w+ ){0,6}?"
    r"(?:replace|update|modify|change|patch)\b",
    re.I,
)
_BY_CLIENT: Final = re.compile(
    rf"(?:^|.*\b(?:{_CLIENT}|that|which|and|or|to|fields?)|.*[^\x00-\x7f])\W*(?:(?:is|are|be|also|\w+ly)\W*){{0,3}}",
    re.I | re.DOTALL,
)
_BY: Final = re.compile(
    rf"\bby\s+(?!default\b|(?:(?:the|this|that|an?|any|all|its|their|your|authorized)\s+)*(?:{_CLIENT}|replacement|means)\b|\w+ing\b)",
    re.I,
)
_BY_ITSELF: Final = re.compile(r"\b(?:automatically|(?:by )?itself)\b|自动", re.IGNORECASE)
_OTHERS: Final = r"(?:系统|服务端|服务器|控制器|后台|平台|管理员|调度器|集群|operator|controller|server)"
_OTHERS_FIRST: Final = re.compile(rf"{_OTHERS}\s*(?:[也还会]|自动|自行|随时){{0,3}}$", re.IGNORECASE)
_OTHERS_IN: Final = re.compile(rf"{_OTHERS}|{_BY.pattern}", re.IGNORECASE)


def names_others(remark: str) -> bool:
    """Whether a remark beside a field names another than a client."""
    return bool(_OTHERS_IN.search(remark))


def changed_by_others(clause: str, verb: re.Match[str]) -> bool:
    """Whether a clause with a verb of change may speak of what another than a client does."""
    before = clause[: verb.start()].rstrip()
    if _ACTIVE.match(verb[0]) and not _BY_CLIENT.fullmatch(before):
        return True
    if _BY_ITSELF.search(clause, verb.start()):
        return True
    if verb[0][0] in "可能" and _OTHERS_FIRST.search(before):
        return True
    return bool(_BY.search(clause, verb.start()))
