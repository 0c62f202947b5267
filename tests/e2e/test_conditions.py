"""Conditions of real environments: a conformant endpoint in them is accused of nothing but what a condition names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from contracts.reference.conditions import CONDITIONS

from .command import Command, Finished, call
from .endpoint import Serve, node_pool_object, put_example

# Cases in which most conditions show, a few seconds long.
SOME = "labels or annotations or clean or correct_replacement or token or credential or stale or sequence"
# What a condition needs that is no option of a run against the embedded endpoint.
BY_HAND = {
    "node-selector": "an object that chooses a node pool",
    "create-forbidden": "an object that is there already",
}
# Conditions that put off or lag for so long that some of the cases must do.
SLOWING = (
    *("overload", "overload-until", "restart", "read-lag", "read-lag-all", "one-lagging-replica", "replica-second"),
    *("cached-reads", "status-burst"),
)
COMBINATIONS = (
    ("webhook-stamp", "controller-stamp"),
    ("webhook-keys", "webhook-defaults", "operator"),
    ("errors-vendor", "anonymous-403", "schemeless", "vendor-headers"),
    ("read-lag", "errors-problem"),
    ("gateway-applied-502", "read-lag"),
    ("read-lag-all", "controller-late"),
    ("controller-finalizer", "no-generation"),
    ("autoscaler", "version-unordered"),
)
QUICK = ("webhook-keys", "errors-vendor", "anonymous-403", "no-generation", "controller-stamp")


def failed(finished: Finished) -> set[str]:
    """The requirements that failed or could not be judged."""
    return {name for name, outcome in finished.outcomes.items() if outcome in ("failed", "error")}


def expect_no_accusation(finished: Finished, names: Iterable[str]) -> None:
    """Nothing failed but what these conditions name, and the exit status says just that."""
    allowed = {CONDITIONS[name].may_fail for name in names} - {""}
    found = failed(finished)
    assert found <= allowed, finished.output
    assert finished.status == (1 if found else 0), finished.output


def options_of(names: Iterable[str]) -> list[str]:
    return [option for name in names for option in CONDITIONS[name].run_with]


def test_conditions_are_listed_and_an_unknown_one_is_usage(tmp_path: Path) -> None:
    listed = call("serve", "--list-conditions", directory=tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(CONDITIONS)
    for line in (("run", "--with=thunder"), ("serve", "--with=thunder")):
        refused = call(*line, directory=tmp_path)
        assert refused.returncode == 4, refused.stderr
        assert "there is no condition 'thunder'; the nearest are" in refused.stderr


@pytest.mark.parametrize("name", QUICK)
def test_what_others_do_is_not_blamed(run: Command, name: str) -> None:
    expect_no_accusation(run(f"--with={name}", "--examples=1", "--", "-k", SOME), [name])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CONDITIONS if name not in BY_HAND])
def test_no_condition_is_an_accusation(run: Command, name: str) -> None:
    some = ("--", "-k", SOME) if name in SLOWING else ()
    expect_no_accusation(run(f"--with={name}", *options_of([name]), "--examples=1", *some), [name])


@pytest.mark.slow
@pytest.mark.parametrize("names", COMBINATIONS, ids="+".join)
def test_conditions_together_are_no_accusation(run: Command, names: tuple[str, ...]) -> None:
    expect_no_accusation(run(f"--with={','.join(names)}", *options_of(names), "--examples=1"), names)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gateway-502", "gateway-503", "gateway-504", "gateway-500-html", "etcd-leader"])
def test_what_fails_once_in_a_while_is_one_finding(run: Command, name: str) -> None:
    finished = run(f"--with={name}", "--examples=1")
    may_fail = CONDITIONS[name].may_fail
    assert failed(finished) == {may_fail}, finished.output
    assert len(finished.findings(may_fail)) == 1


@pytest.mark.slow
def test_what_a_condition_demands_is_named_when_it_is_missing(run: Command) -> None:
    finished = run("--with=image-policy", "--", "-k", "labels")
    assert finished.status == 3, finished.output
    assert "--image" in finished.output


def test_an_object_of_ones_own_passes_a_policy(run: Command, tmp_path: Path) -> None:
    some = ("--examples=1", "--", "-k", "labels")
    assert run("--with=node-selector", *some).status == 3
    finished = run("--with=node-selector", f"--object={node_pool_object(tmp_path)}", *some)
    expect_no_accusation(finished, ["node-selector"])


def test_an_existing_object_is_judged_where_none_may_be_created(run: Command, serve: Serve) -> None:
    with serve(conditions=frozenset({"create-forbidden"})) as served:
        name = put_example(served.endpoint)
        finished = run(*served.arguments, f"--name={name}", "--yes", "--examples=1", "--", "-k", SOME)
        refused = run(*served.arguments, "--examples=1", "--", "-k", "labels")
    expect_no_accusation(finished, ["create-forbidden"])
    assert refused.status == 3, refused.output
    assert "--name" in refused.output


def test_a_connection_that_is_closed_is_no_answer_to_who_may_not(run: Command) -> None:
    finished = run("--with=connection-drops", "--seed=1", "--", "-k", "test_every_kind_of_request")
    assert finished.outcomes["status.403"] == finished.outcomes["status.401"] == "passed", finished.output
