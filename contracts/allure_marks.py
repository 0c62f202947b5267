"""Labels and attachments for Allure results: epic = document, feature = family, story = requirement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import allure
import pytest

from contracts import results
from contracts.contract import Contract
from contracts.ledger import Evidence

if TYPE_CHECKING:
    from contracts.run import Run

MOST_ATTACHMENTS: Final = 3


def label(item: pytest.Item, contract: Contract, requirements: Sequence[str]) -> None:
    """Mark a case with what Allure groups, sorts and links by."""
    _add(item, "allure_label", contract.document.title, label_type="epic")
    for name in requirements:
        requirement = contract.requirements[name]
        _add(item, "allure_label", contract.families[requirement.family], label_type="feature")
        _add(item, "allure_label", name, label_type="story")
        _add(item, "allure_label", requirement.level, label_type="tag")
        lines = requirement.source.lines.split("-")
        anchor = f"#L{lines[0]}-L{lines[-1]}" if requirement.source.lines else ""
        link = f"document:{contract.document.sha256[:12]}{anchor}"
        _add(item, "allure_link", link, link_type="link", name=str(requirement.source))
    severity = contract.requirements[requirements[0]].severity
    _add(item, "allure_label", severity, label_type="severity")


def attach(run: Run, evidence: Sequence[Evidence]) -> None:
    """Attach request, response and the line that shows it again, for the first few failing examples only."""
    for number, item in enumerate(evidence[:MOST_ATTACHMENTS], start=1):
        if item.exchange is None:
            continue
        exchange, mask = item.exchange, run.secrets.mask
        headers = "".join(f"{name}: {value}\n" for name, value in exchange.headers.items())
        request = f"{exchange.method} {exchange.url}\n{headers}\n{(exchange.body or b'').decode(errors='replace')}"
        answered = "".join(
            f"{name}: {value}\n" for name, value in run.secrets.mask_headers(exchange.answer.headers).items()
        )
        response = f"{exchange.answer.status}\n{answered}\n{exchange.answer.body.decode(errors='replace')}"
        for name, text in (
            ("request", request),
            ("response", response),
            ("curl", results.finding(run, item).reproduce),
        ):
            allure.attach(mask(text), f"{name} {number}", allure.attachment_type.TEXT)


def _add(item: pytest.Item, marker: str, *arguments: Any, **values: Any) -> None:
    item.add_marker(getattr(pytest.mark, marker)(*arguments, **values))
