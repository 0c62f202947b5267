"""Amounts of resources as Kubernetes writes them: whether two spellings mean the same. Pure.

Source: Kubernetes API machinery, resource.Quantity: a number with a decimal, a binary or an exponential suffix.
"""

import re
from fractions import Fraction
from typing import Final

from contracts.jsonvalue.paths import Difference, Json
from contracts.judge.stored import NOTHING
from contracts.spec.contract import Contract

_FORM: Final = re.compile(r"([+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,2})?")
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {f"{letter}i": 10 * power for power, letter in enumerate("KMGTPE", start=1)}


def amount(value: Json) -> Fraction | None:
    """The number that a quantity stands for; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _FORM.fullmatch(str(value))
    if match is None:
        return None
    number, suffix = Fraction(match[1]), match[2] or ""
    if suffix in _BINARY:
        return number * Fraction(2) ** _BINARY[suffix]
    exponent = int(suffix[1:]) if suffix[1:] else _DECIMAL.get(suffix, 0)
    return number * Fraction(10) ** exponent


def equal(one: Json, other: Json) -> bool:
    """Whether both are quantities, and the same one."""
    amounts = amount(one), amount(other)
    return None not in amounts and amounts[0] == amounts[1]


def means_the_same(contract: Contract, change: Difference) -> bool:
    """Whether a field holds what it held before, in another form: nothing, or the same quantity of a resource."""
    if change.before in NOTHING and change.after in NOTHING:
        return True
    return any(step in contract.quantities for step in change.path[-2:-1]) and equal(change.before, change.after)
