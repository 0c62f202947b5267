"""Family replaceable: maps of texts that a store, a template or a formatter takes apart otherwise than it was sent."""

from __future__ import annotations

import re

from contracts.reference.behaviour import Behaviour
from contracts.reference.status_error import internal_error
from tests.faults.catalogue import Endpoint, fault
from tests.faults.support.making import decoding
from tests.faults.support.maps import MAPS, Texts, altering_maps

# Words that YAML 1.1 reads as truth values or as nothing.
WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false", "null": "None"}


@fault(*MAPS)
def keys_that_are_folders_of_others_lost(endpoint: Endpoint) -> Behaviour:
    """Breaks: all keys are stored. Entries are files in a tree, where "app" is either a file or the folder of
    "app/name".
    """
    return altering_maps(
        endpoint,
        lambda _, sent: {key: sent[key] for key in sent if not any(key.startswith(f"{one}/") for one in sent)},
    )


@fault(*MAPS)
def keys_re_typed(endpoint: Endpoint) -> Behaviour:
    """Breaks: a key is stored as it was sent. Objects go through YAML, where a key is a value too: 1.10, 0010, yes."""

    def typed(key: str) -> str:
        if re.fullmatch(r"\d+\.\d+", key):
            return str(float(key))
        return key.lstrip("0") if re.fullmatch(r"0+[1-9]\d*", key) else WORDS.get(key, key)

    return altering_maps(endpoint, lambda _, sent: {typed(key): text for key, text in sent.items()})


@fault("replaceable.annotations", "replaceable.sequence", "replaceable.together")
def maps_compared_as_they_are_printed(endpoint: Endpoint) -> Behaviour:
    """Breaks: annotations are stored as sent. Maps are compared by what toString() makes of them: {a=1, b=2}."""

    def printed(texts: Texts) -> str:
        return ", ".join(f"{key}={text}" for key, text in sorted(texts.items()))

    return altering_maps(endpoint, lambda old, sent: old if printed(old) == printed(sent) else sent)


@fault("replaceable.annotations", "replaceable.together")
def dollars_of_replacements_expanded(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. It is put into a template by String.replace of JavaScript,
    where $$ is a dollar and $& is what was found.
    """
    return altering_maps(
        endpoint,
        lambda _, sent: {key: text.replace("$$", "$").replace("$&", "VALUE") for key, text in sent.items()},
    )


@fault("status.500", "replaceable.annotations", "replaceable.labels")
def braces_of_formats_crash(endpoint: Endpoint) -> Behaviour:
    """Breaks: a correct request is no 500. What is to be logged is made part of the format: {0} has no argument."""

    def change(_: Texts, sent: Texts) -> Texts:
        if any(re.search(r"\{\d*\}", text) for text in sent.values()):
            raise internal_error("Replacement index 0 out of range for positional args tuple")
        return sent

    return altering_maps(endpoint, change)


@fault("replaceable.invalid-refused")
def pairs_taken_for_a_map(endpoint: Endpoint) -> Behaviour:
    """Breaks: a value of another type is refused. A list of pairs of key and value is the form of the cloud's tags."""

    def read(body: bytes) -> bytes:
        return re.sub(rb'\[\{"key": ?"([^"]+)", ?"value": ?"([^"]*)"\}\]', rb'{"\1": "\2"}', body)

    return decoding(endpoint, read).steps


@fault(*MAPS)
def removals_looked_for_at_the_ends(endpoint: Endpoint) -> Behaviour:
    """Breaks: a key that is left out goes. Two sorted lists are compared from both ends, and what lies between two keys
    that stay is only looked at for what comes.
    """

    def change(old: Texts, sent: Texts) -> Texts:
        first, *between, last = sorted(old) if len(old) > 1 else ("", "")
        kept = {key: old[key] for key in between if key not in sent}
        return {**sent, **kept} if first in sent and last in sent else sent

    return altering_maps(endpoint, change)


@fault(*MAPS)
def changes_looked_for_at_the_ends(endpoint: Endpoint) -> Behaviour:
    """Breaks: a key has the value that was sent. Two maps of the same keys are taken for the same by their first and
    their last entry.
    """

    def change(old: Texts, sent: Texts) -> Texts:
        ends = sorted(sent)[:1] + sorted(sent)[-1:]
        return old if old.keys() == sent.keys() and all(old[key] == sent[key] for key in ends) else sent

    return altering_maps(endpoint, change)


@fault("replaceable.annotations", "replaceable.sequence", "replaceable.together")
def texts_compared_by_their_end(endpoint: Endpoint) -> Behaviour:
    """Breaks: an annotation has the value that was sent. Long texts are compared by their last hundred characters,
    since their beginning is mostly the same.
    """

    def change(old: Texts, sent: Texts) -> Texts:
        known = {key: old.get(key, text) for key, text in sent.items()}
        return {key: known[key] if text[-100:] == known[key][-100:] else text for key, text in sent.items()}

    return altering_maps(endpoint, change)
