"""The record that a run is compared with: of the same endpoint, the newest below a directory that came to a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from contracts.report.model import Report
from contracts.report.record import ReportError, Stored, load
from contracts.report.runs.comparison import LOOPBACK_PORT, is_judged
from contracts.report.runs.gathered import each


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Which endpoint a run judges, as far as that is known before it; empty where it is not.

    `name`: what reports of many call it. `embedded`: it is the reference endpoint.
    """

    name: str = ""
    url: str = ""
    namespace: str = ""
    profile: str = ""
    embedded: bool = False

    def __str__(self) -> str:
        """What it is called, for people."""
        return self.name or ("the embedded reference endpoint" if self.embedded else self.url) or "this endpoint"

    def is_that_of(self, report: Report) -> bool:
        """Whether a record is of it; by the name where both have one."""
        if self.namespace and report.target.namespace != self.namespace:
            return False
        if self.profile and report.profile != self.profile:
            return False
        if self.name and report.endpoint:
            return self.name == report.endpoint
        if self.embedded:
            return report.is_of_reference
        return not self.url or _without_port(self.url) == _without_port(report.target.url)


def baseline_of(path: Path, endpoint: Endpoint | None = None) -> tuple[Report | None, str]:
    """The record to compare with, and in words why there is none, or what is odd about it; raises `ReportError`.

    A directory may hold the records of many endpoints and of outages, which are nothing to compare with.
    """
    wanted = endpoint or Endpoint()
    if not path.is_dir():
        report = load(path)
        return report, "" if wanted.is_that_of(report) else f"{path} is of another endpoint, {report.tested}"
    found = list(each(path))
    reports = [one.report for one in found if isinstance(one, Stored)]
    if found and not reports:
        raise ReportError(str(found[0]))
    return newest(reports, wanted, path)


def newest(reports: Iterable[Report], endpoint: Endpoint, where: Path) -> tuple[Report | None, str]:
    """Of the records that came to a verdict the newest of an endpoint; of one on this machine the same port first."""
    judged = [one for one in reports if is_judged(one)]
    same = [one for one in judged if endpoint.is_that_of(one)]
    if same:
        return max(same, key=lambda one: (one.target.url == endpoint.url, one.started_at)), ""
    if judged:
        return None, f"{where} holds no record of {endpoint} that came to a verdict, only of others"
    return None, f"{where} holds no record that came to a verdict"


def _without_port(url: str) -> str:
    """A URL as it is compared: the port of an endpoint on this machine may be another each time."""
    return LOOPBACK_PORT.sub(r"\1", url).rstrip("/")
