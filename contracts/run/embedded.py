"""The endpoint of our own that is judged when no target is named, and the faults that a checkout can give it.

`contracts.reference` and the catalogue of faults are imported when they are needed, so that a run against a target
loads neither.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contracts.settings.config_file import SettingsError
from contracts.settings.options import Settings

if TYPE_CHECKING:
    from contracts.reference.server import ReferenceEndpoint

ROOT: Final = Path(__file__).resolve().parents[2]


def start(settings: Settings, namespace: str, denied_namespace: str = "contract-denied") -> ReferenceEndpoint:
    """A reference endpoint that listens and behaves as the settings say, with both namespaces in it."""
    from contracts.reference.behaviour import conformant
    from contracts.reference.options import Immutability, ReferenceOptions
    from contracts.reference.server import ReferenceEndpoint

    options = ReferenceOptions(
        immutability=Immutability(settings.immutability),
        controller_interval=settings.controller,
        namespace=namespace,
        documented_statuses_only=settings.profile == "document",
        denied_namespace=denied_namespace,
        conditions=conditions(settings),
        spec=settings.judged,
    )
    behaviour = _catalogue("--fault").faulty(settings.fault) if settings.fault else conformant
    return ReferenceEndpoint(options, behaviour=behaviour)


def conditions(settings: Settings) -> frozenset[str]:
    """The names of the conditions in which the endpoint is to stand."""
    return frozenset(filter(None, (settings.conditions or "").split(",")))


def check(settings: Settings) -> None:
    """Raise `SettingsError` for a fault or a condition that there is not, or without the catalogue of faults."""
    try:
        if settings.fault:
            _catalogue("--fault").faulty(settings.fault)
    except ValueError as error:
        raise SettingsError(f"--fault: {error}") from None
    if names := conditions(settings):
        from contracts.reference.conditions import around

        try:
            around(names)
        except ValueError as error:
            raise SettingsError(str(error)) from None


def faults() -> Mapping[str, str]:
    """One line about each fault by its name; raises `SettingsError` where there is no catalogue."""
    found = _catalogue("--list-faults").FAULTS
    return {name: " ".join(fault.description.partition("\n\n")[0].split()) for name, fault in found.items()}


def _catalogue(option: str) -> Any:
    if not (ROOT / "tests" / "faults" / "catalogue.py").is_file():
        missing = "the catalogue of faults is not part of the installed package; use a checkout of the project"
        raise SettingsError(f"{option}: {missing}")
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    return importlib.import_module("tests.faults")
