"""Family immutable: changes that a comparison of normalised, parsed or partial values takes for none."""

from __future__ import annotations

import json
import posixpath
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import Any

from contracts.jsonvalue.paths import MISSING, get
from contracts.reference.behaviour import Behaviour
from contracts.reference.encoding import canonical
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.changes import Change
from tests.faults.support.making import Moment, leaking

REPLICAS = "immutable.replica-specs"
SPEC = (REPLICAS, "immutable.other-spec")
UNITS = {"m": Fraction(1, 1000), "u": Fraction(1, 10**6), "Ki": Fraction(2**10), "Mi": Fraction(2**20), "": Fraction(1)}
SECONDS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600)}


def _alike(endpoint: Endpoint, alike: Callable[[Any, Any], bool]) -> Behaviour:
    """Steps that store a value of spec as it was sent where it is `alike` the stored one."""
    return leaking(
        endpoint, lambda _, change: change.path[0] in endpoint.resource.desired and alike(change.old, change.new)
    )


def _same(endpoint: Endpoint, normal: Callable[[str], Any]) -> Behaviour:
    """The same for texts that have one normal form; one without (None) is like no other."""

    def alike(old: Any, new: Any) -> bool:
        return isinstance(old, str) and isinstance(new, str) and normal(old) == normal(new) is not None

    return _alike(endpoint, alike)


@fault(*SPEC)
def compared_after_nfkc(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Texts are brought to NFKC first, "as identifiers should be": full-width
    letters are plain ones.
    """
    return _same(endpoint, lambda text: unicodedata.normalize("NFKC", text))


@fault(REPLICAS)
def compared_after_nfc(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Texts are composed before they are compared, and stored as they came."""
    return _same(endpoint, lambda text: unicodedata.normalize("NFC", text))


@fault(*SPEC)
def compared_in_folded_capitals(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A database column's collation ignores capitals."""
    return _same(endpoint, str.casefold)


@fault(*SPEC)
def characters_without_width_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. What has no width is stripped, as it comes with texts that people paste."""
    return _same(endpoint, lambda text: text.replace("\u200b", "").replace("\ufeff", ""))


@fault(*SPEC)
def quotation_marks_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A template engine quotes some values twice, so quotes are stripped."""
    return _same(endpoint, lambda text: text.strip('"'))


@fault(*SPEC)
def beginning_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. The stored text need only begin with the sent one, as in a LIKE query."""
    return _alike(endpoint, lambda old, new: isinstance(old, str) and isinstance(new, str) and old.startswith(new))


@fault(*SPEC)
def end_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. The sent text need only end with the stored one, since prefixes are put
    before it by a mirror.
    """
    return _alike(endpoint, lambda old, new: isinstance(old, str) and isinstance(new, str) and new.endswith(old))


@fault(REPLICAS)
def digests_of_images_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's image stays. Images are resolved to digests by a controller, so a digest is cut off."""
    return _same(endpoint, lambda text: text.partition("@sha256:")[0])


@fault(REPLICAS)
def default_tag_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's image stays. An image without a tag means the latest one."""
    return _same(endpoint, lambda text: text.removesuffix(":latest") if "/" in text else None)


@fault(REPLICAS)
def default_registry_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: a container's image stays. Images are compared by their familiar names, as a container runtime's library
    gives them.
    """
    return _same(endpoint, lambda text: text.removeprefix("docker.io/").removeprefix("library/"))


def _quantity(text: str) -> Fraction | None:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(m|u|Ki|Mi|)", text)
    return Fraction(match[1]) * UNITS[match[2]] if match else None


@fault(REPLICAS)
def equal_quantities_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: requested resources stay. Quantities are compared by amount, and then the client's spelling is stored."""
    return _same(endpoint, _quantity)


def _duration(text: str) -> Fraction | None:
    if not re.fullmatch(r"(\d+(ms|s|m|h))+", text):
        return None
    return sum((Fraction(number) * SECONDS[unit] for number, unit in re.findall(r"(\d+)(ms|s|m|h)", text)), Fraction(0))


@fault(*SPEC)
def equal_durations_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. What parses as a duration is compared as one."""
    return _same(endpoint, _duration)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None


@fault(REPLICAS)
def equal_times_stored(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. What parses as a time is compared as one, in whatever zone it is written."""
    return _same(endpoint, _time)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@fault(REPLICAS)
def texts_compared_as_numbers(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. A variable's value goes through YAML: 1, 01, +1 and 1.0 are one number."""
    return _same(endpoint, _number)


@fault(REPLICAS)
def text_and_its_value_alike(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value changes its type. A decoder that is weak on types takes 1 for "1" and true for "true"."""

    def alike(old: Any, new: Any) -> bool:
        return isinstance(old, str) and isinstance(new, int | float) and str(new).lower() == old.lower()

    return _alike(endpoint, alike)


@fault(REPLICAS)
def truth_words_alike(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. Flags are parsed before they are compared: True, true, yes."""
    words = {"true": True, "yes": True, "false": False, "no": False}
    return _same(endpoint, lambda text: words.get(text.lower()))


@fault(*SPEC)
def fractions_cut(endpoint: Endpoint) -> Behaviour:
    """Breaks: no number below spec changes. Numbers are converted to integers for the comparison only."""
    numbers = (int, float)
    return _alike(endpoint, lambda old, new: type(old) in numbers and type(new) in numbers and int(old) == int(new))


@fault(*SPEC)
def numbers_compared_in_32_bits(endpoint: Endpoint) -> Behaviour:
    """Breaks: no number below spec changes. The struct that is compared holds int32, the stored JSON what was sent."""
    return _alike(endpoint, lambda old, new: type(old) is type(new) is int and (old - new) % 2**32 == 0)


@fault(REPLICAS)
def paths_compared_cleaned(endpoint: Endpoint) -> Behaviour:
    """Breaks: a mount's path stays. Paths are cleaned before they are compared: a//b, a/./b and a/b/ are a/b."""
    return _same(endpoint, lambda text: posixpath.normpath(text) if text.startswith("/") else None)


@fault(REPLICAS)
def trailing_slashes_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. URLs are compared without the slash at their end."""
    return _same(endpoint, lambda text: text.rstrip("/"))


@fault(REPLICAS)
def json_in_texts_compared_parsed(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. An annotation that is JSON is compared as JSON."""

    def parsed(text: str) -> str | None:
        try:
            return canonical(json.loads(text)) if text.startswith("{") else None
        except ValueError:
            return None

    return _same(endpoint, parsed)


@fault(REPLICAS)
def lists_in_texts_compared_as_sets(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value below spec changes. What has commas is a list of names, in no order."""
    return _same(endpoint, lambda text: sorted(text.split(",")) if "," in text else None)


def _items(value: Any) -> list[str]:
    return [canonical(one) for one in value]


@fault(*SPEC)
def lists_compared_as_sets(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. Items are compared as a set, in which there is nothing twice."""

    def alike(old: Any, new: Any) -> bool:
        return isinstance(old, list) and isinstance(new, list) and set(_items(old)) == set(_items(new))

    return _alike(endpoint, alike)


@fault(*SPEC)
def nothing_in_lists_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no list below spec changes. Lists are compacted first: null, "" and {} count as no item."""

    def alike(old: Any, new: Any) -> bool:
        full = [[one for one in value if one] for value in (old, new) if isinstance(value, list)]
        return len(full) == 2 and _items(full[0]) == _items(full[1])

    return _alike(endpoint, alike)


@fault(*SPEC)
def item_and_its_list_alike(endpoint: Endpoint) -> Behaviour:
    """Breaks: no value changes its type. "One or many" is read as a list of one, and stored as it came."""

    def many(value: Any) -> list[str]:
        return _items(value if isinstance(value, list) else [value])

    return _alike(endpoint, lambda old, new: MISSING not in (old, new) and new is not None and many(old) == many(new))


@fault(*SPEC)
def zero_values_of_known_members_not_compared(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added. Both sides are decoded into a struct, in which a field that is false, 0 or "" is as
    good as absent.
    """
    return leaking(
        endpoint,
        lambda _, change: (
            change.path[0] in endpoint.resource.desired
            and change.way == "add"
            and change.new in ("", 0, False)
            and "probe" not in change.key
        ),
    )


def _of_names(endpoint: Endpoint, normal: Callable[[str], str]) -> Behaviour:
    """Steps that store objects whose members have the same names in a normal form."""

    def alike(moment: Moment, change: Change) -> bool:
        there, here = (get(one, change.path[:-1]) for one in (moment.stored, moment.asked))
        if change.path[0] != "spec" or not isinstance(there, dict) or not isinstance(here, dict):
            return False
        names = [sorted({normal(name) for name in value}) for value in (there, here)]
        return names[0] == names[1] and MISSING in (change.old, change.new)

    return leaking(endpoint, alike)


@fault(*SPEC)
def names_compared_by_their_beginning(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added or renamed. Fields are matched with the pattern ^command, which commandX fits too."""

    def alike(moment: Moment, change: Change) -> bool:
        siblings = get(moment.stored, change.path[:-1])
        known = list(siblings) if isinstance(siblings, dict) else []
        return (
            change.path[0] in endpoint.resource.desired
            and change.old is MISSING
            and any(change.key.startswith(name) for name in known)
        )

    return leaking(endpoint, alike)


@fault(*SPEC)
def names_compared_trimmed(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added or renamed. Names are trimmed before they are matched."""
    return _of_names(endpoint, str.strip)


@fault(*SPEC)
def names_compared_in_any_style(endpoint: Endpoint) -> Behaviour:
    """Breaks: no field is added or renamed. A binding takes restart_policy and restartPolicy for one field."""
    return _of_names(endpoint, lambda name: name.replace("_", "").replace("-", "").lower())
