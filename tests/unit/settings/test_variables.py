"""Environment variables that are named as options and are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.settings.config_file import SettingsError
from contracts.settings.option import ENVIRONMENT_PREFIX
from contracts.settings.variables import KNOWN, check_variables, unknown


@pytest.mark.parametrize(
    ("given", "meant"), [("TARGETT", "TARGET"), ("WORKRS", "WORKERS"), ("TOKENFILE", "TOKEN_FILE")]
)
def test_a_mistyped_one_is_refused(given: str, meant: str) -> None:
    with pytest.raises(SettingsError) as caught:
        check_variables({ENVIRONMENT_PREFIX + given: "x"}, {})
    wanted = f"{ENVIRONMENT_PREFIX}{given}: there is no such option; did you mean {ENVIRONMENT_PREFIX}{meant}?"
    assert str(caught.value) == wanted


@pytest.mark.parametrize("name", ["TOKEN_STAGING", "TOKEN_2", "SOMETHING_ELSE"])
def test_somebodys_own_is_left_out(name: str) -> None:
    environment = {ENVIRONMENT_PREFIX + name: "x", "HOME": "/"}
    check_variables(environment, {})
    assert unknown(environment, {}) == [ENVIRONMENT_PREFIX + name]


NAME = ENVIRONMENT_PREFIX + "TARGETT"


@pytest.mark.parametrize(
    "content", [{"token": f"${{{NAME}}}"}, {"targets": [{"name": "a", "header": [f"X: a-${{{NAME}}}"]}]}]
)
def test_one_that_the_file_refers_to_is_known(content: object) -> None:
    check_variables({NAME: "x"}, content)
    assert unknown({NAME: "x"}, content) == []


@given(st.sets(st.sampled_from(sorted(KNOWN))))
def test_those_of_options_are_known(names: set[str]) -> None:
    check_variables(names, {})
    assert unknown(names, {}) == []
