"""Family concurrency: versions, and clients that write at the same time (Kubernetes API conventions)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from contracts.client.exchange import Exchange
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import rules, values
from contracts.judge.model import Finding
from contracts.resource.responses import JSON
from contracts.run.examiner import Examiner, assign, with_values
from contracts.spec.fields import VERSION

WRITERS = 8
ROUNDS = 6
GENERATION = ("metadata", "generation")


@pytest.mark.requirement("concurrency.stale-refused")
@pytest.mark.cost(16)
def test_stale_version(examiner: Examiner) -> None:
    """Versions one and several replacements old are refused, changing nothing."""
    old = examiner.live()
    changes = [values.assignments(examiner.contract, 170)]
    changes += [{field: value} for field, value in values.assignments(examiner.contract, 171).items()]
    changes += [values.assignments(examiner.contract, 172)]
    for mark, change in enumerate(changes, start=81):
        examiner.replace(assign(values.assignments(examiner.contract, mark)))
        stale = paths.get(old, VERSION)
        if paths.get(examiner.live(), VERSION) == stale:
            continue  # the version does not advance, which is another requirement's finding
        change = {**change, "metadata.resourceVersion": stale}
        trial = examiner.replace(assign(change), retry=False, pretty="true" if mark == len(changes) + 80 else None)
        examiner.ledger.witnessed.add("outdated")
        if trial.status != 409:
            message = "a replacement with an outdated resourceVersion is not refused as a conflict"
            found = Finding("concurrency.stale-refused", message, paths.render(VERSION), "409", examiner.said(trial))
            examiner.fault(found, trial)
        for finding in trial.findings:
            if finding.requirement == "status.refusal-changes-nothing":
                message = f"an outdated resourceVersion: {finding.message}"
                found = Finding("concurrency.stale-refused", message, finding.field, finding.expected, finding.observed)
                examiner.fault(found, trial)


@pytest.mark.requirement("concurrency.stale-refused")
def test_version_of_no_object(examiner: Examiner) -> None:
    """A version that the object never had is not accepted, be it greater or less than its own."""
    now = paths.get(examiner.live(), VERSION)
    greater = str(int(now) + 1000) if isinstance(now, str) and now.isdecimal() else f"{now}0"
    for version in (greater, "1"):
        change = {**values.assignments(examiner.contract, 173), "metadata.resourceVersion": version}
        trial = examiner.replace(assign(change), retry=False)
        if trial.accepted and version != now:
            message = "a replacement with a resourceVersion that the object never had is accepted"
            found = Finding("concurrency.stale-refused", message, paths.render(VERSION), "409", examiner.said(trial))
            examiner.fault(found, trial)


@pytest.mark.requirement("concurrency.one-winner")
def test_one_winner(examiner: Examiner) -> None:
    """Of simultaneous replacements with one version exactly one is accepted and stored."""
    judged = 0
    # What one writer alone does not get stored, no race has lost.
    sound = not examiner.replace(assign(_marked(0, WRITERS))).findings
    for number in range(ROUNDS * 4):
        live = examiner.live()
        answers = _race(examiner, live, number)
        winners = [writer for writer, exchange in enumerate(answers) if exchange.response.accepted]
        stored = examiner.live()
        if not winners and paths.get(stored, VERSION) != paths.get(live, VERSION):
            continue  # a controller was faster than all of them
        judged += 1
        _judge_race(examiner, answers, winners)
        if len(winners) == 1 and sound:
            _expect_winner_stored(examiner, answers[winners[0]], _marked(number, winners[0]), stored)
        if judged == ROUNDS:
            return


@pytest.mark.requirement("concurrency.version-advances")
@pytest.mark.cost(18)
def test_version_advances(examiner: Examiner) -> None:
    """Every change gives a version not seen before, and the answered version is good for the next replacement."""
    seen = {paths.get(examiner.live(), VERSION)}
    answers = set()
    for mark in range(100, 108):
        trial = examiner.replace(assign(values.assignments(examiner.contract, mark)))
        answered = paths.get(trial.replacement.response.value, VERSION)
        if (
            trial.accepted
            and answered is not MISSING
            and answered in seen
            and rules.changed(examiner.scope, trial.replacement)
        ):
            message = "a version was answered for two states of the object"
            found = Finding(
                "concurrency.version-advances", message, paths.render(VERSION), "a new value", str(answered)
            )
            examiner.fault(found, trial)
        seen.add(answered)
        change = {**values.assignments(examiner.contract, mark + 10), "metadata.resourceVersion": answered}
        answers.add(examiner.replace(assign(change), retry=False).status)
    if answers == {409}:
        message = "the answered resourceVersion is never accepted in the next replacement"
        examiner.fault(Finding("concurrency.version-advances", message, paths.render(VERSION), "200", "409"))


@pytest.mark.requirement("concurrency.generation")
@pytest.mark.cost(25)
def test_generation(examiner: Examiner) -> None:
    """generation counts replacements that change spec, and only those; every other field is judged by the rule."""
    if not isinstance(paths.get(examiner.live(), GENERATION), int):
        found = Finding(
            "concurrency.generation",
            "the object has no generation",
            paths.render(GENERATION),
            "a whole number",
            paths.show(paths.get(examiner.live(), GENERATION)),
        )
        examiner.fault(found)
    for mark in (121, 122):
        wanted = values.assignments(examiner.contract, mark)
        for field, value in wanted.items():
            examiner.replace(assign({field: value}))
            examiner.replace(assign({field: value}))
        examiner.replace(assign(dict.fromkeys(wanted, MISSING)))


def _race(examiner: Examiner, live: Json, number: int) -> list[Exchange]:
    barrier = Barrier(WRITERS)
    bodies = [with_values(live, _marked(number, writer)) for writer in range(WRITERS)]
    for body in bodies:
        examiner.job.about_to_send(body)

    def write(writer: int) -> Exchange:
        body = strict.encode(bodies[writer])
        barrier.wait(timeout=30)
        return examiner.target.send("PUT", examiner.job.path, headers=JSON, body=body)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(write, range(WRITERS)))


def _marked(number: int, writer: int) -> dict[str, Json]:
    return {"metadata.annotations": {"contract-writer": f"{number}-{writer}"}}


def _judge_race(examiner: Examiner, answers: list[Exchange], winners: list[int]) -> None:
    name = "concurrency.one-winner"
    if len(winners) != 1:
        message = f"of {WRITERS} simultaneous replacements with one resourceVersion {len(winners)} were accepted"
        exchange = answers[winners[0]] if winners else answers[0]
        examiner.fault(Finding(name, message, "", "1 accepted", f"{len(winners)} accepted"), exchange=exchange)
    for exchange in answers:
        if not exchange.response.accepted and exchange.response.status != 409:
            message = "a replacement that lost is not refused as a conflict"
            examiner.fault(Finding(name, message, "", "409", str(exchange.response.status)), exchange=exchange)


def _expect_winner_stored(examiner: Examiner, winner: Exchange, sent: dict[str, Json], stored: Json) -> None:
    for field, wanted in sent.items():
        now = paths.get(stored, paths.parse(field))
        if not isinstance(now, dict) or any(now.get(key) != value for key, value in wanted.items()):
            message = "the replacement that was accepted is not the one that is stored"
            found = Finding("concurrency.one-winner", message, field, paths.show(wanted), paths.show(now))
            examiner.fault(found, exchange=winner)
