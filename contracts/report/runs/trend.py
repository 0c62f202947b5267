"""Many records → one trend: for each target the runs in their order, and what became of each requirement. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from contracts.report.model import Outcome, Report
from contracts.report.outcomes import JUDGED


@dataclass(frozen=True, slots=True)
class Track:
    """One requirement through all runs, as the newest that knows it says; None where a run does not know it."""

    id: str
    family: str
    statement: str
    outcomes: tuple[Outcome | None, ...]

    @property
    def changes(self) -> int:
        """How often the outcome was another than the last time that the requirement was judged."""
        judged = (outcome for outcome in self.outcomes if outcome in JUDGED)
        return sum(before is not after for before, after in pairwise(judged))

    @property
    def last(self) -> Outcome | None:
        """What the newest run says."""
        return self.outcomes[-1] if self.outcomes else None

    @property
    def streak(self) -> int:
        """In how many of the newest runs in a row the outcome was the same."""
        return next((n for n, one in enumerate(reversed(self.outcomes)) if one is not self.last), len(self.outcomes))


@dataclass(frozen=True, slots=True)
class Series:
    """The runs against one target under one profile, oldest first."""

    runs: tuple[Report, ...]
    tracks: tuple[Track, ...]

    @property
    def flaky(self) -> tuple[Track, ...]:
        """The requirements whose outcome changed more than once, the one with most changes first."""
        changed = [track for track in self.tracks if track.changes > 1]
        return tuple(sorted(changed, key=lambda track: -track.changes))

    @property
    def failing(self) -> tuple[Track, ...]:
        """The requirements that fail in the newest run."""
        return tuple(track for track in self.tracks if track.last is Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Trend:
    """All series, the one with the newest run first; `unreadable`: a line for each record that is left out."""

    series: tuple[Series, ...]
    unreadable: tuple[str, ...] = ()


def trend(reports: Iterable[Report], unreadable: Iterable[str] = ()) -> Trend:
    """The trend that the reports show; the order in which they are given does not matter."""
    by_target = sorted(reports, key=lambda report: (*_of(report), report.started_at))
    series = [_series(tuple(runs)) for _, runs in groupby(by_target, key=_of)]
    return Trend(tuple(sorted(series, key=lambda one: one.runs[-1].started_at, reverse=True)), tuple(unreadable))


def _of(report: Report) -> tuple[str, str, str, str]:
    # Two endpoints may have one URL, and differ in what is sent with each request.
    return report.endpoint, report.target.url, report.target.namespace, report.profile


def _series(runs: Sequence[Report]) -> Series:
    # In the order of the newest run; what only older ones know comes after.
    known = {one.id: one for report in runs for one in report.requirements}
    newest = [one.id for one in runs[-1].requirements]
    names = list(dict.fromkeys([*newest, *sorted(known)]))
    outcomes = [{one.id: one.outcome for one in report.requirements} for report in runs]
    tracks = tuple(
        Track(name, known[name].family, known[name].statement, tuple(one.get(name) for one in outcomes))
        for name in names
    )
    return Series(tuple(runs), tracks)
