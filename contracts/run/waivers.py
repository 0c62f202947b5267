"""Deviations that are accepted until a day: their file, and which findings they cover. Pure but for `read`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from contracts.report.model import Outcome, RecordedFinding, RequirementResult, Waived
from contracts.settings.config_file import SettingsError

REQUIRED: Final = ("requirement", "reason", "ticket", "expires")
CHOOSING: Final = ("rule", "path", "finding")
KEYS: Final = (REQUIRED[0], *CHOOSING, *REQUIRED[1:])
UNKNOWN: Final = "there is no such requirement (pytorchjob-contract requirements lists them)"
CONCLUSIVE: Final = (Outcome.PASSED, Outcome.FAILED, Outcome.WAIVED)


@dataclass(frozen=True)
class Waiver:
    """One deviation that is accepted up to and including the day `expires`.

    It covers the findings against the requirement that were made by `rule` and are about `path`, each where it is
    given. `finding` is the older way to choose some: a part of their message or field.
    """

    requirement: str
    reason: str
    ticket: str
    expires: date
    finding: str = ""
    rule: str = ""
    path: str = ""

    @property
    def mark(self) -> Waived:
        """What the record says at a finding that is accepted."""
        return Waived(self.reason, self.ticket, self.expires.isoformat())

    def covers(self, requirement: str, finding: RecordedFinding) -> bool:
        """Whether a finding against a requirement is one of those that are accepted."""
        return (
            requirement == self.requirement
            and self.rule in ("", finding.rule)
            and self.path in ("", finding.field)
            and (self.finding in finding.message or self.finding in finding.field)
        )

    def __str__(self) -> str:
        chosen = [repr(text) for text in (self.rule, self.path, self.finding) if text]
        which = f", {', '.join(chosen)}" if chosen else ""
        return f"the waiver of {self.requirement}{which} ({self.ticket})"


@dataclass(frozen=True)
class Waivers:
    """The waivers of a run, as they stand on the day `today`; an expired one covers nothing."""

    all: tuple[Waiver, ...] = ()
    today: date = date.min

    def about(self, requirements: Collection[str]) -> "Waivers":
        """Those that are about some requirements."""
        return replace(self, all=tuple(one for one in self.all if one.requirement in requirements))

    def of(self, requirement: str, finding: RecordedFinding) -> Waiver | None:
        """The waiver that covers a finding; None when it counts."""
        valid = (one for one in self.all if one.expires >= self.today)
        return next((one for one in valid if one.covers(requirement, finding)), None)

    def unknown(self, known: Collection[str]) -> str:
        """A line about a waiver of a requirement that there is not; empty where all are `known`."""
        return next((f"{one}: {UNKNOWN}" for one in self.all if one.requirement not in known), "")

    def problems(
        self,
        requirements: Sequence[RequirementResult],
        found: Mapping[str, Sequence[RecordedFinding]],
        doubtful: Collection[str] = (),
    ) -> Iterator[str]:
        """A line for each waiver that has expired, and for each that covers nothing where something was judged.

        `found`: all that was found, by requirement. `doubtful`: requirements of which not every case was to run.
        """
        results = {requirement.id: requirement for requirement in requirements}
        for waiver in self.all:
            name = waiver.requirement
            result = results.get(name) if name not in doubtful else None
            if waiver.expires < self.today:
                yield f"{waiver} expired on {waiver.expires}"
            # Judged by all of its cases, so that a finding would have come up.
            elif (
                result is not None
                and result.outcome in CONCLUSIVE
                and all(case.outcome in CONCLUSIVE or case.optional for case in result.cases)
                and not any(waiver.covers(name, finding) for finding in found.get(name, ()))
            ):
                yield f"{waiver} is no longer needed: nothing was found that it covers; take it out"


def read(path: Path, known: Collection[str] | None, today: date) -> Waivers:
    """The waivers of a file; raises `SettingsError` with one line that names the entry that cannot be used.

    `known`: all requirements, or None where there may be more.
    """
    where = f"--waivers: {path}"
    try:
        return Waivers(parse(path.read_text(encoding="utf-8"), where, known), today)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{where}: {' '.join(str(error).split())}") from None


def parse(text: str, where: str, known: Collection[str] | None) -> tuple[Waiver, ...]:
    """The waivers in a YAML text: a list, alone or under the key `waivers`; `known`: see `read`.

    Raises `SettingsError` with one line that names the entry that cannot be used.
    """
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError(f"{where}: {' '.join(str(error).split())}") from None
    if isinstance(content, dict) and set(content) == {"waivers"}:
        content = content["waivers"]
    if not isinstance(content, list | None):
        raise SettingsError(f"{where}: expected a list of waivers")
    return tuple(_waiver(entry, f"{where}: entry {number}", known) for number, entry in enumerate(content or (), 1))


def _waiver(entry: Any, where: str, known: Collection[str] | None) -> Waiver:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where}: expected the keys {', '.join(KEYS)}")
    if entry.get("requirement") is not None:
        where = f"{where} ({entry['requirement']})"
    texts = {key: " ".join(str("" if entry.get(key) is None else entry[key]).split()) for key in REQUIRED}
    chosen = {key: entry[key] for key in CHOOSING if entry.get(key) is not None}
    if unknown := [key for key in entry if key not in KEYS]:
        raise SettingsError(f"{where}: unknown key {unknown[0]!r}; there are {', '.join(KEYS)}")
    if missing := [key for key, value in texts.items() if not value]:
        raise SettingsError(f"{where}: {missing[0]} is missing")
    if known is not None and texts["requirement"] not in known:
        raise SettingsError(f"{where}: {UNKNOWN}")
    if wrong := [key for key, value in chosen.items() if not isinstance(value, str) or not value.strip()]:
        raise SettingsError(f"{where}: {wrong[0]} must be a text; leave it out to waive every finding")
    try:
        # YAML makes a date of 2026-05-01, and a time of 2026-05-01T12:00:00Z, which is not what is asked for.
        day = date.fromisoformat(texts["expires"])
    except ValueError:
        raise SettingsError(f"{where}: expires must be a day such as 2026-05-31") from None
    return Waiver(texts["requirement"], texts["reason"], texts["ticket"], day, **chosen)
