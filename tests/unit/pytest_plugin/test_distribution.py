"""Workers together keep the limits of the run: no more of them than these have room for, each with its part."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pytest_plugin import distribution
from contracts.pytest_plugin.distribution import distribute, most_workers
from contracts.pytest_plugin.xdist import KEY, SPENT, Workers
from contracts.settings.options import Settings
from contracts.settings.resolve import resolve


def settings_of(**given: Any) -> Settings:
    return resolve(given, {}, None)


def config_of(**option: Any) -> pytest.Config:
    options = SimpleNamespace(
        **{"numprocesses": None, "maxprocesses": None, "dist": "no", "maxschedchunk": None, **option}
    )
    return cast("pytest.Config", SimpleNamespace(option=options, stash=pytest.Stash()))


@given(
    st.none() | st.floats(0.1, 50),
    st.none() | st.integers(1, 50),
    st.integers(1, 12),
    st.integers(0, 60),
)
def test_workers_together_keep_pace_and_budget(pace: float | None, budget: int | None, wanted: int, spent: int) -> None:
    settings = settings_of(max_rps=pace, requests=budget)
    processes = min(wanted, most_workers(settings) or wanted)
    workers = Workers(_directory=Path("unused"))
    for number in range(processes):
        workers.instruct(
            SimpleNamespace(gateway=SimpleNamespace(id=str(number)), workerinput={}), settings, processes, spent
        )
    told = [json.loads(node.workerinput[KEY])["settings"] for node in workers.nodes]
    if pace is not None:
        assert sum(one["max_rps"] for one in told) <= pace
        assert all(one["max_rps"] > 0 for one in told)
    if budget is not None:
        assert sum(one["requests"] for one in told) <= max(0, budget - spent)


@pytest.mark.parametrize(
    ("given_options", "most"),
    [
        ({}, None),
        ({"requests": 4}, 4),
        ({"max_rps": 2.5, "requests": 4}, 2),
        ({"max_rps": 0.5}, 1),
        ({"max_rps": 30}, 30),
    ],
)
def test_pytests_own_option_starts_no_more_workers_either(given_options: dict[str, Any], most: int | None) -> None:
    config = config_of(numprocesses=8)
    distribute(config, settings_of(**given_options))
    assert config.option.maxprocesses == most
    config = config_of(numprocesses="auto", maxprocesses=2)
    distribute(config, settings_of(**given_options))
    assert config.option.maxprocesses == min(2, most or 2)


def test_what_it_took_to_count_the_objects_is_no_longer_there_for_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution, "creatable", lambda _settings, wanted: (wanted, "", 18))
    config = config_of()
    distribute(config, settings_of(target="http://127.0.0.1:9", requests=20, workers=4))
    assert (config.option.numprocesses, config.stash[SPENT]) == (2, 18)
