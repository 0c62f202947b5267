"""Families replaceable and status: what careless patterns, parsers and templates make of values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.jsonvalue import paths
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from contracts.spec.fields import LABELS
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import decoding
from tests.faults.support.maps import altering_maps

INVALID: Final = "replaceable.invalid-refused"
ANNOTATIONS: Final = "replaceable.annotations"
LONGEST: Final = 63
CHOICES: Final = ("All", "Running", "None")


def _labels_of(endpoint: Endpoint, pattern: str) -> Behaviour:
    """Steps that take label values of a pattern for valid."""
    validate, known = endpoint.steps.validate, re.compile(pattern)

    def check(stored: Object | None, new: Object) -> None:
        labels = new["metadata"].get("labels")
        if labels:
            shown = {
                key: "x" if len(text) <= LONGEST and known.fullmatch(text) else text for key, text in labels.items()
            }
            new = paths.put(new, LABELS, shown)
        validate(stored, new)

    return replace(endpoint.steps, validate=check)


@fault(INVALID)
def end_of_label_values_not_checked(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. The pattern says how a value begins, and ends with any of its characters."""
    return _labels_of(endpoint, "[A-Za-z0-9][-A-Za-z0-9_.]*")


@fault(INVALID)
def letters_from_capital_a_to_small_z(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. [A-z] also holds what lies between the capitals and the small letters."""
    return _labels_of(endpoint, "[A-z0-9]([-A-z0-9_.]*[A-z0-9])?")


@fault(INVALID)
def hyphen_taken_for_a_range(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. The hyphen of [.-_] stands between two others, and means all from . to _."""
    return _labels_of(endpoint, "[A-Za-z0-9]([A-Za-z0-9.-_]*[A-Za-z0-9])?")


@fault(INVALID)
def digits_of_any_script_in_labels(endpoint: Endpoint) -> Behaviour:
    r"""Breaks: an invalid value is refused. In most languages \d is any digit of Unicode."""
    return _labels_of(endpoint, r"[A-Za-z\d]([-A-Za-z\d_.]*[A-Za-z\d])?")


def _spec_read(endpoint: Endpoint, read: Mapping[str, Callable[[str], Any]]) -> Behaviour:
    """Steps that read texts in fields of spec as something else, where `read` gives anything."""

    def decoded(body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return body
        changed = False
        for name, parse in read.items():
            text = paths.get(value, ("spec", name))
            if isinstance(text, str) and (found := parse(text)) is not None:
                value, changed = paths.put(value, ("spec", name), found), True
        return json.dumps(value).encode() if changed else body

    return decoding(endpoint, decoded).steps


def _seconds(pattern: str) -> Callable[[str], int | None]:
    def parse(text: str) -> int | None:
        found = re.fullmatch(pattern, text)
        return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2].lower()] if found else None

    return parse


@fault(INVALID)
def durations_in_words_of_go_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: a text is no number of seconds. What parses as a duration, 5m, is one."""
    parse = _seconds(r"(\d+)([smh])")
    return _spec_read(endpoint, {"activeDeadlineSeconds": parse, "ttlSecondsAfterFinished": parse})


@fault(INVALID)
def durations_of_iso_8601_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: a text is no number of seconds. The field is a Duration of the language, which reads PT5M."""
    parse = _seconds(r"PT(\d+)([SMH])")
    return _spec_read(endpoint, {"activeDeadlineSeconds": parse, "ttlSecondsAfterFinished": parse})


@fault(INVALID)
def numbers_in_quotes_taken_for_choices(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. An enumeration of the language is also parsed from its number as a text."""
    return _spec_read(
        endpoint, {"cleanPodPolicy": lambda text: dict(enumerate(CHOICES)).get(int(text)) if text.isdecimal() else None}
    )


@fault(INVALID)
def several_choices_taken(endpoint: Endpoint) -> Behaviour:
    """Breaks: an invalid value is refused. Words of an enumeration are parsed as flags, of which the first is kept."""
    return _spec_read(endpoint, {"cleanPodPolicy": lambda text: text.split(",")[0] if "," in text else None})


def _annotations(endpoint: Endpoint, change: Callable[[str], str | None]) -> Behaviour:
    """Steps that store texts of maps as they are changed, and none for None."""

    def changed(_: Any, sent: dict[str, str]) -> dict[str, str]:
        return {key: text for key, old in sent.items() if (text := change(old)) is not None}

    return altering_maps(endpoint, changed)


@fault(ANNOTATIONS)
def blank_texts_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. A text of white space alone counts as none."""
    return _annotations(endpoint, lambda text: None if text.isspace() else text)


@fault(ANNOTATIONS, "replaceable.labels")
def words_of_languages_for_nothing_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. What clients write by mistake for nothing is left out."""
    return _annotations(endpoint, lambda text: None if text in ("undefined", "None", "nil") else text)


@fault(ANNOTATIONS)
def question_marks_bound(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. In a statement a question mark stands for a value."""
    return _annotations(endpoint, lambda text: text.replace("?", "NULL"))


@fault(ANNOTATIONS)
def places_of_templates_emptied(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. Texts go through a template that knows none of the names."""
    return _annotations(endpoint, lambda text: re.sub(r"<%.*?%>|[#@]\{.*?\}|\{%.*?%\}|\[\[.*?\]\]", "", text))


@fault(ANNOTATIONS)
def comments_struck_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. Comments are struck out of a body before it is parsed."""
    return _annotations(endpoint, lambda text: re.sub(r"/\*.*?\*/|<!--.*?-->", "", text))


@fault(ANNOTATIONS)
def lists_in_annotations_rewritten(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. A text that is a list in JSON is stored as one."""

    def rewritten(text: str) -> str:
        try:
            return json.dumps(json.loads(text), separators=(",", ":")) if text.startswith("[") else text
        except ValueError:
            return text

    return _annotations(endpoint, rewritten)
