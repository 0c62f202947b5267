"""What is known of one pytest session, whichever part of the plugin found it out, and the run that belongs to it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.configuration
import pytest

from contracts.client.certificates import check_certificates
from contracts.client.recorder import Recorder
from contracts.masking import scan
from contracts.pytest_plugin import allure_results
from contracts.pytest_plugin.xdist import SPENT, Role, Workers, instructed, role
from contracts.report import record
from contracts.report.model import Outcome, Report
from contracts.report.runs.comparison import Comparison
from contracts.run import dry_run, embedded, finding_record, waivers
from contracts.run.baseline import baseline_for
from contracts.run.partial_result import CaseRecord, Found
from contracts.run.run import Run
from contracts.settings import config_name
from contracts.settings.config_file import SettingsError
from contracts.settings.options import OPTIONS, Settings
from contracts.settings.resolve import check_files, resolve
from contracts.spec.contract import Contract, ContractError
from contracts.spec.load import ids_of, load_contract
from contracts.spec.schema import SpecificationError


def settings_of(config: pytest.Config) -> Settings:
    """The settings of a session; raises `pytest.UsageError` when they cannot be used."""
    given = {option.key: config.getoption(f"contract_{option.key}") for option in OPTIONS}
    file = config_name.choose(config.getoption("contract_config"), os.environ)
    try:
        return resolve(given, os.environ, file)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def contract_of(config: pytest.Config) -> Contract:
    """The contract that a session judges by; raises `pytest.UsageError` when it cannot be used."""
    try:
        return load_contract(settings_of(config).judged)
    except (ContractError, SpecificationError) as error:
        raise pytest.UsageError(str(error)) from None


@dataclass
class SessionState:
    """One session. `run` is None until a case of ours was collected; `report` until the run has come to its end.

    `records`: of cases that have come to their end. `planned`: cases that have not, with their requirements. `current`:
    the case that is being run in this process; `began`: after how many requests it was begun. `deselected`:
    requirements whose cases the user's arguments left out; `left_out`: those of these cases that the profile judges.

    `recording`: whether the run writes a record; a replay writes none. `cost`: about how many replacements all cases
    send. `left`: how many earlier runs left something behind. `opened`: whether any process could judge the target at
    all. `others_failed`: whether a test failed that is no case of ours. `unreadable`: which file could not be
    collected, and why. `unusable`: what of the cases cannot be used, where a worker has noticed.
    """

    config: pytest.Config
    records: list[CaseRecord] = field(default_factory=list)
    planned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    current: tuple[str, tuple[str, ...]] | None = None
    began: int = 0
    deselected: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    run: Run | None = None
    plan: dry_run.Plan | None = None
    workers: Workers = field(default_factory=Workers)
    watching: Recorder | None = None
    allure: allure_results.Results | None = None
    written: scan.Written | None = None
    baseline: Report | None = None
    report: Report | None = None
    report_path: Path | None = None
    comparison: Comparison | None = None
    left: int = 0
    cost: int = 0
    opened: bool = False
    gave_up: bool = False
    recording: bool = True
    others_failed: bool = False
    unreadable: str = ""
    unusable: str = ""
    _attempts: dict[str, CaseRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.role = role(self.config)

    @property
    def quiet(self) -> bool:
        """Whether the command runs, which says in the end what is to be said, and this process is the one started."""
        option = self.config.getoption
        silenced = option("verbose") < 0 and option("no_header", False) and option("no_summary", False)
        return bool(silenced) and self.role is not Role.WORKER

    def keep(self, record: CaseRecord, *, again: bool = False) -> None:
        """Keep the record of a case that has come to its end, or is run `again`.

        What was found then is true nevertheless, but it is no other finding when it is found again.
        """
        if earlier := self._attempts.pop(record.id, None):
            known = {(one.requirement, one.finding.id) for one in record.found}
            others = (one for one in earlier.found if (one.requirement, one.finding.id) not in known)
            record = replace(record, found=(*record.found, *others), began=earlier.began)
        if again:
            self._attempts[record.id] = record
            return
        self.records.append(record)
        self.planned.pop(record.id, None)

    def cut_off(self) -> CaseRecord | None:
        """The record of the case that was cut off in its middle, with what it had found by then; None if none was."""
        if self.run is None or self.current is None or not self.run.evidence.met:
            return None
        found = tuple(finding_record.recorded(self.run, self.run.evidence.met))
        self.mark_exchanges(found)
        return CaseRecord(
            *self.current,
            Outcome.ERROR,
            "the run ended in the middle of this case",
            found=found,
            began=self.began,
            requests=self.run.requests,
        )

    def mark_exchanges(self, found: Sequence[Found]) -> None:
        """Have the HAR say which exchanges show what the case that ends has found."""
        if self.run is not None and self.watching is not None:
            shown = zip(found, self.run.evidence.met, strict=False)
            self.watching.mark((item.exchange.number, one.finding.id) for one, item in shown if item.exchange)
            self.watching.case = ""

    def begun(self) -> Run:
        """The session's run, made when it is asked for first; raises `pytest.UsageError` when it cannot be."""
        if self.run is not None:
            return self.run
        settings, today = settings_of(self.config), datetime.now(UTC).date()
        try:
            check_files(settings)
            check_certificates(settings)
            embedded.check(settings)
            # Those of the user's own cases are known once these have been collected.
            known = ids_of(settings.spec) if self.quiet and not settings.cases else None
            accepted = waivers.read(settings.waivers, known, today) if settings.waivers else waivers.Waivers()
            if settings.operation:
                accepted = accepted.about(load_contract(settings.judged).ids)
            # Before anything is sent, and before this run writes its own record, perhaps to the same place.
            if not settings.plan and self.role is not Role.WORKER:
                self.baseline = baseline_for(settings)
            run = Run(instructed(self.config, settings) if self.role is Role.WORKER else settings)
        except (ContractError, SpecificationError, SettingsError) as error:
            raise pytest.UsageError(str(error)) from None
        except record.ReportError as error:
            raise pytest.UsageError(f"--baseline: {error}") from None
        # Where what can be made again is kept between runs (XDG Base Directory Specification).
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        hypothesis.configuration.set_hypothesis_home_dir(cache / "pytorchjob-contract" / "hypothesis")
        self.run = run
        self.run.waivers = accepted
        self.run.spent = self.config.stash.get(SPENT, 0)
        given = (self.config.getoption(name, None) for name in ("xmlpath", "allure_report_dir"))
        self.written = scan.Written(Path(one) for one in (settings.report_dir, settings.har_file, *given) if one)
        return self.run
