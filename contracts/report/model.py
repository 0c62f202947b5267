"""The result model: what a run found, as frozen values, and the pure rules that turn cases into a verdict.

The shape is that of the record `conformance.json`, whose schema lies beside it; every writer reads this model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.report.recorded import Cause as Cause
from contracts.report.recorded import CauseKind as CauseKind
from contracts.report.recorded import RecordedExchange as RecordedExchange
from contracts.report.recorded import RecordedFinding as RecordedFinding
from contracts.report.recorded import Values as Values
from contracts.report.recorded import Waived as Waived
from contracts.report.sources import Document as Document
from contracts.report.sources import Source as Source
from contracts.report.tested import Har as Har
from contracts.report.tested import Implementation as Implementation
from contracts.report.tested import Specification as Specification
from contracts.report.tested import Suite as Suite
from contracts.report.tested import Target as Target

SCHEMA_VERSION = "1"
# Of one requirement, so many are shown; a run may have found more.
MOST_FINDINGS = 10


class Outcome(StrEnum):
    """What became of one case or one requirement."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"
    ERROR = "error"


class Verdict(StrEnum):
    """What a whole run says about the target."""

    CONFORMANT = "conformant"
    PARTIAL = "partial"
    NONCONFORMANT = "nonconformant"
    ERROR = "error"


class Treatment(StrEnum):
    """How the target treats a change of an immutable field group; each of the three may conform."""

    REFUSED = "refused"
    IGNORED = "ignored"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One judged case. A skipped case that is `optional` does not keep its requirement from passing.

    `findings`: the ids of what it found against the requirement that it is listed under. `not_tried`: what of it an
    adopted object was not sent, as that could harm it: dotted paths of fields, or words. `requests`: how many of the
    run's requests were its own. `first_finding`: after how many of them the first of `findings` came up.
    """

    id: str
    outcome: Outcome
    duration_seconds: float = 0.0
    optional: bool = False
    reason: str = ""
    findings: tuple[str, ...] = ()
    not_tried: tuple[str, ...] = ()
    requests: int = 0
    first_finding: int | None = None


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """One requirement, how it was judged and why; `reason` explains every outcome that is not a judgement.

    `finding_count`: how many findings against it count (are not waived), also those that are not shown. `not_tried`:
    what of it an adopted object was not sent, by any of its cases.
    """

    id: str
    family: str
    level: str
    statement: str
    source: Source
    outcome: Outcome
    reason: str = ""
    cases: tuple[CaseResult, ...] = ()
    findings: tuple[RecordedFinding, ...] = ()
    finding_count: int = 0
    not_tried: tuple[str, ...] = ()

    @property
    def counting(self) -> int:
        """How many findings against it count; of a record that does not say so, those that it shows."""
        return max(self.finding_count, sum(one.waiver is None for one in self.findings))


@dataclass(frozen=True, slots=True)
class DocumentGaps:
    """Statuses and fields that the API conventions define and the document leaves out."""

    statuses: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercised:
    """One element of the specification, and in how many replacements of a run it was sent, accepted and refused.

    `kind`: parameter, property, value, error property or status. `level`: whether the document shows it, or only
    the API conventions do. `shown`: in how many answers it was. `values`: how many different values were sent (16 are
    16 or more).
    """

    kind: str
    name: str
    level: str
    sent: int = 0
    accepted: int = 0
    refused: int = 0
    shown: int = 0
    values: int = 0

    @property
    def exercised(self) -> bool:
        """Whether the run came across it at all."""
        return bool(self.sent or self.shown)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the specification a run has exercised, with how many replacements."""

    replacements: int = 0
    elements: tuple[Exercised, ...] = ()


@dataclass(frozen=True, slots=True)
class Latency:
    """How many answers there were, and within how many milliseconds so many percent of them came, by percentile."""

    answers: int
    percentiles: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NotTried:
    """What of a field an adopted object was not sent, as a controller could have ended or deleted it: numbers below
    one, or, of a field with few values, all but those `allowed` beside the owner's.
    """

    field: str
    below: int | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observations:
    """What the target did where the document leaves a choice; `statuses`: answers by status, `latency`: by method.

    `server_added`, `other_writers`: dotted paths of what the server itself adds to whatever is sent, and of what
    somebody else has written during the run.
    `credentials`: by what was shown in place of the valid credential, the statuses. `error_bodies`: how often the body
    of an error had which form. `boundaries`: by value that no source speaks of ("FIELD: VALUE"), what became of it.
    `object_under_test`: what it was made from; `dropped`: what of that is not stored, as dotted paths.
    """

    immutability: Mapping[str, Treatment] = field(default_factory=dict)
    statuses: Mapping[int, int] = field(default_factory=dict)
    document_gaps: DocumentGaps = DocumentGaps()
    coverage: Coverage = Coverage()
    latency: Mapping[str, Latency] = field(default_factory=dict)
    not_tried: tuple[NotTried, ...] = ()
    server_added: tuple[str, ...] = ()
    other_writers: tuple[str, ...] = ()
    credentials: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    error_bodies: Mapping[str, int] = field(default_factory=dict)
    boundaries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    object_under_test: str = ""
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How many generated requests were sent, and how many of them the target answered with 2xx."""

    sent: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class FirstFinding:
    """When the first finding came up: after how many requests, and how many seconds of the run."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Setting:
    """An option that was in effect, its value (never a secret), and whether that is another than by default."""

    name: str
    value: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Traced:
    """One unit of the page (a sentence, a bullet, a row of a table, …), what holds it, and who judges it.

    `holds`: what it says, in our words. `elements`: JSON pointers into the derived specification. `requirements`: ids.
    `reason`: why no requirement is about it; one that has neither is uncovered.
    """

    kind: str
    section: str
    lines: str
    holds: str
    elements: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    reason: str = ""

    @property
    def uncovered(self) -> bool:
        """Whether no requirement is about it, and nobody has said why."""
        return not self.requirements and not self.reason


@dataclass(frozen=True, slots=True)
class Report:
    """One run. The two times carry a time zone; `error` says in one line what kept the run from judging, `error_kind`
    what sort of problem that is (`contracts/report/error_kinds.py`). `weakened`: why it judged less than a usual one,
    a line for each reason.

    `command`: the line that makes the run again, without any secret; empty where that is not known. `traceability`: of
    what the page consists, and who judges it. `configuration`, `versions`: what was in effect, and what judged.
    `waiver_problems`: waivers that have expired or are not needed any more, a line each; they make the run fail.
    `causes`: what explains many findings, the most requirements first. `har`: None where none was written.
    """

    suite: Suite
    document: Document
    spec: Specification
    target: Target
    profile: str
    seed: int
    started_at: datetime
    finished_at: datetime
    duration_seconds: float
    requests: int
    verdict: Verdict
    causes: tuple[Cause, ...] = field(default=(), kw_only=True)
    requirements: tuple[RequirementResult, ...]
    observed: Observations
    exit_status: int
    acceptance: Mapping[str, Acceptance] = field(default_factory=dict)
    error: str = ""
    error_kind: str = ""
    weakened: tuple[str, ...] = ()
    first_finding: FirstFinding | None = None
    waiver_problems: tuple[str, ...] = ()
    implementation: Implementation = field(default_factory=Implementation)
    har: Har | None = None
    command: str = ""
    traceability: tuple[Traced, ...] = ()
    configuration: tuple[Setting, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or self.finished_at.tzinfo is None:
            raise ValueError("started_at and finished_at need a time zone")

    @property
    def endpoint(self) -> str:
        """What the run was told that the endpoint is called; empty where it was told nothing."""
        return next((one.value for one in self.configuration if one.name == "endpoint"), "")

    @property
    def tested(self) -> str:
        """What was judged, in words."""
        return self.target.place + (" (the embedded reference endpoint)" if self.is_of_reference else "")

    @property
    def is_of_reference(self) -> bool:
        """Whether the suite's own reference endpoint was judged, as no option named a target."""
        given = {one.name: one.value for one in self.configuration}
        named = given.keys() & {"target", "kubeconfig", "context"} or given.get("in-cluster") == "true"
        return bool(given) and not named

    def having(self, outcome: Outcome) -> tuple[RequirementResult, ...]:
        """The requirements with this outcome, in the report's order."""
        return tuple(each for each in self.requirements if each.outcome is outcome)
