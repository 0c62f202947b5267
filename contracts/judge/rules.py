"""(before, request, response, after) → findings. Pure: no network, no clock, no randomness.

Every replacement of a run, whatever its case asks, goes through all rules here, so that a fault shows wherever it
appears. A rule is a function of scope and replacement that yields findings; its name is what it judges.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from contracts.jsonvalue import layout, paths
from contracts.jsonvalue.paths import MISSING, Difference, Json, Path
from contracts.judge.model import Replacement, Response, Scope
from contracts.judge.response_rules import RESPONSE_ALONE_RULES, RESPONSE_RULES, owner_of_replaceable
from contracts.judge.stored import NOTHING, deviations, emptied_status, lost_status
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.spec.fields import GENERATION, STATUS, VERSION

MOST_OF_A_RULE: Final = 100

Rule = Callable[[Scope, Replacement], Iterator[Finding]]


def judge(scope: Scope, replacement: Replacement) -> tuple[Finding, ...]:
    """Every way in which the replacement breaks a requirement that the scope's profile judges.

    Of the fields that an answer of thousands gets wrong, each rule names the first few.
    """
    return _judged(RULES, scope, replacement)


def judge_response(scope: Scope, response: Response) -> tuple[Finding, ...]:
    """What a response alone, to a request that says nothing of the object under test, breaks."""
    nothing = Replacement(MISSING, MISSING, response, MISSING, authorized=False)
    return _judged(RESPONSE_ALONE_RULES, scope, nothing)


def judge_answer(scope: Scope, replacement: Replacement) -> tuple[Finding, ...]:
    """What the answer to a replacement breaks, whatever was sent and is stored: status, type, form, what it shows."""
    return _judged(RESPONSE_RULES, scope, replacement)


def _judged(rules: Iterable[Rule], scope: Scope, replacement: Replacement) -> tuple[Finding, ...]:
    found = (finding for rule in rules for finding in islice(applied(rule, scope, replacement), MOST_OF_A_RULE))
    return tuple(finding for finding in found if scope.judges(finding.requirement))


def applied(rule: Rule, scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """What a rule finds, each finding with the rule's name and the attempt that was made."""
    name = rule.__name__.replace("_", "-")
    for finding in rule(scope, replacement):
        yield replace(finding, rule=name, attempt=replacement.mutation)


def changed(scope: Scope, replacement: Replacement) -> bool:
    """Whether the stored object is another one than before, what servers and controllers write aside."""
    return any(paths.differences(replacement.before, replacement.after, spared=scope.volatile))


def _stored(requirement: str, replacement: Replacement, change: Difference, demand: Demand = Demand.STORED) -> Finding:
    """A finding about a field that is stored as it is after the change, and not as before it."""
    observed = Observed(Seen.STORED, replacement.response.status, change.after)
    return Finding(requirement, Expected(demand, (change.before,)), observed, change.path)


def accepted_status(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """An accepted replacement of an existing object is 200, never 201 or another 2xx (RFC 9110, 9.3.4)."""
    status = replacement.response.status
    if not replacement.response.accepted or status == 200:
        return
    for requirement in ("status.200", *(("status.201",) if status == 201 else ())):
        yield Finding(requirement, Expected(Demand.STATUS, (200,)), Observed(Seen.STATUS, status))


def replaceable_fields(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """After an accepted replacement each replaceable field has the value that was sent."""
    if not replacement.response.accepted or not isinstance(replacement.sent, dict) or replacement.after is MISSING:
        return
    for path in scope.replaceable:
        for change in deviations(path, replacement.sent, replacement.before, replacement.after, replacement.added):
            yield _stored(owner_of_replaceable(scope, replacement, change.path), replacement, change)


def unchanged_rest(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """Whatever was answered, nothing outside the replaceable fields changes."""
    if replacement.after is MISSING:
        observed = Observed(Seen.STORED, replacement.response.status)
        yield Finding("immutable.identity", Expected(Demand.PRESENT), observed)
        return
    spared = (*scope.replaceable, *scope.volatile)
    for change in paths.differences(replacement.before, replacement.after, spared=spared):
        own = replacement.added.stamps(change.path, replacement.sent, change.after)
        if not own and not paths.starts_with(change.path, scope.gaps):
            yield _changed(scope, replacement, change)


def stored_status(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A status that the client sends is not stored; what a controller writes meanwhile is not the client's.

    No controller takes the whole status away: one that is gone with an accepted replacement went with it. Nor does
    one take away just what is empty, which writers do that leave out what is nothing.
    """
    if not isinstance(replacement.sent, dict) or replacement.after is MISSING:
        return
    before, sent = (paths.get(value, STATUS) for value in (replacement.before, replacement.sent))
    stored = paths.get(replacement.after, STATUS)
    if lost_status(replacement.before, replacement.after) and paths.same(sent, before):
        yield _changed(scope, replacement, Difference(STATUS, before, stored))
    if replacement.response.accepted and not replacement.disturbed and paths.same(sent, before):
        for path in emptied_status(replacement.before, replacement.after):
            yield _changed(scope, replacement, Difference((*STATUS, *path), paths.get(before, path), MISSING))
    for change in paths.differences(before, sent):
        now = paths.get(stored, change.path)
        if paths.same(now, change.after) or (
            now in NOTHING and change.after in NOTHING and change.before not in NOTHING
        ):
            yield _changed(scope, replacement, Difference((*STATUS, *change.path), change.before, now))
    for path, value in _elsewhere(before, sent, stored) if isinstance(before, dict) else ():
        yield _changed(scope, replacement, Difference((*STATUS, *path), paths.get(before, path), value))


def losses(scope: Scope, replacement: Replacement) -> tuple[Finding, ...]:
    """What an object has lost by a replacement that was accepted, of what no replacement may change."""
    found = (*applied(unchanged_rest, scope, replacement), *applied(stored_status, scope, replacement))
    return tuple(one for one in found if one.observed.value is MISSING and one.path)


def _elsewhere(before: Json, sent: Json, stored: Json) -> Iterator[tuple[Path, Json]]:
    """Texts of a client's status, new there, that came to stand in the stored one where the client did not put them."""
    changes = [*paths.differences(before, sent)]
    leaves = [value for one in changes for value in (one.after, *(item for _, item in paths.walk(one.after)))]
    known = {value for _, value in paths.walk(before) if isinstance(value, str)}
    told = {value for value in leaves if isinstance(value, str)} - known
    for path, value in paths.walk(stored) if told else ():
        if isinstance(value, str) and value in told and not paths.same(paths.get(sent, path), value):
            yield path, value


def _changed(scope: Scope, replacement: Replacement, change: Difference) -> Finding:
    owner = scope.contract.owner(change.path, "immutable")
    return _stored(owner, replacement, change, Demand.REFUSED_OR_UNCHANGED)


def refusal(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """After 4xx the object is as it was, what could have been replaced included."""
    if not replacement.response.refused or replacement.after is MISSING:
        return
    for change in paths.differences(replacement.before, replacement.after, spared=scope.volatile):
        for requirement in ("status.refusal-changes-nothing", *(("immutable.atomic",) if replacement.mutation else ())):
            yield _stored(requirement, replacement, change, Demand.UNCHANGED)


def stored_later(scope: Scope, replacement: Replacement, change: Difference) -> tuple[Finding, ...]:
    """What a change of an immutable field breaks that comes to be stored some time after it was answered."""
    after = paths.put(replacement.before, change.path, change.after)
    late = replace(replacement, after=after, disturbed=False)
    found = (*applied(unchanged_rest, scope, late), *applied(refusal, scope, late))
    return tuple(one for one in found if one.path == change.path)


def generation(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """generation grows by one with a change of spec and with nothing else, and never takes the client's value.

    Of kinds without spec, with a change of what they have in its place.
    """
    before, after = (paths.get(value, GENERATION) for value in (replacement.before, replacement.after))
    if before is MISSING or replacement.after is MISSING:
        return
    if type(before) is not int:
        observed = Observed(Seen.STORED, replacement.response.status, before)
        yield Finding("concurrency.generation", Expected(Demand.WHOLE_NUMBER), observed, GENERATION)
        return
    both = replacement.before, replacement.after
    changed = any(any(paths.differences(*(paths.get(one, path) for one in both))) for path in scope.desired)
    expected = before + 1 if changed else before
    if paths.same(after, expected):
        return
    sent = paths.get(replacement.sent, GENERATION)
    taken = paths.same(sent, after) and not paths.same(sent, before)
    if replacement.disturbed and replacement.response.accepted and not taken:
        return
    broken = ["immutable.identity" if taken else "concurrency.generation"]
    if replacement.response.refused and not changed:
        broken.append("status.refusal-changes-nothing")
    for requirement in broken:
        yield _stored(requirement, replacement, Difference(GENERATION, expected, after))


def version(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """A replacement that changed the object gave it a new resourceVersion, in the store and in the answer."""
    if not replacement.response.accepted or replacement.disturbed or replacement.after is MISSING:
        return
    if not changed(scope, replacement):
        return
    old = paths.get(replacement.before, VERSION)
    for seen, value in ((Seen.STORED, replacement.after), (Seen.ANSWERED, replacement.response.value)):
        if paths.same(paths.get(value, VERSION), old):
            observed = Observed(seen, replacement.response.status, old)
            yield Finding("concurrency.version-advances", Expected(Demand.NEW_VALUE), observed, VERSION)


def pretty_output(_scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """With pretty=true the body of an accepted replacement is pretty-printed."""
    if replacement.pretty != "true" or not replacement.response.accepted or not replacement.response.body:
        return
    problem = layout.defect(replacement.response.body.decode(errors="replace"))
    if problem:
        observed = Observed(Seen.NOTE, replacement.response.status, note=problem)
        yield Finding("pretty.true-is-pretty", Expected(Demand.PRETTY), observed)


def compact_output(scope: Scope, replacement: Replacement) -> Iterator[Finding]:
    """Without the parameter the body of an accepted replacement is compact by convention, but for browsers."""
    response = replacement.response
    if scope.profile != "kubernetes" or replacement.pretty is not None or not response.accepted:
        return
    if b"\n" in response.body.strip() and layout.is_pretty(response.body.decode(errors="replace")):
        yield Finding("pretty.default", Expected(Demand.COMPACT), Observed(Seen.NOTE, response.status, note="pretty"))


RULES: Final[tuple[Rule, ...]] = (
    *RESPONSE_RULES,
    accepted_status,
    replaceable_fields,
    unchanged_rest,
    stored_status,
    refusal,
    generation,
    version,
    pretty_output,
    compact_output,
)
