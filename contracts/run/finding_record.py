"""Findings with their evidence → how the record holds them: in words and values, secrets masked, long values cut."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Exchange
from contracts.masking.masker import PULL_SECRET, Masker
from contracts.report import error_text, model, words
from contracts.report.finding import Finding
from contracts.report.model import MOST_FINDINGS
from contracts.report.recorded import finding_id, request_id
from contracts.report.reproduction.script import command
from contracts.run.evidence import Evidence
from contracts.run.partial_result import Found
from contracts.run.reproduction import script_of
from contracts.run.run import Run

MOST_OPERATIONS: Final = 20
LONGEST_VALUE: Final = 500
LONGEST_BODY: Final = 4000
ABSENT: Final = {"absent": True}
# The lowest status whose answer says what is wrong (RFC 9110, 15.5).
ERRORS: Final = 400


def recorded(run: Run, evidence: Iterable[Evidence]) -> Iterator[Found]:
    """What a case has found; of each requirement those beyond what a record shows without their exchange."""
    count: Counter[tuple[str, bool]] = Counter()
    for item in evidence:
        name, found, exchange = item.finding.requirement, _brief(item, run), item.exchange
        waiver = run.waivers.of(run.contract.shown(name), found)
        # Counted apart, so that findings that are waived take no room from those that count.
        key = name, waiver is not None
        count[key] += 1
        if count[key] <= MOST_FINDINGS:
            found = replace(found, change=_masked(item.change, run.secrets))
            if exchange is not None:
                found = replace(found, exchange=recorded_exchange(exchange, run.secrets))
            if found.id not in run.scripts and (text := script_of(run, item, found)):
                run.scripts[found.id] = text
        again = command(found.id, str(run.settings.report_dir), scripted=found.id in run.scripts)
        marked = replace(found, waiver=waiver.mark if waiver else None, reproduce=again)
        yield Found(name, marked, item.requests, round(item.at - run.started, 3))


def id_of(finding: Finding, run: Run) -> str:
    """The id of a finding, made of what the record shows of it."""
    return finding_id(run.contract.shown(finding.requirement), finding.rule, _field(finding, run.secrets))


def _field(finding: Finding, secrets: Masker) -> str:
    return secrets.mask(paths.render(finding.path))


def _brief(item: Evidence, run: Run) -> model.RecordedFinding:
    found, secrets, mask = item.finding, run.secrets, run.secrets.mask
    key = str(found.path[-1]) if found.path else ""
    # Masked before they are cut: what is left of a secret without its beginning would not be known for one.
    wanted, seen = (
        tuple(value if value is MISSING else secrets.mask_json(value, key) for value in values)
        for values in (found.expected.values, (found.observed.value,))
    )
    said = words.expected_and_observed(replace(found.expected, values=wanted), replace(found.observed, value=seen[0]))
    return model.RecordedFinding(
        message=mask(words.message(found)),
        field=_field(found, secrets),
        expected=mask(said[0]),
        observed=mask(said[1]),
        reproduce="",
        id=id_of(found, run),
        rule=found.rule,
        count=item.count,
        values=model.Values(
            tuple(map(_short, wanted)), _short(seen[0]), found.observed.status, found.expected.demand, *_said(item, run)
        ),
    )


def _said(item: Evidence, run: Run) -> tuple[str, tuple[str, ...]]:
    """What the target's error, or who has read the answer, says of a finding, and the fields that it names."""
    note, exchange = error_text.one_line(item.finding.observed.note), item.exchange
    if exchange is None or exchange.response.status < ERRORS:
        return run.secrets.mask(note), ()
    text = error_text.text_of(exchange.response.value, exchange.response.body) or note
    replaceable = run.scope.replaceable
    named = error_text.named_fields(text, error_text.decoded(exchange.body), item.change, replaceable)
    return run.secrets.mask(text), tuple(map(run.secrets.mask, named))


def recorded_exchange(exchange: Exchange, secrets: Masker) -> model.RecordedExchange:
    """An exchange as a record holds it."""

    def text(body: bytes | None) -> str:
        shown = secrets.mask((body or b"").decode("utf-8", "replace"))
        return shown if len(shown) <= LONGEST_BODY else f"{shown[:LONGEST_BODY]}…"

    response = exchange.response
    return model.RecordedExchange(
        method=exchange.method,
        url=secrets.mask(exchange.url),
        request_headers=secrets.mask_headers(exchange.headers),
        request_body=text(exchange.body),
        status=response.status,
        response_headers=secrets.mask_headers(response.headers),
        response_body=text(response.body),
        seconds=round(exchange.seconds, 6),
        at=datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds") if exchange.at else "",
        request_id=request_id(secrets.mask_headers(response.headers)),
    )


def _masked(change: tuple[dict[str, Json], ...], secrets: Masker) -> tuple[dict[str, Json], ...]:
    """A change with long values shortened and secrets masked."""
    masked = []
    for operation in change[:MOST_OPERATIONS]:
        shown = {key: secrets.mask(item) for key, item in operation.items() if key != "value"}
        if "value" in operation:
            shown["value"] = _short(_hidden(operation["value"], str(operation.get("path", "")).split("/"), secrets))
        masked.append(shown)
    return tuple(masked)


def _hidden(value: Json, steps: list[str], secrets: Masker) -> Json:
    """The value of an operation; its path names what holds it as an object's key would."""
    if isinstance(value, str) and "imagePullSecrets" in steps and steps[-1] == "name" and secrets.hides_pull_secrets:
        return PULL_SECRET
    return secrets.mask_json(value, steps[-1])


def _short(value: Json) -> Json:
    if value is MISSING:
        return ABSENT
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
