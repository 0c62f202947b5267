"""Family immutable: texts and numbers of spec are written otherwise with every replacement."""

from __future__ import annotations

import re
import struct
from typing import Any

from contracts.reference.behaviour import Behaviour
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.rewriting import rewriting

REPLICAS = "immutable.replica-specs"
WORDS = {"yes": True, "no": False, "on": True, "off": False, "y": True, "n": False}
LARGER = {"Ki": "Mi", "Mi": "Gi", "Gi": "Ti"}


@fault(REPLICAS)
def whole_numbers_of_specs_in_single_precision(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Numbers of a spec pass through a struct of floats, of 32 bits each: the id of a
    group such as platforms give it is another one then.
    """
    return rewriting(endpoint, numbers=lambda number: int(struct.unpack("f", struct.pack("f", number))[0]))


@fault(REPLICAS)
def words_of_specs_taken_for_truth_values(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A spec is stored as YAML without quotes, where yes and no are truth values."""

    def read(text: str) -> Any:
        return WORDS.get(text.lower(), text)

    return rewriting(endpoint, texts=read)


@fault(REPLICAS)
def exponents_of_specs_written_out(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. What reads as a number is one, and is printed as numbers are: 1e-3 is 0.001."""
    return rewriting(endpoint, texts=lambda text: str(float(text)) if re.fullmatch(r"\d+e-?\d{1,2}", text) else text)


@fault(REPLICAS)
def leading_zeros_of_specs_dropped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Digits alone are a number, which begins with no zero."""
    return rewriting(endpoint, texts=lambda text: text.lstrip("0") or "0" if text.isdecimal() else text)


@fault(REPLICAS)
def long_digits_of_specs_rounded(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Long digits are taken for a number, which JavaScript has only 53 bits for."""

    def rounded(text: str) -> str:
        return str(int(float(text))).zfill(len(text)) if re.fullmatch(r"\d{17,}", text) else text

    return rewriting(endpoint, texts=rounded)


@fault(REPLICAS)
def quantities_of_specs_in_the_largest_unit(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Quantities are parsed, and printed in the largest unit: 16384Ki is 16Mi."""

    def printed(text: str) -> str:
        match = re.fullmatch(r"(\d+)(Ki|Mi|Gi)", text)
        if match is None or int(match[1]) % 1024:
            return text
        return f"{int(match[1]) // 1024}{LARGER[match[2]]}"

    return rewriting(endpoint, texts=printed)


@fault(REPLICAS)
def specs_outside_plane_0_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The column of the spec has the three-byte UTF-8 of an old database."""
    return rewriting(endpoint, texts=lambda text: "".join("?" if ord(letter) > 0xFFFF else letter for letter in text))


@fault(REPLICAS)
def texts_of_specs_cut_at_1024(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A column of the read model, which is written back, is no longer."""
    return rewriting(endpoint, texts=lambda text: text[:1024])


@fault(REPLICAS)
def numbers_of_specs_wrapped_at_32_bits(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Every number is an int32, also the seconds that have 64 bits."""
    return rewriting(endpoint, numbers=lambda number: (int(number) + 2**31) % 2**32 - 2**31)


@fault(REPLICAS)
def apostrophes_of_specs_doubled(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. A statement is put together of texts that are bound as well."""
    return rewriting(endpoint, texts=lambda text: text.replace("'", "''"))


@fault(REPLICAS)
def ampersands_of_specs_escaped(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. In XML & is &amp;, which nobody takes back."""
    return rewriting(endpoint, texts=lambda text: re.sub("&(?!&)", "&amp;", text))


@fault(REPLICAS)
def separators_of_lines_of_specs_line_feeds(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Texts are taken apart into lines, by a function that knows U+2028, and joined."""
    return rewriting(endpoint, texts=lambda text: re.sub("[\x0b\x0c\x85\u2028\u2029]", "\n", text))


@fault(REPLICAS)
def composed_letters_of_specs(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. The store normalises what it is given, so that it can search."""
    return rewriting(endpoint, texts=lambda text: text.replace("e\u0301", "\xe9"))


@fault(REPLICAS)
def doubled_quotes_of_specs_halved(endpoint: Endpoint) -> Behaviour:
    """Breaks: nothing else changes. Specs are exported as CSV and read again, where two quotes stand for one."""
    return rewriting(endpoint, texts=lambda text: text.replace('""', '"').replace("''", "'"))
