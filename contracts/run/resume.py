"""The endpoints of a fleet that an earlier run has judged already, by their records, so that none is judged twice."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from contracts.report.files import ReportError
from contracts.report.record import Stored, stored
from contracts.report.runs.fleet import Result
from contracts.report.trust.consistency import problems
from contracts.run.fleet_config import Fleet, Member

# Statuses of a run that came to its end: an outage, a mistake and an interruption are reasons to try again.
CAME_TO_AN_END: Final = (0, 1)


def judged(fleet: Fleet, directory: Path, now: datetime, within: timedelta) -> dict[str, Result]:
    """By name the results of the endpoints that were judged not longer ago than that, from `directory`/NAME."""
    found = {}
    for member in fleet.members:
        with suppress(ReportError):
            record = stored(directory / member.name)
            if is_of(member, record) and abs(now - record.report.started_at) <= within:
                found[member.name] = Result(member.name, record.report.exit_status, record.report)
    return found


def is_of(member: Member, record: Stored) -> bool:
    """Whether the record is that of a whole run of this endpoint, where it stands now, and nobody has changed it."""
    report = record.report
    where = {"target": report.target.url, "namespace": report.target.namespace}
    told = [argument for argument in member.arguments if argument.partition("=")[0].removeprefix("--") in where]
    return (
        not member.problem
        and report.endpoint == member.name
        and report.exit_status in CAME_TO_AN_END
        and set(told) <= {f"--{name}={value}" for name, value in where.items()}
        and not problems(record)
    )
