"""Reports that the tests of every writer share, and strategies for any report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from contracts.report.error_kinds import ErrorKind
from contracts.report.model import (
    Acceptance,
    CaseResult,
    Cause,
    CauseKind,
    Coverage,
    Document,
    DocumentGaps,
    Exercised,
    Implementation,
    Latency,
    Observations,
    Outcome,
    RecordedExchange,
    RecordedFinding,
    Report,
    RequirementResult,
    Setting,
    Source,
    Specification,
    Suite,
    Target,
    Traced,
    Treatment,
    Verdict,
    Waived,
)
from contracts.report.recorded import RequestId

START = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
FINDING = RecordedFinding("replicas changed", "spec.replicas", "refused", "200", "sh reproduce/3f2a91.sh")
PASSED = RequirementResult(
    id="pretty.default",
    family="pretty",
    level="document",
    statement="It holds.",
    source=Source("URI", "41-43"),
    outcome=Outcome.PASSED,
    cases=(CaseResult("pretty.default[1]", Outcome.PASSED, 0.5),),
)
FAILED = replace(
    PASSED, id="immutable.status", family="immutable", outcome=Outcome.FAILED, findings=(FINDING,), cases=()
)
SOUND = Report(
    suite=Suite("0.1.0"),
    document=Document("Replacing", "2023-12-21", "a" * 64),
    spec=Specification("b" * 64),
    target=Target("http://localhost", "default"),
    profile="document",
    seed=2**80,
    started_at=START,
    finished_at=START + timedelta(seconds=2),
    duration_seconds=2.0,
    requests=20,
    verdict=Verdict.NONCONFORMANT,
    requirements=(PASSED, FAILED),
    observed=Observations(
        {"status": Treatment.IGNORED},
        {403: 3, 200: 17},
        DocumentGaps((409,), ("metadata.finalizers",)),
        Coverage(
            20,
            (
                Exercised("property", "spec.cleanPodPolicy", "document", 20, 17, 3, 17, 16),
                Exercised("property", "spec.backoffLimit", "kubernetes", 0, 0, 0, 0, 0),
                Exercised("status", "403", "document", 0, 0, 0, 3, 0),
            ),
        ),
        {"PUT": Latency(20, {"50": 1.5, "90": 2.5, "99": 20.0, "100": 33.0}), "POST": Latency(1, {"50": 9.9})},
    ),
    exit_status=1,
    acceptance={"positive": Acceptance(10, 9)},
    implementation=Implementation("Jobs API", "7.1", "Example", "api@example.org"),
    command="pytorchjob-contract run --seed=1",
    traceability=(
        Traced("row", "URI", "41-43", "optional", ("/paths/~1a~1{b}/put/parameters/0",), ("pretty.default",)),
        Traced("heading", "URI", "40", "section", (), (), "a heading"),
        Traced("sentence", "URI", "44", "nobody has read it"),
    ),
    configuration=(Setting("seed", "1", True), Setting("token", "***", True), Setting("workers", "1", False)),
    versions={"python": "3.99.1", "schemathesis": "4.99"},
)

words = st.text(min_size=1, max_size=20)
counts = st.integers(0, 2**40)
seconds = st.floats(0, 1e6)
times = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC))
sources = st.builds(Source, words, st.text(max_size=5))
case_results = st.builds(CaseResult, words, st.sampled_from(Outcome), seconds, st.booleans(), st.text())
waived = st.none() | st.builds(Waived, st.text(), st.text(), st.text())
findings = st.builds(RecordedFinding, words, st.text(), st.text(), st.text(), st.text(), waiver=waived)
requirement_results = st.builds(
    RequirementResult,
    words,
    words,
    st.sampled_from(["document", "kubernetes"]),
    words,
    sources,
    st.sampled_from(Outcome),
    st.text(),
    st.lists(case_results, max_size=3).map(tuple),
    st.lists(findings, max_size=3).map(tuple),
    st.integers(0, 99),
)
observations = st.builds(
    Observations,
    st.dictionaries(words, st.sampled_from(Treatment), max_size=3),
    st.dictionaries(st.integers(100, 999), counts, max_size=3),
    st.builds(DocumentGaps, st.lists(st.integers(100, 999)).map(tuple), st.lists(words).map(tuple)),
    st.builds(
        Coverage,
        counts,
        st.lists(
            st.builds(
                Exercised,
                st.sampled_from(["parameter", "property", "value", "error property", "status"]),
                words,
                st.sampled_from(["document", "kubernetes"]),
                *(counts for _ in range(4)),
                st.integers(0, 16),
            ),
            max_size=3,
        ).map(tuple),
    ),
    st.dictionaries(words, st.builds(Latency, counts, st.just({"50": 1.5, "99.9": 3.0})), max_size=2),
)
traced = st.builds(
    Traced,
    words,
    st.text(),
    st.sampled_from(["7", "7-13"]),
    words,
    st.lists(st.text(), max_size=2).map(tuple),
    st.lists(words, max_size=2).map(tuple),
    st.text(),
)
exchanges = st.builds(
    RecordedExchange,
    words,
    st.text(),
    st.dictionaries(words, st.text(), max_size=2),
    st.text(),
    st.integers(0, 599),
    st.dictionaries(words, st.text(), max_size=2),
    st.text(),
    seconds,
    st.sampled_from(["", "2026-01-02T03:04:05.678+00:00"]),
    st.none() | st.builds(RequestId, words, words),
)
causes = st.builds(
    Cause,
    st.sampled_from(CauseKind),
    words,
    st.lists(words, min_size=1, max_size=9).map(tuple),
    st.integers(1, 99),
    st.integers(1, 99),
    st.none() | st.integers(1, 10**6),
    st.lists(words, max_size=2).map(tuple),
    st.none() | st.integers(100, 599),
    st.text(),
    st.lists(words, max_size=3).map(tuple),
    st.lists(words, max_size=3).map(tuple),
    st.text(),
    st.none() | exchanges,
)
reports = st.builds(
    Report,
    suite=st.builds(Suite, words, st.none() | words),
    document=st.builds(Document, words, words, st.just("a" * 64)),
    spec=st.builds(Specification, st.just("b" * 64)),
    target=st.builds(Target, st.text(), st.text()),
    profile=st.sampled_from(["kubernetes", "document"]),
    seed=st.integers(),
    started_at=times,
    finished_at=times,
    duration_seconds=seconds,
    requests=counts,
    verdict=st.sampled_from(Verdict),
    causes=st.lists(causes, max_size=3).map(tuple),
    requirements=st.lists(requirement_results, max_size=3).map(tuple),
    observed=observations,
    exit_status=st.integers(0, 3),
    acceptance=st.dictionaries(words, st.builds(Acceptance, counts, counts), max_size=2),
    error=st.text(),
    error_kind=st.sampled_from(ErrorKind).map(str),
    weakened=st.lists(words, max_size=2).map(tuple),
    waiver_problems=st.lists(words, max_size=2).map(tuple),
    traceability=st.lists(traced, max_size=3).map(tuple),
    configuration=st.lists(st.builds(Setting, words, st.text(), st.booleans()), max_size=3).map(tuple),
    versions=st.dictionaries(words, st.text(), max_size=2),
).map(lambda report: report if report.error else replace(report, error_kind=""))
