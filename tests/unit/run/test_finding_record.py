"""Findings as a record holds them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

from contracts.jsonvalue.paths import Json
from contracts.masking.masker import Masker
from contracts.report.finding import Demand, Expected, Finding, Observed, Seen
from contracts.report.recorded import finding_id
from contracts.run import finding_record
from contracts.run.evidence import Evidence
from contracts.run.run import Run

SECRET = "canary-" + "".join(f"{number:03}" for number in range(100))


def brief(expected: Json, observed: Json) -> tuple[str, str]:
    secrets = Masker()
    secrets.learn_answer({"env": [{"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET}]})
    run = cast("Run", SimpleNamespace(secrets=secrets, contract=SimpleNamespace(shown=str)))
    demand, seen = Expected(Demand.STORED, (expected,)), Observed(Seen.STORED, 200, observed)
    found = Finding("replaceable.annotations", demand, seen, ("metadata", "annotations"), "replaceable-fields")
    recorded = finding_record._brief(Evidence(found, None), run)
    return recorded.expected, recorded.observed


def test_a_secret_is_masked_before_it_is_cut_in_its_middle() -> None:
    said = brief({"a": SECRET, "b": 1}, {"a": SECRET, "b": 2})
    assert said == ('stored value {"a": "$PASSWORD", "b": 1}', '200, stored value {"a": "$PASSWORD", "b": 2}')


def test_long_values_are_cut_around_their_difference() -> None:
    said = brief("x" * 70_000 + "y", "x" * 70_000 + "z")
    assert said[0].endswith('xy"')
    assert said[1].endswith('xz"')


def test_a_finding_of_an_update_with_a_secret_in_its_path_has_the_id_of_its_record() -> None:
    secrets = Masker()
    secrets.learn_answer({"env": [{"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET}]})
    run = cast("Run", SimpleNamespace(secrets=secrets, contract=SimpleNamespace(shown="update/{}".format)))
    demand, seen = Expected(Demand.STORED, (1,)), Observed(Seen.STORED, 200, 2)
    found = Finding("replaceable.annotations", demand, seen, ("metadata", "annotations", SECRET), "replaceable-fields")
    recorded = finding_record._brief(Evidence(found, None), run)
    assert SECRET not in recorded.field
    assert recorded.id == finding_record.id_of(found, run)
    assert recorded.id == finding_id("update/replaceable.annotations", found.rule, recorded.field)
