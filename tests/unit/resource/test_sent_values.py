"""What a run has sent is known again: whole values, keys of maps, and that a key was left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.resource.sent_values import SentValues

LABELS, TTL = ("metadata", "labels"), ("spec", "ttl")
MAPS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["1", "2"]), max_size=3)
TTLS = st.sampled_from([MISSING, None, 1, 2])


def value(labels: Json, ttl: Json) -> Json:
    return paths.put(paths.put({}, LABELS, labels), TTL, ttl)


@given(st.lists(st.tuples(MAPS, TTLS), max_size=4), st.sampled_from("abc"), st.sampled_from([MISSING, "1", "2"]), TTLS)
def test_what_was_sent_is_known_and_nothing_else(
    sent: list[tuple[Json, Json]], key: str, item: Json, ttl: Json
) -> None:
    values = SentValues([LABELS, TTL])
    for labels, seconds in sent:
        values.note(value(labels, seconds))
    assert values.holds((*LABELS, key), item) == any(paths.same(one.get(key, MISSING), item) for one, _ in sent)
    nothing = (MISSING, None)
    known = [paths.same(one, ttl) or (one in nothing and ttl in nothing) for _, one in sent]
    assert values.holds(TTL, ttl) == any(known)


@pytest.mark.parametrize(("path", "item"), [((*LABELS, "b"), "1"), (LABELS, {"a": "1"}), (("spec", "other"), 1)])
def test_what_was_never_sent_is_not_known(path: Path, item: Json) -> None:
    values = SentValues([LABELS, TTL])
    values.note(value({"a": "1", "b": "2"}, 1))
    assert not values.holds(path, item)
