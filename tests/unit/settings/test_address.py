"""The query of a target: parameters of every request, secret where a variable gives them, of this URL alone."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.run import fleet_config
from contracts.settings import pairs, show
from contracts.settings.address import address
from contracts.settings.options import OPTIONS, Settings
from contracts.settings.recorded import repeated
from contracts.settings.resolve import resolve, resolve_all

SECRET = "s3cret+/0123456789="
NOTHING: dict[str, Any] = {option.key: None for option in OPTIONS}


def sent(settings: Settings) -> list[tuple[str, str, bool]]:
    return [(one.name, one.value, one.secret) for one in settings.query]


def test_the_query_of_a_target_goes_with_every_request_and_the_url_is_bare() -> None:
    settings = resolve({"target": "https://gw.example/api/?tenant=7&v=a%20b&debug", "query": ["w=1", "tenant=7"]}, {})
    assert settings.target == "https://gw.example/api"
    assert sent(settings) == [("tenant", "7", False), ("v", "a b", False), ("debug", "", False), ("w", "1", False)]
    again = shlex.split(show.command(settings))
    assert [word for word in again if word.startswith(("--target", "--query"))] == [
        *("--target=https://gw.example/api", "--query=tenant=7", "--query=v=a b", "--query=debug=", "--query=w=1")
    ]


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8).filter(
    lambda text: not text.startswith("@") and text == text.strip()
)


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,5}", fullmatch=True), words), max_size=4))
def test_what_is_written_as_a_query_is_read_as_the_same_parameters(parameters: list[tuple[str, str]]) -> None:
    query = pairs.query(pairs.parameter(f"{name}={text}") for name, text in parameters)
    found = address(f"https://gw.example?{query}")
    assert found.url == "https://gw.example"
    assert [(one.name, one.value) for one in found.query] == parameters
    assert pairs.query(found.query) == query


@pytest.mark.parametrize(
    ("target", "secret"),
    [
        ("https://gw.example/api?tenant=7&key=${KEY}", [False, True]),
        ("https://${HOST}/api?tenant=7&key=${KEY}", [False, True]),
        ("${WHOLE}", [True, True]),
    ],
)
def test_what_a_variable_gives_is_secret_and_is_taken_as_it_is(tmp_path: Path, target: str, secret: list[bool]) -> None:
    file = tmp_path / "options.yaml"
    file.write_text(f"target: {target}\n")
    whole = f"https://gw.example/api?tenant=7&{pairs.query([pairs.parameter(f'key={SECRET}')])}"
    environment = {"KEY": SECRET, "HOST": "gw.example", "WHOLE": whole}
    settings, origins = resolve_all({}, environment, file)
    assert settings.target == "https://gw.example/api"
    assert [(one.name, one.value) for one in settings.query] == [("tenant", "7"), ("key", SECRET)]
    assert [one.secret for one in settings.query] == secret
    shown = [repr(settings), show.text(settings, origins, file), show.command(settings)]
    shown += [show.restore_command(settings, "https://gw.example/api", file), str(show.configuration(settings))]
    assert not [text for text in shown if SECRET in text]


def test_a_variable_of_the_environment_is_secret_too() -> None:
    settings = resolve({}, {"PYTORCHJOB_CONTRACT_TARGET": "https://gw.example?key=0123456789"})
    assert (settings.target, sent(settings)) == ("https://gw.example", [("key", "0123456789", True)])


def test_the_query_stays_with_its_url(tmp_path: Path) -> None:
    file = tmp_path / "options.yaml"
    file.write_text("target: https://gw.example/api?key=${KEY}\n")
    environment = {"KEY": SECRET}
    assert sent(resolve({"target": "https://other.example"}, environment, file)) == []
    # as `restore` is told, whose line shows no secret
    assert sent(resolve({"target": "https://gw.example/api/"}, environment, file)) == [("key", SECRET, True)]
    assert sent(resolve({"target": "https://gw.example/api?key=1"}, environment, file)) == [("key", "1", False)]


def test_a_replay_takes_over_what_its_own_target_does_not_say() -> None:
    line = ["run", "--target=https://gw.example", "--query=tenant=7", "--query=b=1", "--token-file=t"]
    target = "https://gw.example/?tenant=8"
    assert repeated(line, {**NOTHING, "target": target}, frozenset()) == {"query": ["b=1"], "token_file": "t"}
    elsewhere = repeated(line, {**NOTHING, "target": "https://other.example?tenant=8"}, frozenset())
    assert elsewhere.keys().isdisjoint({"query", "token_file"})


def test_an_endpoint_of_a_fleet_is_sent_its_own_query_and_no_command_line_shows_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text(
        "targets:\n"
        "- {name: one, target: 'https://a.example/x?tenant=7&key=${KEY}', query: t=1}\n"
        "- {name: two, target: 'https://b.example?tenant=8'}\n"
        "- {name: three, target: '${WHOLE}', query: 't=${OTHER}'}\n"
        "- {name: four, target: 'https://d.example?pretty=true'}\n"
    )
    environment = {"KEY": SECRET, "WHOLE": "https://c.example?key=9", "OTHER": "1"}
    fleet = fleet_config.read(file, {}, environment)
    one, two, three, four = fleet.members
    variable = "PYTORCHJOB_CONTRACT_QUERY"
    assert (one.arguments, one.secrets) == (
        ("--target=https://a.example/x",),
        {variable: f"tenant=7\nkey={SECRET}\nt=1"},
    )
    assert (two.arguments, two.secrets) == (("--target=https://b.example", "--query=tenant=8"), {})
    assert (three.arguments, three.secrets) == (("--target=https://c.example",), {variable: "key=9\nt=1"})
    assert four.problem.endswith("four: target: expected another parameter than pretty, which is judged")
    assert fleet.hidden == {"KEY", "WHOLE", "OTHER"}
