"""Family immutable: texts that are compared by a pattern, which the client may send, or by a hash of few bits."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from contracts.reference.behaviour import Behaviour
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, leaking

TEMPLATES = "immutable.replica-specs"
BITS = 32


def _alike(endpoint: Endpoint, same: Callable[[str, str], bool]) -> Behaviour:
    """Steps to which a stored and a sent text are the same where `same` says so."""

    def admits(_: Moment, change: Change) -> bool:
        return isinstance(change.old, str) and isinstance(change.new, str) and same(change.old, change.new)

    return leaking(endpoint, admits)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text, re.DOTALL) is not None
    except re.error:
        return False


def _hash_code(text: str) -> int:
    code = 0
    for character in text:
        code = (31 * code + ord(character)) % 2**BITS
    return code


@fault(TEMPLATES)
def sent_texts_taken_for_wildcards(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A policy engine's equality knows * and ?, and is given its operands in the
    wrong order.
    """
    return _alike(endpoint, fnmatchcase)


@fault(TEMPLATES)
def sent_texts_compared_by_like(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. The query that looks for the stored text says LIKE, where % is any text."""

    def same(old: str, new: str) -> bool:
        parts = (".*" if one == "%" else "." if one == "_" else re.escape(one) for one in new)
        return _matches("".join(parts), old)

    return _alike(endpoint, same)


@fault(TEMPLATES)
def sent_texts_taken_for_expressions(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. The rule engine's "matches" takes its second operand for an expression."""
    return _alike(endpoint, lambda old, new: _matches(new, old))


@fault(TEMPLATES)
def stored_texts_taken_for_expressions(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A rule is made of the stored object, and its dots match any character."""
    return _alike(endpoint, _matches)


@fault(TEMPLATES)
def hash_codes_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Both sides are compared by their hash codes, which in Java are 31 times the
    code so far and the next character: "Aa" has that of "BB".
    """
    return _alike(endpoint, lambda old, new: _hash_code(old) == _hash_code(new))
