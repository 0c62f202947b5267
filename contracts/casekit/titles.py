"""Titles of cases: what each tries, in words, for people who read a list of them.

A case that has parameters says with `@tries("Change {field} beside {value}")` what it tries; its parameters stand in
place of their names, and `{sampled_field}` means one of them at each depth. A parameter whose values say too little by
themselves has its words with its name: `@tries("Send {value}", value={"a": "all of it"})`. A case without such a mark
has its sentence, and its parameters in parentheses.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from contracts.casekit.markers import AttemptGroup, sentence_of, subject_of
from contracts.judge.sampling import ONE_OF_A_NAME
from contracts.spec.contract import Contract, Requirement

TRIES: Final = "tries"
tries = pytest.mark.tries

# What is done to a place, by the way of the attempts.
WAYS: Final[Mapping[str, str]] = {
    "change": "change {0}",
    "add": "add {0} where absent",
    "remove": "remove {0}",
    "null": "set {0} to null",
    "type": "give {0} a value of another type",
    "append": "append to {0}",
    "reorder": "reorder {0}",
}
OF_LISTS: Final = ("append", "reorder")
# Which fields below one, and, after the bar, which of those that other requirements leave.
EVERY: Final = "every {0}|every other {0}"


def title_of(item: pytest.Item, contract: Contract) -> str:
    """What a case tries: its mark's words with those of its parameters, else its sentence."""
    marker, given = item.get_closest_marker(TRIES), getattr(getattr(item, "callspec", None), "params", {})
    if marker is None:
        sentence, subject = sentence_of(item).rstrip("."), subject_of(item)
        return f"{sentence} ({subject})" if subject else sentence
    said = {
        name: marker.kwargs.get(name, {}).get(str(value)) or in_words(value, contract) for name, value in given.items()
    }
    sampled = {f"sampled_{name}": in_words(value, contract, sampled=True) for name, value in given.items()}
    filled = str(marker.args[0]).format_map({**said, **sampled})
    return filled[:1].upper() + filled[1:]


def in_words(value: object, contract: Contract, *, sampled: bool = False) -> str:
    """A parameter of a case: what is done where, the fields of a requirement, or the value itself.

    `sampled`: it is done with one of those fields at each depth, not with every one.
    """
    if isinstance(value, AttemptGroup):
        noun = "list" if value.way in OF_LISTS else "field"
        every = "a {0} of each name|another {0} of each name" if value.way in ONE_OF_A_NAME else EVERY
        if sampled:
            every = "a {0} at {1}|another {0} at {1}"
        every = every.format(noun, "each depth" if value.way == "change" else "some depths")
        return WAYS[value.way].format(_place(contract, value.requirement, every, "or" if sampled else "and"))
    return _place(contract, value, EVERY.format("field"), "and") if isinstance(value, Requirement) else str(value)


def _place(contract: Contract, judged: Requirement, every: str, word: str) -> str:
    """The fields of a requirement: by their names, or as those below one that other requirements leave.

    `every`: which of those below one, and, after a bar, which of those that are left; `word` joins several.
    """
    below, left = every.split("|")
    others = {name for one in contract.requirements.values() if one.id != judged.id for name in one.fields}
    rest = [name for name in judged.fields if any(_below(name, other) for other in others)]
    if rest:
        return f"{left} {_joined([f'below {name}' if name else 'at the top of the object' for name in rest], word)}"
    if judged.family == "immutable" and len(judged.fields) == 1:
        return f"{below} below {judged.fields[0]}"
    return _joined(judged.fields, word)


def _below(name: str, other: str) -> bool:
    return other != name and (not name or other.startswith(f"{name}."))


def _joined(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), names[-1])))
