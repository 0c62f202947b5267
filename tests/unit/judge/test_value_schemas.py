"""Values of fields of any type: the examples' are known to be right, others are open, other types are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import value_schemas, values
from contracts.spec.contract import Contract
from contracts.spec.load import load_contract
from tests.made_pages import LAMP, derived

SHOWN = {"on": True, "colors": ["red", "blue"], "level": 0.5, "place": {"x": 1, "y": 2}, "mood": "calm"}


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return load_contract(derived(tmp_path_factory.mktemp("lamp"), LAMP))


@pytest.mark.parametrize(("field", "shown"), SHOWN.items(), ids=SHOWN)
def test_only_what_an_example_shows_is_demanded(lamp: Contract, field: str, shown: Json) -> None:
    demanded = [step.value for step in values.series(lamp, field) if not step.is_open]
    allowed = [True, False] if isinstance(shown, bool) else [shown]
    assert shown in demanded
    assert MISSING in demanded
    assert all(value in (*allowed, MISSING, None) for value in demanded)
    assert values.assignments(lamp, 3)[field] in allowed
    assert value_schemas.generated_schema(lamp, field)["enum"] == allowed


@pytest.mark.parametrize("field", [field for field in SHOWN if field != "on"])
def test_another_value_of_the_same_type_is_observed(lamp: Contract, field: str) -> None:
    (other,) = (step.value for step in values.series(lamp, field) if step.is_open)
    assert other != SHOWN[field]
    assert isinstance(other, type(SHOWN[field]))


@pytest.mark.parametrize("field", SHOWN)
def test_values_of_other_types_are_wrong(lamp: Contract, field: str) -> None:
    wrong = list(values.invalid(lamp, field))
    assert len(wrong) >= 4
    assert all(type(value) is not type(SHOWN[field]) for value in wrong)


def test_what_the_client_wants_has_no_name_of_its_own(lamp: Contract) -> None:
    assert (lamp.api_version, lamp.group, lamp.namespaced, lamp.namespace_of("x", None)) == ("v1", "", False, "")
    assert set(lamp.desired) == {*SHOWN, "serial", "parts"}
    assert {"immutable.serial", "immutable.parts"} <= lamp.requirements.keys()
    assert load_contract(Path("openapi/replace-pytorchjob.yaml")).desired == ("spec",)
