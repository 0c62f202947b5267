"""Strategies for what the processes of a run come to: findings, records of cases, partial results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from contracts.report.model import Acceptance, DocumentGaps, Outcome, RecordedExchange, RecordedFinding, Values, Waived
from contracts.run.evidence import WITNESSES
from contracts.run.measurements import Tally
from contracts.run.partial_result import CaseRecord, Found, PartialResult

REQUIREMENTS = (
    "status.200",
    "replaceable.labels",
    "immutable.status",
    "immutable.atomic",
    "pretty.same-effect",
    "concurrency.version-advances",
)
TEXTS = st.text(max_size=8) | st.sampled_from(["\ud83d", "a\udfffb", '"', "\n", "é✓"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
SECONDS = st.floats(0, 1e6)
COUNTS = st.integers(0, 9)
WAIVED = st.builds(Waived, TEXTS, TEXTS, st.just("2026-05-01"))
EXCHANGES = st.builds(
    RecordedExchange,
    st.just("PUT"),
    TEXTS,
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    TEXTS,
    st.integers(0, 599),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    TEXTS,
    SECONDS,
)
FINDINGS = st.builds(
    RecordedFinding,
    message=TEXTS,
    field=TEXTS,
    expected=TEXTS,
    observed=TEXTS,
    reproduce=TEXTS,
    change=st.lists(st.dictionaries(TEXTS, JSON, max_size=2), max_size=2).map(tuple),
    waiver=st.none() | WAIVED,
    id=st.sampled_from([f"{number:06x}" for number in range(14)]),
    rule=TEXTS,
    count=st.integers(1, 5),
    values=st.builds(Values, st.lists(JSON, max_size=2).map(tuple), JSON, st.none() | st.integers(100, 599)),
    exchange=st.none() | EXCHANGES,
)


@st.composite
def case_records(draw: st.DrawFn, size: int = 6, wild: bool = False) -> tuple[CaseRecord, ...]:
    """Records of different cases, each finding of all at another second; `wild`: with values of every kind."""
    finding = (
        FINDINGS
        if wild
        else st.builds(
            lambda identity, waived, count: replace(PLAIN, id=identity, waiver=WAIVER if waived else None, count=count),
            st.sampled_from([f"{number:06x}" for number in range(14)]),
            st.booleans(),
            st.integers(1, 3),
        )
    )
    moments = draw(st.permutations(range(size * 4)))
    made = []
    for number in range(draw(st.integers(0, size))):
        began = draw(COUNTS)
        found = draw(st.lists(st.tuples(st.sampled_from(REQUIREMENTS), finding), max_size=4))
        outcome = draw(st.sampled_from([Outcome.PASSED, Outcome.PASSED, Outcome.SKIPPED, Outcome.ERROR]))
        made.append(
            CaseRecord(
                f"test_it.py::test_{number}",
                tuple(draw(st.lists(st.sampled_from(REQUIREMENTS), min_size=1, max_size=3, unique=True))),
                outcome,
                "" if outcome is Outcome.PASSED else f"why {number}",
                draw(SECONDS),
                outcome is Outcome.SKIPPED and draw(st.booleans()),
                tuple(
                    Found(name, one, began + draw(COUNTS), float(moments[4 * number + place]))
                    for place, (name, one) in enumerate(found)
                ),
                began,
                began + draw(COUNTS),
            )
        )
    return tuple(made)


PLAIN = RecordedFinding("it changed", "spec.x", "1", "2", "curl")
WAIVER = Waived("known", "T-1", "2026-05-01")
TALLIES = st.builds(
    lambda replacements, marks: Tally(replacements, values={0: tuple(sorted(marks))}),
    COUNTS,
    st.sets(COUNTS, max_size=3),
)
PARTS = st.builds(
    PartialResult,
    opened=st.booleans(),
    url=st.just("http://127.0.0.1:1"),
    requests=COUNTS,
    statuses=st.dictionaries(st.sampled_from([200, 403, 409]), COUNTS, max_size=2),
    coverage=TALLIES,
    latency=st.dictionaries(
        st.sampled_from(["GET", "PUT"]), st.dictionaries(st.integers(0, 300), st.integers(1, 9), max_size=3), max_size=2
    ),
    treatment=st.dictionaries(
        st.sampled_from(["spec", "status"]),
        st.sets(st.sampled_from(["refused", "ignored"]), min_size=1).map(lambda ways: tuple(sorted(ways))),
        max_size=2,
    ),
    gaps=st.builds(
        DocumentGaps,
        st.sets(st.sampled_from([404, 409])).map(lambda found: tuple(sorted(found))),
        st.sets(st.sampled_from(["metadata.finalizers"])).map(lambda found: tuple(sorted(found))),
    ),
    judged=COUNTS,
    positive=st.builds(Acceptance, COUNTS, COUNTS),
    witnessed=st.sets(st.sampled_from(sorted(WITNESSES))).map(lambda names: tuple(sorted(names))),
    deselected=st.sets(st.sampled_from(REQUIREMENTS), max_size=1).map(lambda names: tuple(sorted(names))),
    gave_up=st.booleans(),
)


def planned(records: tuple[CaseRecord, ...]) -> Mapping[str, tuple[str, ...]]:
    """The cases of some records as they are planned before they are run."""
    return {record.id: record.requirements for record in records}
