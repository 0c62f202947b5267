"""Headers, query parameters and labels as options: what is read, what is refused, and that no secret is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.run import fleet_config
from contracts.settings import pairs, show
from contracts.settings.config_file import SettingsError
from contracts.settings.pairs import Pair
from contracts.settings.resolve import resolve, resolve_all

SECRET = "s3cret-0123456789"
TARGET = {"target": "http://a.example"}


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (pairs.header, "X-Project-Id"),
        (pairs.header, ": value"),
        (pairs.header, "X Y: value"),
        (pairs.header, "Authorization: Bearer x"),
        (pairs.header, "content-type: text/plain"),
        (pairs.header, "X-A: ü"),
        (pairs.header, "X-A: a\r\nX-B: b"),
        (pairs.header, "X-A: @/absent/file"),
        (pairs.parameter, "tenant"),
        (pairs.parameter, "=x"),
        (pairs.parameter, "pretty=true"),
        (pairs.label, "a"),
        (pairs.label, "=a"),
        (pairs.label, 5),
    ],
)
def test_what_cannot_be_read_says_what_is_expected(read: Callable[[Any], Pair], given: Any) -> None:
    with pytest.raises(ValueError, match="expected "):
        read(given)


@pytest.mark.parametrize(
    ("key", "value"), [("header", ["x"]), ("query", ["x"]), ("labels", ["x"]), ("keep", ["a[", "spec.a"])]
)
def test_one_that_does_not_parse_is_one_line_with_the_option(key: str, value: list[str]) -> None:
    with pytest.raises(SettingsError, match=f"--{key}: expected [^\n]*$"):
        resolve({**TARGET, key: value}, {})


def test_values_are_read_as_they_are() -> None:
    settings = resolve({**TARGET, "header": ["X-A:  a: b "], "query": ["t=1=2", "u=ä &"], "labels": ["k/x="]}, {})
    assert [(one.name, one.value) for one in settings.header] == [("X-A", "a: b")]
    assert pairs.query(settings.query) == "t=1%3D2&u=%C3%A4+%26"
    assert [(one.name, one.value) for one in settings.labels] == [("k/x", "")]
    assert pairs.secrets(settings.header, settings.query) == frozenset()


def test_a_value_of_a_variable_or_a_file_is_a_secret(tmp_path: Path) -> None:
    held = tmp_path / "held"
    held.write_text(SECRET + "\n")
    file = tmp_path / "options.yaml"
    file.write_text("target: http://a.example\nheader:\n- 'X-A: ${MINE}'\n- 'X-B: plain'\nquery: t=${MINE}\n")
    environment = {"MINE": SECRET}
    told: list[tuple[dict[str, Any], dict[str, str], Path | None]] = [
        ({}, environment, file),
        ({**TARGET, "header": [f"X-A: @{held}"], "query": [f"t=@{held}"]}, {}, None),
        (TARGET, {"PYTORCHJOB_CONTRACT_HEADER": f"X-A: {SECRET}", "PYTORCHJOB_CONTRACT_QUERY": f"t={SECRET}"}, None),
    ]
    for given, variables, named in told:
        settings, origins = resolve_all(given, variables, named)
        assert settings.header[0].value == settings.query[0].value == SECRET
        assert pairs.secrets(settings.header, settings.query) == {SECRET}
        shown = [repr(settings), show.text(settings, origins, named), show.command(settings)]
        shown += [show.restore_command(settings, "http://a.example", named), str(show.configuration(settings))]
        assert not [text for text in shown if SECRET in text]


def test_what_was_given_is_given_again(tmp_path: Path) -> None:
    given = {"header": ["X-A: a b", "X-B: c"], "query": ["t=1"], "labels": ["k=v"], "keep": ["metadata.labels[k/x]"]}
    line = show.command(resolve({**TARGET, **given, "seed": 1}, {}))
    for words in ("--header='X-A: a b'", "--header='X-B: c'", "--query=t=1", "--labels=k=v", "--keep='metadata.labels"):
        assert words in line
    hidden = resolve({**TARGET, "seed": 1}, {"PYTORCHJOB_CONTRACT_HEADER": f"X-A: {SECRET}"})
    assert show.command(hidden).startswith('PYTORCHJOB_CONTRACT_HEADER="$HEADER" ')
    assert f"--config={tmp_path / 'c'}" in show.restore_command(hidden, "http://a.example", tmp_path / "c")


def test_each_endpoint_of_a_fleet_has_its_own_and_no_command_line_shows_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    one = "  - name: one\n    target: http://a.example\n    header: ['X-A: ${MINE}', 'X-B: b']\n    query: t=1\n"
    file.write_text(f"targets:\n{one}  - name: two\n    target: http://b.example\n")
    fleet = fleet_config.read(file, {}, {"MINE": SECRET})
    first, second = fleet.members
    assert not first.problem
    assert "--query=t=1" in first.arguments
    assert not [text for text in first.arguments if SECRET in text]
    assert first.secrets == {"PYTORCHJOB_CONTRACT_HEADER": f"X-A: {SECRET}\nX-B: b"}
    assert second.secrets == {}
    assert "MINE" in fleet.hidden


@pytest.mark.parametrize(
    "given",
    [
        {"object": "f", "name": "mine"},
        {"image": "i", "name": "mine"},
        {"labels": ["a=b"], "name": "mine"},
        {"header": ["X-Auth-Token: x"], "auth_header": "x-auth-token"},
    ],
)
def test_options_that_contradict_each_other(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="--"):
        resolve({**TARGET, **given}, {})
