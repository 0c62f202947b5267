"""The endpoints of a fleet that an earlier run has judged already, by their records, so that none is judged twice."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from contracts.report.files import ReportError
from contracts.report.model import Setting
from contracts.report.record import Stored, stored
from contracts.report.runs.fleet import Result
from contracts.report.trust.consistency import problems
from contracts.run.fleet_config import Fleet, Member
from contracts.settings import show
from contracts.settings.config_file import SettingsError
from contracts.settings.option import Topic
from contracts.settings.options import BY_KEY
from contracts.settings.resolve import resolve

# Statuses of a run that came to its end: an outage, a mistake and an interruption are reasons to try again.
CAME_TO_AN_END: Final = (0, 1)
# What decides where an endpoint is and how it is judged; not how fast, and not the numbers of chance.
DECISIVE: Final = {"target", "kubeconfig", "context"} | {
    option.name
    for key, option in BY_KEY.items()
    if option.scope in (Topic.OBJECT, Topic.JUDGEMENT, Topic.REFERENCE) and key not in ("workers", "max_rps", "seed")
}


def judged(
    fleet: Fleet, directory: Path, now: datetime, within: timedelta, environment: Mapping[str, str]
) -> dict[str, Result]:
    """By name the results of the endpoints that were judged not longer ago than that, from `directory`/NAME."""
    found = {}
    for member in fleet.members:
        with suppress(ReportError):
            record = stored(directory / member.name)
            told = fleet.environment(member, environment)
            if abs(now - record.report.started_at) <= within and is_of(member, told, record):
                found[member.name] = Result(member.name, record.report.exit_status, record.report)
    return found


def is_of(member: Member, environment: Mapping[str, str], record: Stored) -> bool:
    """Whether the record is that of a whole run of this endpoint as it would be judged now, and nobody changed it."""
    report = record.report
    if member.problem or report.endpoint != member.name or report.exit_status not in CAME_TO_AN_END or problems(record):
        return False
    try:
        settings = resolve(member.given, environment)
    except SettingsError:  # its run will say so
        return False
    return _decisive(show.configuration(settings)) == _decisive(report.configuration)


def _decisive(configuration: Iterable[Setting]) -> dict[str, str]:
    return {one.name: one.value for one in configuration if one.name in DECISIVE}
