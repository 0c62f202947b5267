"""Labels, steps and attachments of Allure results: epic = document, feature = family, story = requirement."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import allure
import pytest

from contracts.client.exchange import Exchange
from contracts.report import model
from contracts.run.case_record import Found
from contracts.run.evidence import Evidence
from contracts.spec.contract import Contract

if TYPE_CHECKING:
    from contracts.run.run import Run

MOST_ATTACHMENTS: Final = 3
# Allure hides labels with such names; `allure_results` takes it away.
CASE_LABEL: Final = "_contract_case"


class _Broken(AssertionError):
    """Makes Allure show a step as failed; goes no further than that."""


def label(item: pytest.Item, case: str, contract: Contract, requirements: Sequence[str], profile: str) -> None:
    """Mark a case with what Allure groups, sorts and links by."""
    item.add_marker(pytest.mark.allure_label(case, label_type=CASE_LABEL))
    for name, value in labels(contract, requirements, profile):
        item.add_marker(pytest.mark.allure_label(value, label_type=name))
    for url, text in links(contract, requirements):
        item.add_marker(pytest.mark.allure_link(url, link_type="link", name=text))


def labels(contract: Contract, requirements: Sequence[str], profile: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each label of a case.

    Allure shows every story below every feature of a case, so a case has the feature of its first requirement, and as
    stories those of the same family. Each of its requirements is a tag, to be filtered by.
    """
    family = contract.requirements[requirements[0]].family
    yield "epic", contract.document.title
    yield "feature", contract.families[family]
    for name in requirements:
        requirement = contract.requirements[name]
        if requirement.family == family:
            yield "story", name
        yield "tag", name
        yield "tag", requirement.level
    yield "tag", f"profile-{profile}"
    yield "severity", contract.requirements[requirements[0]].severity


def links(contract: Contract, requirements: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(URL, text) of each place that a case's requirements come from."""
    for name in requirements:
        source = contract.requirements[name].source
        lines = source.lines.split("-")
        anchor = f"#L{lines[0]}-L{lines[-1]}" if source.lines else ""
        yield f"document:{contract.document.sha256[:12]}{anchor}", str(source)


def tell(run: Run, names: Sequence[str], found: Sequence[tuple[Found, Evidence]], statuses: Mapping[int, int]) -> None:
    """Steps of a case: what was sent, then each question with what speaks against it.

    `statuses`: how often each was the answer to a replacement in this case.
    """
    sent = sent_in_words(statuses)
    if sent:
        with allure.step(sent):
            pass
    for name in names:
        against = [(one.finding, item) for one, item in found if one.requirement == name]
        try:
            with allure.step(run.contract.requirements[name].statement):
                for number, (finding, item) in enumerate(against[:MOST_ATTACHMENTS], start=1):
                    _attach(run, finding, item, number)
                if against:
                    raise _Broken(f"{len(against)} finding{'s' * (len(against) > 1)}")
        except _Broken:
            continue


def sent_in_words(statuses: Mapping[int, int]) -> str:
    """What a case has sent, in a sentence; empty when nothing."""
    count = sum(statuses.values())
    if not count:
        return ""
    answers = ", ".join(f"{status} × {times}" for status, times in sorted(statuses.items()))
    return f"Replace the object {'once' if count == 1 else f'{count} times'}, read it back each time: {answers}"


def statuses_since(before: Mapping[int, int], now: Mapping[int, int]) -> Mapping[int, int]:
    """How often each status was answered between two counts."""
    return Counter(now) - Counter(before)


def difference(found: model.RecordedFinding) -> str:
    """What was expected and observed, and what was sent otherwise than stored."""
    lines = [f"- {found.expected}", f"+ {found.observed}"]
    if found.change:
        lines += ["", "sent otherwise than stored (JSON Patch):", *map(json.dumps, found.change)]
    return f"{found.field or 'the answer'}\n" + "\n".join(lines)


def _attach(run: Run, found: model.RecordedFinding, item: Evidence, number: int) -> None:
    """Attach what shows a finding; request and response where it is about one exchange."""
    texts: dict[str, str] = {}
    if item.exchange is not None:
        texts = exchange_in_words(run, item.exchange)
    for name, text in {**texts, "difference": difference(found), "curl": found.reproduce}.items():
        if text:
            allure.attach(run.secrets.mask(text), f"{name} {number}", allure.attachment_type.TEXT)


def exchange_in_words(run: Run, exchange: Exchange) -> dict[str, str]:
    """Request and response as they went over the wire, credentials masked."""
    headers = _lines(run.secrets.mask_headers(exchange.headers))
    answered = _lines(run.secrets.mask_headers(exchange.response.headers))
    body = (exchange.body or b"").decode(errors="replace")
    return {
        "request": f"{exchange.method} {exchange.url}\n{headers}\n{body}",
        "response": f"{exchange.response.status}\n{answered}\n{exchange.response.body.decode(errors='replace')}",
    }


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers.items())
