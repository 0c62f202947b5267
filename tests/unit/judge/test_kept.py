"""Fields that are kept: whatever is to be sent has the stored value there, or is not sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import harmless
from contracts.judge.kept import kept, limits
from tests.unit.judge.replacements import LIVE, put

QUEUE = ("metadata", "labels", "kueue.x-k8s.io/queue-name")
STORED = paths.put(LIVE, QUEUE, "a")
TTL = ("spec", "ttlSecondsAfterFinished")


@pytest.mark.parametrize("labels", [MISSING, None, {}, {"b": "2"}, {QUEUE[-1]: "other"}, {QUEUE[-1]: None}])
def test_a_key_stands_however_its_map_is_sent(labels: Json) -> None:
    wanted = kept([QUEUE], STORED, put(STORED, "metadata.labels", labels))
    rest = {key: value for key, value in (labels or {}).items() if key != QUEUE[-1]} if labels is not MISSING else {}
    assert paths.get(wanted, QUEUE[:-1]) == {**rest, QUEUE[-1]: "a"}


def test_what_is_not_there_is_not_given() -> None:
    assert paths.get(kept([QUEUE], LIVE, STORED), QUEUE) is MISSING
    assert paths.same(kept([QUEUE], LIVE, LIVE), LIVE)
    assert paths.get(kept([TTL], put(LIVE, "spec.ttlSecondsAfterFinished", MISSING), LIVE), TTL) is MISSING


@pytest.mark.parametrize(
    ("name", "value"),
    [("metadata.labels", ["a"]), ("metadata.labels", "x"), ("metadata", None), ("metadata", []), ("metadata", MISSING)],
)
def test_what_cannot_be_kept_is_not_sent(name: str, value: Json) -> None:
    wanted = kept([QUEUE], STORED, put(STORED, name, value))
    assert paths.same(wanted, put(STORED, name, value)), "an attempt stays what it is"
    assert harmless.harmful(limits([QUEUE], STORED), wanted, STORED)


JSON = st.recursive(st.none() | st.text(max_size=3), lambda inner: st.dictionaries(st.text(max_size=3), inner))


@given(JSON, JSON)
def test_what_is_sent_has_the_value_or_is_refused(labels: Json, metadata: Json) -> None:
    for wanted in (put(STORED, "metadata.labels", labels), put(STORED, "metadata", metadata)):
        sent = kept([QUEUE], STORED, wanted)
        stands = paths.same(paths.get(sent, QUEUE), "a")
        assert stands or harmless.harmful(limits([QUEUE], STORED), sent, STORED)
