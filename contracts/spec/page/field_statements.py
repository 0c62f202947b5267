"""What a sentence says of the fields that can be replaced: names them, announces a list, denies, or is not clear. Pure.

An exception is never read as its contrary: "all but these" names nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from contracts.spec.page import mutability, negation, restrictions
from contracts.spec.page.actors import changed_by_others
from contracts.spec.page.field_paths import ORDINARY, dotted, listed_within, named_in, words
from contracts.spec.page.formerly import at_another_time
from contracts.spec.page.traditional import simplified

NAMES, ANNOUNCES, DENIES, UNCLEAR, NEUTRAL = "names", "announces", "denies", "unclear", "neutral"
# No sentence that lists fields is longer.
_LONGEST: Final = 4000
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.;!?])\s+|(?<=[。；！？])")
_STEP: Final = re.compile(r"(?<=[A-Za-z0-9_\]])\.[A-Za-z]\w*", re.ASCII)
_COMMA: Final = re.compile(r",\s+|，|,(?=[^\x00-\x7f])")
_LEAD: Final = re.compile(
    r".*\b(?:only|fields?|attributes?|propert(?:y|ies)|members?|parameters?|values?)\b\s*(?:the )?"
    r"|(?:目前|当前)?(?:仅有?|只有?)(?:支持|允许)?",
    re.IGNORECASE,
)
# A blank before them: "spec.axis" does not end with "is".
_TAIL: Final = re.compile(
    r"\s+(?:fields?|attributes?|propert(?:y|ies)|are|is)$|\s*字段$|(?:字段)?(?:均|都|才|也)$", re.IGNORECASE
)
# A question is no statement; "Which fields can be changed?" announces what answers it.
_ASKED: Final = re.compile(r"\bwhether\b|是否|^(?!which\b|what\b|.*哪).*(?:[?？]|吗)\W*$", re.IGNORECASE | re.DOTALL)
# What a field may be replaced with, or by, is another field.
_WITH_ANOTHER: Final = re.compile(
    r"\b(?:with|by|to|into|than|via|using|like|from|as in)\s[^,，;；]{0,100}?[a-z]\w*\.[a-z]"
    r"|[为成]\s*`?[a-z]\w*\.[a-z]",
    re.I,
)
_DENIED: Final = re.compile(
    r"\b(?:but not|not|never|nor)\s+(?:the\s+|for\s+)?(?:fields?\s+)?`?[a-z]+\.[a-z]|而不是|而非"
    # What a set of fields is said to be without.
    r"|\b(?:not|n't|never)\s+(?:contain|include|comprise|cover|list|count|have)\b"
    r"|\b(?:lacks?|omits?|misses|leaves? out)\b",
    re.I,
)
# What joins fields behind the verb to those before it: "a can be changed, as well as b".
_JOINED: Final = re.compile(
    r"[\s,，、]*(?:and|or|as well as|also|plus|along with|together with|as (?:can|may|are)|so (?:can|may)"
    r"|和|与|及|以及|还有)\b",
    re.I,
)
_PASSIVE: Final = re.compile(r"(?:ed|able)$", re.I)


# Behind the fields that can be changed more of them, named by what they are in: "and in `spec` the fields a and b".
_ADDED: Final = re.compile(
    r"(?:,|，|\b)\s*(?:and|as well as|also|plus)\s+(?P<more>(?:of|in|within|below|under|inside|from)\s.+)",
    re.IGNORECASE,
)
_IN: Final = re.compile(
    r"\w+\s+(?:the\s+)?`?(?P<parent>[A-Za-z][\w.]*)`?\s*,?\s+(?:only\s+)?(?:the\s+)?(?:fields?\s+|members?\s+)?(?P<items>.+)",
    re.IGNORECASE,
)


# One name, in code marks or beside a word for a field.
_ALONE: Final = re.compile(
    r"(?:^|[\s仅只有])`([a-z]\w*)`(?:\s*(?:field|parameter|字段|参数))?$|(?:^|\s|[仅只有])([a-z]\w*)\s*(?:\bfield|字段|参数)$"
    r"|\bfield ([a-z]\w*)$|\b[Oo]nly (?:the )?([a-z]\w*)$|^([a-z]\w*)$",
    re.ASCII,
)


@dataclass(frozen=True)
class Statement:
    """What a clause says; `paths`: the fields that it names, as it writes them; `text`: the clause.

    `under`: the whole sentence, where what it says may hold under a condition alone.
    """

    says: str
    text: str
    paths: tuple[str, ...] = ()
    under: str = ""

    @property
    def opens(self) -> bool:
        """Whether a list of what it speaks of follows."""
        return self.text.rstrip(" *").endswith((":", "：")) or bool(mutability.FOLLOWING.search(self.text))

    @property
    def of_fields(self) -> bool:
        """Whether it is certain that it speaks of fields, and not of anything else that can be changed."""
        return bool(self.paths or mutability.OF_FIELDS.search(self.text) or any(True for _ in dotted(self.text)))


def statements(text: str) -> Iterator[Statement]:
    """Give what each clause of a text says."""
    # A field of reStructuredText begins with a colon.
    for sentence in _BETWEEN_SENTENCES.split(simplified(text).removeprefix(":")):
        if sentence.strip():
            yield from _of_now(sentence.strip()[:_LONGEST])


def field_alone(clause: str) -> str | None:
    """The name of one step that a clause marks, or calls, a field: "the `data` field can be replaced"; else None."""
    verb = mutability.possible(clause)
    beside = (clause[: verb.start()], clause[verb.end() :]) if verb else ()
    match = next((found for text in beside if (found := _ALONE.search(text.strip(" .。;；")))), None)
    return next((name for name in match.groups() if name), None) if match else None


def _of_now(sentence: str) -> Iterator[Statement]:
    """What a sentence says, if it says it of what can be changed now, and does not ask."""
    said = list(_sentence(sentence))
    affirmed = any(one.says in (NAMES, ANNOUNCES) for one in said)
    if affirmed and (at_another_time(sentence) or _ASKED.search(sentence)):
        said = [Statement(NEUTRAL, sentence)]
    yield from said


def _sentence(sentence: str) -> Iterator[Statement]:
    if not mutability.MAY_SPEAK.search(sentence):
        yield Statement(NEUTRAL, sentence)
        return
    plain, conditional = _unconditional(sentence)
    under = sentence if conditional else ""
    lead, colon, after = _parted(sentence)
    if colon and _is_positive(_COMMA.split(_unconditional(lead)[0])[-1]) and _listing(lead):
        one = _listed_behind(sentence, after)
        yield replace(one, under=under) if under else one
        return
    if mutability.EXCEPTION.search(plain):
        yield replace(_with_exception(sentence, plain), under=under)
        return
    for clause in _clauses(plain):
        one = _clause(clause)
        yield replace(one, under=under) if under else one


def _listed_behind(sentence: str, after: str) -> Statement:
    """What a sentence says that announces fields, and lists them behind its colon."""
    paths, remark = words(after)
    if not paths and (_DENIED.search(after) or mutability.EXCEPTION.search(after)):
        return Statement(UNCLEAR, sentence)
    under = sentence if restrictions.restricts(remark) and after else ""
    paths = paths or named_in(after)
    return Statement(NAMES if paths else ANNOUNCES, sentence, tuple(paths), under)


def _clause(clause: str) -> Statement:
    says = _tone(clause)
    if says != NAMES:
        return Statement(says, clause)
    verb = mutability.possible(_unnamed(clause))
    end = verb.end() if verb else 0
    other = _WITH_ANOTHER.search(clause, end)
    if other and any(True for _ in dotted(clause[: other.start()])):
        return Statement(UNCLEAR, clause)
    paths, under = tuple(_named(clause)), clause if _restricted_behind(clause[end:]) else ""
    if verb and _PASSIVE.search(verb[0]) and (before := named_in(clause[: verb.start()])):
        # Of a path behind the verb that is not joined to those before it something else is said.
        behind = [path for path in named_in(clause[end:]) if path not in before]
        if behind and not _JOINED.match(clause, end):
            paths, under = tuple(path for path in paths if path not in behind), clause
    if paths and (more := _ADDED.search(clause, end)):
        within = _listed_in(more["more"])
        return Statement(NAMES if within else UNCLEAR, clause, (*paths, *within), under)
    return Statement(NAMES if paths else ANNOUNCES, clause, paths, under)


def _restricted_behind(text: str) -> bool:
    """Whether what stands behind the verb takes something back, but for what it says of the other fields."""
    return bool(negation.ANY.search(text) and not mutability.OTHERS.search(text))


def _tone(clause: str) -> str:
    """Whether a clause says that fields can be changed (`NAMES`), or denies it, is not clear, or says nothing of it."""
    clause = _unnamed(clause)
    denied, verb = mutability.impossible(clause), mutability.possible(clause)
    if denied:
        if mutability.says_both(clause, denied):
            return UNCLEAR
        return NEUTRAL if mutability.OTHERS.search(clause) else DENIES
    if not verb:
        return NEUTRAL
    if _DENIED.search(clause) or negation.ANY.search(clause[: verb.end()]):
        return UNCLEAR
    return NEUTRAL if changed_by_others(clause, verb) else NAMES


def _unnamed(clause: str) -> str:
    """A clause in which the steps of paths are no words: "spec.no" denies nothing."""
    return _STEP.sub(lambda step: "." + "x" * (len(step[0]) - 1), clause)


def _with_exception(sentence: str, plain: str) -> Statement:
    last = _COMMA.split(plain)[-1]
    if (
        _is_positive(last)
        and mutability.FOLLOWING.search(last)
        and not mutability.FOLLOWING.search(plain[: -len(last)])
    ):
        return Statement(ANNOUNCES, sentence)
    match = mutability.EXCEPTION.search(plain)
    nothing = mutability.NOTHING.search(_unnamed(plain))
    if match and nothing and nothing.start() < match.end() and mutability.impossible(_unnamed(plain[match.end() :])):
        # "None but spec.dim is immutable": what is denied is denied once more.
        return Statement(UNCLEAR, sentence)
    denied = mutability.impossible(_unnamed(plain)) or nothing
    if not (denied or mutability.possible(plain)):
        return Statement(NEUTRAL, sentence)
    excepted = mutability.AFTER_EXCEPTION.split(plain[match.end() :], maxsplit=1)[0] if match else ""
    if denied and mutability.ABOVE.search(excepted):
        return Statement(NEUTRAL, sentence)
    paths, remark = words(re.sub(r"^\s*(?:the )?(?:fields? )?|\s*(?:字段|fields?)\s*$", "", excepted))
    others = mutability.OTHERS.search(plain) or mutability.OF_FIELDS.search(plain) or mutability.NOTHING.search(plain)
    if denied and paths and not remark and others:
        return Statement(NAMES, sentence, tuple(paths))
    return Statement(UNCLEAR, sentence)


def _parted(sentence: str) -> tuple[str, str, str]:
    match = re.search(r"[:：]", sentence)
    return (sentence[: match.start()], match[0], sentence[match.end() :].strip()) if match else (sentence, "", "")


def _is_positive(clause: str) -> bool:
    return _tone(clause) == NAMES and not mutability.EXCEPTION.search(clause)


def _listing(lead: str) -> bool:
    """Whether what stands before a colon names no field itself, beyond those that it excepts."""
    last = _COMMA.split(_unconditional(lead)[0])[-1]
    return not any(True for _ in dotted(last))


def _unconditional(sentence: str) -> tuple[str, bool]:
    """The sentence without its conditions, in which fields may be named that are not those that can be replaced.

    And whether it had any that does not always hold.
    """
    match = mutability.possible(sentence) or mutability.impossible(sentence)
    if match is None:
        return sentence, False
    return restrictions.without_condition(sentence[: match.start()], match[0], sentence[match.end() :])


def _clauses(sentence: str) -> Iterator[str]:
    """The parts of a sentence that have a verb each; what has none belongs to the next that has, or to the last."""
    marks = [match.span() for match in _COMMA.finditer(sentence)]
    edges = [0, *(end for _, end in marks), len(sentence)]
    start, spoken = 0, [_verbal(sentence[one:after]) for one, after in pairwise(edges)]
    for index, after in enumerate(edges[1:]):
        if spoken[index] and any(spoken[index + 1 :]):
            yield sentence[start:after].strip(" ,，")
            start = after
    yield sentence[start:].strip(" ,，")


def _listed_in(text: str) -> tuple[str, ...]:
    """The paths of "in `spec` the fields a and b"; none where that is not all that the text says."""
    match = _IN.fullmatch(text.strip(" .。;；"))
    return tuple(f"{match['parent']}.{one}" for one in words(match["items"].replace("`", ""))[0]) if match else ()


def _verbal(piece: str) -> bool:
    return bool(mutability.possible(piece) or mutability.impossible(piece))


def _named(clause: str) -> list[str]:
    """The fields that a clause names: before the verb, when that is a list and nothing else; or else all paths."""
    match = mutability.possible(clause)
    before = clause[: match.start()].strip() if match else ""
    lead = _LEAD.match(before)
    listed = words(_TAIL.sub("", before[lead.end() :]))[0] if lead else []
    # Words without a dot or a capital may be any words ("the ones below").
    if any(re.search(r"[.A-Z>→»›]", path) for path in listed):
        return listed
    return named_in(clause) or _within_another(before[lead.end() :] if lead else "", clause, match)


def _within_another(before: str, clause: str, verb: re.Match[str] | None) -> list[str]:
    """The fields of "only the fields a and b in metadata can be updated", "仅支持更新metadata下的a字段"."""
    behind = re.split(r"[，,;；。]", clause[verb.end() :], maxsplit=1)[0] if verb else ""
    for text in (_TAIL.sub("", before), _TAIL.sub("", behind.strip())):
        if (found := listed_within(text)) and found[0] in ORDINARY:
            return [f"{found[0]}.{one}" for one in found[1]]
    return []
