"""Family replaceable: texts that come back in another spelling than they were sent."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from contracts.jsonvalue.paths import get
from contracts.reference.behaviour import Behaviour
from contracts.reference.resource import Object
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import put
from tests.faults.support.making import Moment, altering, field_of

TEXTS = ("replaceable.annotations",)


def _spelled(endpoint: Endpoint, spell: Callable[[str], str]) -> Behaviour:
    """Steps that store every annotation in another spelling."""
    path = field_of(TEXTS[0])

    def alter(_: Moment, new: Object) -> Object:
        sent = get(new, path)
        return put(new, path, {key: spell(value) for key, value in sent.items()}) if isinstance(sent, dict) else new

    return altering(endpoint, alter)


@fault(*TEXTS)
def texts_through_latin_1(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. Bytes in UTF-8 are read as Latin-1, the old default of HTTP."""
    return _spelled(endpoint, lambda text: text.encode().decode("latin-1"))


@fault(*TEXTS)
def non_ascii_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. A column in ASCII replaces what it cannot hold by question marks."""
    return _spelled(endpoint, lambda text: text.encode("ascii", "replace").decode())


@fault(*TEXTS)
def texts_outside_plane_0_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. MySQL's utf8 holds three bytes a character, so that emoji are dropped."""
    return _spelled(endpoint, lambda text: "".join(character for character in text if ord(character) < 0x10000))


@fault(*TEXTS)
def html_entities_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. Input is escaped for HTML on its way in, against scripts."""
    return _spelled(endpoint, html.escape)


@fault(*TEXTS)
def markup_stripped(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. A firewall removes what looks like an HTML tag."""
    return _spelled(
        endpoint, lambda text: text.replace("<b>", "").replace("</b>", "").replace("<", "").replace(">", "")
    )


@fault(*TEXTS)
def unicode_decomposed(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. It is normalised to NFD, as names of files are on some systems."""
    return _spelled(endpoint, lambda text: unicodedata.normalize("NFD", text))


@fault(*TEXTS)
def texts_escaped_twice(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. A text that is JSON-encoded already is encoded once more."""
    return _spelled(endpoint, lambda text: json.dumps(text)[1:-1])


@fault(*TEXTS)
def backslashes_unescaped(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. A template engine takes a backslash for its own escape character."""
    return _spelled(endpoint, lambda text: text.replace("\\", ""))


@fault(*TEXTS)
def texts_trimmed(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. White space at its ends is trimmed like that of a form field."""
    return _spelled(endpoint, str.strip)


@fault(*TEXTS)
def white_space_collapsed(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. Runs of white space become one space, as a browser shows them."""
    return _spelled(endpoint, lambda text: " ".join(text.split()))


@fault(*TEXTS)
def line_ends_exchanged(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. The text passes a gateway that writes line ends with a carriage return."""
    return _spelled(endpoint, lambda text: text.replace("\n", "\r\n"))


@fault(*TEXTS)
def texts_percent_decoded(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. What looks percent-encoded is decoded, once too often."""
    return _spelled(endpoint, unquote)


@fault(*TEXTS)
def quotes_doubled(endpoint: Endpoint) -> Behaviour:
    """Breaks: the value is stored as sent. Quotes are doubled for SQL, and then bound as a parameter all the same."""
    return _spelled(endpoint, lambda text: text.replace('"', '""').replace("'", "''"))


def texts_of(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every text in it changed, keys aside."""
    if isinstance(value, dict):
        return {key: texts_of(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [texts_of(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _spec_spelled(endpoint: Endpoint, spell: Callable[[str], str]) -> Behaviour:
    """Steps that store every text of spec in another spelling, whatever is replaced."""
    return altering(endpoint, lambda _, new: {**new, "spec": texts_of(new["spec"], spell)})


@fault("immutable.replica-specs", "immutable.no-bypass")
def stored_texts_rewritten(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays as it is. With every write the spec goes through a filter that escapes its
    texts.
    """
    return _spec_spelled(endpoint, lambda text: text.replace("/", "&#47;"))


@fault("immutable.replica-specs")
def lines_of_specs_ended_otherwise(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays as it is. XML has one line end, and the row is written from XML."""
    return _spec_spelled(endpoint, lambda text: text.replace("\r\n", "\n"))


@fault("immutable.replica-specs")
def tabs_of_specs_expanded(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays as it is. YAML takes no tabs for indentation, so that none is written at all."""
    return _spec_spelled(endpoint, lambda text: text.replace("\t", "  "))


@fault("immutable.replica-specs")
def variables_of_specs_expanded(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays as it is. $(NAME) is for the kubelet to fill in, and the store does it first."""
    return _spec_spelled(endpoint, lambda text: re.sub(r"\$\(\w+\)", "", text))


@fault("immutable.replica-specs")
def templates_of_specs_filled_in(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays as it is. Objects are written through a template engine, which knows {{ }}."""
    return _spec_spelled(endpoint, lambda text: re.sub(r"\{\{.*?\}\}", "", text))


@fault("immutable.replica-specs")
def addresses_of_specs_decoded(endpoint: Endpoint) -> Behaviour:
    """Breaks: what is immutable stays as it is. What is percent-encoded is decoded on its way to the store."""
    return _spec_spelled(endpoint, unquote)
