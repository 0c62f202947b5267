"""Cases of the user's own: where they are, which requirements they bring along, and what each of them lacks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from contracts.casekit.markers import LEFT_OUT, REQUIREMENT, case_id, is_own, requirements_of
from contracts.pytest_plugin.names import RUN
from contracts.pytest_plugin.state import SessionState
from contracts.pytest_plugin.xdist import Role
from contracts.settings.config_file import SettingsError
from contracts.settings.options import Settings
from contracts.settings.resolve import check_files
from contracts.spec.contract import Contract, ContractError
from contracts.spec.own_requirements import FILE_NAME, OwnRequirements, read, requirement, together

MARK: Final = "@pytest.mark.requirement"


def add_directories(config: pytest.Config, settings: Settings) -> None:
    """Have pytest collect the directories of `--cases`, too."""
    try:
        check_files(settings)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    known = {Path(one.partition("::")[0]).resolve() for one in config.args}
    config.args += [str(one.resolve()) for one in settings.cases if one.resolve() not in known]


def take_in(state: SessionState, items: list[pytest.Item]) -> None:
    """Look at all cases before any is left out: the run judges the requirements that they bring along.

    Raises `pytest.UsageError` with one line for a case that names none, or one that there is not.
    """
    if state.unreadable and (state.quiet or state.role is Role.WORKER):
        raise pytest.UsageError(state.unreadable)
    if any(map(requirements_of, items)):
        _leave_out(state.begun().contract, items)
    own = [item for item in items if is_own(item)]
    unmarked = (item for item in own if not requirements_of(item))
    if item := next((one for one in unmarked if state.quiet or RUN in getattr(one, "fixturenames", ())), None):
        raise pytest.UsageError(f"{case_id(item)}: it names no requirement; give it {MARK}(…) (docs/cases.md)")
    if not any(map(requirements_of, items)):
        return
    run = state.begun()
    try:
        run.judge_also(together(_brought(own)))
    except ContractError as error:
        raise pytest.UsageError(str(error)) from None
    named = {name: item for item in items for name in requirements_of(item)}
    if problem := _unknown(run.contract, named) or run.waivers.unknown(run.contract.ids):
        raise pytest.UsageError(problem)
    if not state.unreadable:
        _expect_cases(run.settings, own)
    if not state.quiet:  # pytest's arguments decide which cases there are
        state.deselected.update(run.contract.requirements.keys() - named.keys())
        run.settings = replace(run.settings, cases=_directories(own, run.settings.cases))


def _leave_out(contract: Contract, items: list[pytest.Item]) -> None:
    """Drop cases of the suite that judge nothing for which the page gives a reason."""
    if contract.left_out:
        for item in items:
            item.stash[LEFT_OUT] = contract.left_out
        items[:] = [item for item in items if is_own(item) or requirements_of(item)]


def _unknown(contract: Contract, named: Mapping[str, pytest.Item]) -> str:
    """A line about a requirement that a case names and that there is not; empty where there is none."""
    for name, item in named.items():
        if name not in contract.requirements:
            hint = f"; one of your own needs {MARK}({name!r}, statement=…)" if is_own(item) else ""
            return f"{case_id(item)}: unknown requirement {name!r}{hint}"
    return ""


def _expect_cases(settings: Settings, own: Sequence[pytest.Item]) -> None:
    """Raise `pytest.UsageError` for a directory of `--cases` in which there is none."""
    paths = [item.path.resolve() for item in own if requirements_of(item)]
    for directory in settings.cases:
        whole = directory.resolve()
        if not any(path == whole or whole in path.parents for path in paths):
            raise pytest.UsageError(f"--cases: {directory} holds no case: a test in a file test_*.py with {MARK}(…)")


def _directories(own: Sequence[pytest.Item], named: Sequence[Path]) -> tuple[Path, ...]:
    """The directories of the cases, as `--cases` names them, so that the record's command finds these again."""
    found = dict.fromkeys(item.path.parent for item in own if requirements_of(item))
    known = [one.resolve() for one in named]
    more = [one for one in found if not {one, *one.parents} & {*known, *(other for other in found if other != one)}]
    here = Path.cwd()
    return (*named, *(one.relative_to(here) if here in one.parents else one for one in more))


def _brought(items: Sequence[pytest.Item]) -> Iterator[OwnRequirements]:
    """What the files beside the cases, and their markers, say of requirements."""
    for file in dict.fromkeys(_file(item.path.parent) for item in items if requirements_of(item)):
        if file is not None:
            yield read(file)
    for item in items:
        for marker in item.iter_markers(REQUIREMENT):
            if marker.kwargs:
                name, case = " ".join(map(str, marker.args)), case_id(item)
                where = f"{case}: {MARK}({name!r})"
                one = requirement(name, marker.kwargs, where, case.partition("::")[0])
                yield OwnRequirements(requirements={one.id: one})


@cache
def _file(directory: Path) -> Path | None:
    """The file of requirements in a directory, else in the nearest one above it."""
    return next((one / FILE_NAME for one in (directory, *directory.parents) if (one / FILE_NAME).is_file()), None)
