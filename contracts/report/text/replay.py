"""What a replay has shown, for the person at the terminal."""

from collections.abc import Iterable
from typing import Final

from contracts.report.error_text import one_line
from contracts.report.model import RecordedExchange
from contracts.report.replay import Replayed, Shown
from contracts.report.text.findings import operation, telling_first
from contracts.report.text.layout import visible

LONGEST_BODY: Final = 300
# Headers that say who gave an answer, and when to come again.
NAMING: Final = ("server", "retry-after")


def text(found: Iterable[Replayed]) -> str:
    """The findings one after the other, with the exchange of the record and that of now, and how many show again."""
    found = tuple(found)
    return "\n".join([*("\n".join(_lines(one)) for one in found), closing(found), ""])


def closing(found: Iterable[Replayed]) -> str:
    """How many findings show again, in a line."""
    counts = dict.fromkeys(Shown, 0)
    for one in found:
        counts[one.shown] += 1
    return "replay: " + ", ".join(f"{count} {shown}" for shown, count in counts.items() if count or not found)


def _lines(one: Replayed) -> list[str]:
    finding = one.finding
    sent = [f"  sent:      {operation(each)}" for each in telling_first(finding)[:3]]
    more = [f"             and {len(finding.change) - 3} more"] if len(finding.change) > 3 else []
    reason = f": {one.reason}" if one.reason else ""
    return [
        f"#{one.id}  {one.requirement}  {visible(finding.message)}",
        *sent,
        *more,
        f"  expected:  {visible(finding.expected)}",
        *_exchange("then", one.then),
        *_exchange("now", one.now),
        f"  {one.shown}{visible(reason)} ({one.requests} requests)",
        "",
    ]


def _exchange(when: str, exchange: RecordedExchange | None) -> list[str]:
    if exchange is None:
        return [f"  {when + ':':9}  no single exchange shows it"]
    named = _named(exchange)
    body = one_line(exchange.response_body)
    shown = body if len(body) <= LONGEST_BODY else f"{body[:LONGEST_BODY]}…"
    lines = [f"  {when + ':':9}  {exchange.method} {visible(exchange.url)} → {exchange.status}"]
    if named:
        lines.append(f"             {visible(', '.join(named))}")
    return [*lines, f"             {visible(shown)}"] if shown else lines


def _named(exchange: RecordedExchange) -> list[str]:
    """When it was sent, what the answer calls it, and who answered: by that the target's logs know it."""
    told, headers = exchange.request_id, exchange.response_headers.items()
    # The target's clock counts where the record does not hold ours.
    wanted = NAMING if exchange.at else ("date", *NAMING)
    return [
        *([f"at {exchange.at}"] if exchange.at else []),
        *([f"{told.name}: {told.value}"] if told else []),
        *(f"{name}: {value}" for name, value in headers if name.lower() in wanted),
    ]
