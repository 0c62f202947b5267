"""Findings → what they have in common: one cause for many of them, named once. Pure.

No text that the suite has made is read here: findings are compared by what they hold as values.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from contracts.report import words
from contracts.report.error_text import alike
from contracts.report.finding import Demand
from contracts.report.model import Cause, CauseKind, RecordedFinding

SPORADIC: Final = "sporadic-failure"
LATE_READ: Final = "read-after-write"
NOT_STORED: Final = "replaceable-fields"
FEWEST_REQUIREMENTS: Final = 2
FEWEST_FINDINGS: Final = 3
MOST_KEPT: Final = 3

_STATUS: Final = (Demand.STATUS, Demand.STATUS_CLASS, Demand.OTHER_STATUS)
_OF_FIELDS: Final = (Demand.STORED, Demand.ANSWERED)
_OF_BODIES: Final = (Demand.MEDIA_TYPE, Demand.JSON, Demand.OBJECT, Demand.ERROR_OBJECT)

_CREDENTIAL: Final = re.compile(r"\b(?:token|credentials?|unauthenticated|not authenticated|api.?key|log ?in)\b", re.I)
_HEADER: Final = re.compile(r"\b(X-[A-Za-z0-9-]+)\b|\bheader\W+([A-Z][\w-]+)|\b([A-Z][\w-]+)\W+header\b|\bheader\b")
_PARAMETER: Final = re.compile(r"\bparameter\W+([\w.-]+)|\bquery\b")
_IMAGE: Final = re.compile(r"\bimages?\b|\bregistr(?:y|ies)\b", re.I)
_REQUIRED: Final = re.compile(r"\brequired?s?\b|\bmissing\b|\bmust (?:have|be set|set|specify|contain|carry)\b", re.I)


@dataclass(frozen=True)
class Totals:
    """What a run has counted beside its findings.

    `requests`: answered requests by method. `failed_methods`: those at which the server failed now and then.
    `replaceable`: dotted paths of the replaceable fields. `stored`: those of them that some replacement has changed.
    """

    requests: Mapping[str, int] = field(default_factory=dict)
    failed_methods: Sequence[str] = ()
    replaceable: Sequence[str] = ()
    stored: Sequence[str] = ()

    def methods(self, finding: RecordedFinding) -> tuple[str, ...]:
        """The methods of the requests that a finding which is a rate is about; none for another one."""
        return {SPORADIC: tuple(self.failed_methods), LATE_READ: ("GET",)}.get(finding.rule, ())

    def of(self, finding: RecordedFinding) -> int:
        """How many requests of these methods there were; 0 where it is no rate."""
        return sum(self.requests.get(method, 0) for method in self.methods(finding))


Found = tuple[str, RecordedFinding]
K = TypeVar("K")


@dataclass(frozen=True)
class _Group:
    """Findings of one cause, by their place in the order in which they were made; `direct`: those that show it."""

    kind: CauseKind
    direct: tuple[int, ...]
    places: tuple[int, ...]
    fields: tuple[str, ...] = ()


def causes(found: Sequence[Found], totals: Totals) -> tuple[Cause, ...]:
    """The causes that explain many findings, or that are a rate; the one that explains the most requirements first.

    `found`: requirement and finding, in the order of time, as often as cases have made them. A finding is explained
    by one cause alone.
    """
    found = [one for one in found if one[1].waiver is None]
    groups = (*_refusals(found, totals), *_answers(found), *_dropped(found, totals), *_bodies(found), *_rates(found))
    left = [one for one in groups if _is_telling(found, one)]
    named, explained = [], set[int]()
    while left:
        left.sort(key=lambda group: (-_size(found, group), group.places[0]))
        group = left.pop(0)
        named.append(_cause(found, group, totals))
        explained.update(group.places)
        left = [kept for one in left if (kept := _without(one, explained)) and _is_telling(found, kept)]
    return tuple(named)


def with_rate(finding: RecordedFinding, totals: Totals) -> RecordedFinding:
    """A finding that is a rate, with what it was found of; any other one as it is."""
    requests = totals.of(finding)
    if not requests:
        return finding
    requests = max(requests, finding.count)
    values = replace(finding.values, count=finding.count, requests=requests)
    rate = words.rate(finding.count, requests, totals.methods(finding))
    return replace(finding, values=values, observed=f"{finding.observed}, {rate}")


def _answers(found: Sequence[Found]) -> Iterator[_Group]:
    """By status of the answer: another success or failure than is due, wherever that was; refusals as below."""

    def key(finding: RecordedFinding) -> int | None:
        wrong = finding.values.demand in _STATUS and not (_is_refused(finding) and _is_due_success(finding))
        return finding.values.status if wrong else None

    for status, places in _grouped(found, key):
        yield _Group(CauseKind.SUCCESS if status < 300 else CauseKind.FAILURE, places, places)


def _refusals(found: Sequence[Found], totals: Totals) -> Iterator[_Group]:
    """By status and text of the answer: requests that should be accepted are refused, and others for the same reason.

    One reason may concern several replaceable fields, of which each text names another one.
    What cases have found without an answer of its own, in series in which one was refused, comes of it as well.
    """

    def key(finding: RecordedFinding) -> tuple[int | None, str] | None:
        wrong = finding.values.demand in _STATUS and _is_refused(finding)
        return (finding.values.status, _reason(finding, totals)) if wrong else None

    for _, places in _grouped(found, key):
        if any(_is_due_success(found[place][1]) for place in places):
            series = {(found[place][0], found[place][1].rule) for place in places}
            follow = [
                place
                for place, (name, one) in enumerate(found)
                if one.values.status is None and one.exchange is None and (name, one.rule) in series
            ]
            yield _Group(CauseKind.REFUSAL, places, tuple(sorted({*places, *follow})))


def _reason(finding: RecordedFinding, totals: Totals) -> str:
    """What a refusal says, whichever replaceable field it names, by its path or by its own name."""
    names = sorted({part for name in totals.replaceable for part in (name, name.rpartition(".")[2])}, key=len)
    named = "|".join(map(re.escape, reversed(names)))
    text = finding.values.note
    return alike(re.sub(rf"(?<![\w.-])(?:{named})(?![\w-])", "…", text) if named else text)


def _is_refused(finding: RecordedFinding) -> bool:
    return finding.values.status is not None and 300 <= finding.values.status < 500


def _is_due_success(finding: RecordedFinding) -> bool:
    """Whether nothing but success is expected of the answer that a finding is about."""
    expected = finding.values.expected
    return bool(expected) and all(one == 2 or (isinstance(one, int) and 200 <= one < 300) for one in expected)


def _dropped(found: Sequence[Found], totals: Totals) -> Iterator[_Group]:
    """By parent: fields that were sent in accepted replacements, and that no replacement has ever changed."""
    accepted = [one.field for _, one in found if one.rule == NOT_STORED and one.values.demand == Demand.STORED]
    lost = [
        name for name in totals.replaceable if name not in totals.stored and any(_is_at(one, name) for one in accepted)
    ]
    for parent in dict.fromkeys(name.rpartition(".")[0] for name in lost):
        fields = tuple(name for name in lost if name.rpartition(".")[0] == parent)
        places = tuple(
            place
            for place, (_, one) in enumerate(found)
            if one.values.demand in _OF_FIELDS and any(_is_at(one.field, name) for name in fields)
        )
        yield _Group(CauseKind.DROPPED, places, places, fields)


def _is_at(path: str, name: str) -> bool:
    return path == name or path.startswith((f"{name}.", f"{name}["))


def _bodies(found: Sequence[Found]) -> Iterator[_Group]:
    """By what was observed: bodies of another type than JSON, or that are no object, wherever one is due."""

    def key(finding: RecordedFinding) -> tuple[str, str] | None:
        values = finding.values
        if values.demand not in _OF_BODIES:
            return None
        return finding.field, alike(values.note) or json.dumps(values.observed, sort_keys=True)

    yield from (_Group(CauseKind.BODY, places, places) for _, places in _grouped(found, key))


def _rates(found: Sequence[Found]) -> Iterator[_Group]:
    """What fails, or lags behind, now and then."""
    for rule, kind in ((SPORADIC, CauseKind.SPORADIC), (LATE_READ, CauseKind.LAG)):

        def key(finding: RecordedFinding, rule: str = rule) -> int | None:
            return (finding.values.status or 0) if finding.rule == rule else None

        yield from (_Group(kind, places, places) for _, places in _grouped(found, key))


def _grouped(found: Sequence[Found], key: Callable[[RecordedFinding], K | None]) -> Iterable[tuple[K, tuple[int, ...]]]:
    """The places of the findings that have a key in common, by key."""
    groups: dict[K, list[int]] = {}
    for place, (_, one) in enumerate(found):
        if (name := key(one)) is not None:
            groups.setdefault(name, []).append(place)
    return [(name, tuple(places)) for name, places in groups.items()]


def _size(found: Sequence[Found], group: _Group) -> int:
    return len({found[place][0] for place in group.places})


def _without(group: _Group, explained: set[int]) -> _Group | None:
    direct, places = (tuple(one for one in each if one not in explained) for each in (group.direct, group.places))
    return replace(group, direct=direct, places=places) if direct else None


def _is_telling(found: Sequence[Found], group: _Group) -> bool:
    """Whether a group explains so much that it is a cause; what is a rate always does."""
    if group.kind in (CauseKind.SPORADIC, CauseKind.LAG):
        return True
    explained = {(found[place][0], found[place][1].id) for place in group.places}
    enough = group.kind in (CauseKind.REFUSAL, CauseKind.DROPPED) and len(explained) >= FEWEST_FINDINGS
    return enough or _size(found, group) >= FEWEST_REQUIREMENTS


def _cause(found: Sequence[Found], group: _Group, totals: Totals) -> Cause:
    direct = [found[place][1] for place in group.direct]
    first = next((one for one in direct if one.exchange), direct[0])
    count, requests = sum(one.count for one in direct), totals.of(first)
    same_note = len({_reason(one, totals) for one in direct}) == 1
    whole = {one.rpartition(".")[0] for one in group.fields}
    siblings = tuple(one for one in totals.replaceable if one.rpartition(".")[0] in whole)
    made = Cause(
        kind=group.kind,
        message="",
        requirements=tuple(dict.fromkeys(found[place][0] for place in group.places)),
        findings=len({(found[place][0], found[place][1].id) for place in group.places}),
        count=count,
        requests=max(requests, count) if requests else None,
        methods=totals.methods(first),
        status=first.values.status,
        note=first.values.note if same_note else "",
        fields=group.fields,
        options=_options(direct, totals.replaceable) if group.kind is CauseKind.REFUSAL else (),
        finding=first.id,
        exchange=first.exchange,
    )
    return replace(made, message=words.cause(made, len(siblings)))


def _options(refused: Sequence[RecordedFinding], replaceable: Sequence[str]) -> tuple[str, ...]:
    """The options that may help where requests are refused, as far as the target's text says what it wants."""
    text, status = refused[0].values.note, refused[0].values.status
    named = [one.values.named for one in refused if one.values.named]
    # A key that the run has made up is another one in each request.
    kept = [name for name in dict.fromkeys(named[0]) if all(name in one for one in named)] if named else []
    if len(named) == len(refused) and all(set(one) & set(replaceable) for one in named):
        kept = kept or [name for name in replaceable if any(name in one for one in named)]
    if status == 401 or _CREDENTIAL.search(text):
        return ("--token-file=FILE",)
    if kept:
        return tuple(f"--keep={name}" for name in kept[:MOST_KEPT])
    if header := _HEADER.search(text):
        return (f"--header={next(filter(None, header.groups()), 'NAME')}: VALUE",)
    if parameter := _PARAMETER.search(text):
        return (f"--query={parameter[1] or 'NAME'}=VALUE",)
    if _IMAGE.search(text):
        return ("--image=IMAGE",)
    return ("--object=FILE",) if _REQUIRED.search(text) else ()
