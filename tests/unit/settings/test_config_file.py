"""The configuration file: variables, secrets, which file counts; and what is shown of all that is in effect."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from contracts.settings import config_name, show
from contracts.settings.config_file import SettingsError
from contracts.settings.options import BY_KEY, OPTIONS, SECRETS
from contracts.settings.resolve import resolve, resolve_all

TARGET = {"target": "https://target.example"}
HIDDEN = "hunter2-0123456789"


def in_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "options.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(given: dict[str, Any], environment: dict[str, str], file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        resolve(given, environment, file)
    text = str(caught.value)
    assert "\n" not in text
    assert HIDDEN not in text
    return text


# ---------------------------------------------------------------- variables


@pytest.mark.parametrize(
    ("content", "key", "expected"),
    [
        ("namespace: ${NS}", "namespace", "team-a"),
        ("namespace: a-${NS}-${NUMBER}", "namespace", "a-team-a-7"),
        ("seed: ${NUMBER}", "seed", 7),
        ("insecure: ${YES}", "insecure", True),
        ("report-dir: /r/${NS}", "report_dir", Path("/r/team-a")),
        ("namespace: $NS", "namespace", "$NS"),
        ("organization: $$ {NS}", "organization", "$$ {NS}"),
        ("namespace: ${TWICE}", "namespace", "${NS}"),
        ("seed: 5", "seed", 5),
    ],
)
def test_variables_are_replaced_once(tmp_path: Path, content: str, key: str, expected: Any) -> None:
    environment = {"NS": "team-a", "NUMBER": "7", "YES": "true", "TWICE": "${NS}"}
    assert getattr(resolve({}, environment, in_file(tmp_path, content)), key) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("namespace: ${NS}", "namespace: the environment variable NS is not set"),
        ("namespace: a${SET}b${NS}", "namespace: the environment variable NS is not set"),
        ("namespace: ${}", "namespace: expected ${VAR}, with a variable's name in braces"),
        ("namespace: ${NS:-x}", "namespace: expected ${VAR}, with a variable's name in braces"),
        ("namespace: ${SET", "namespace: expected ${VAR}, with a variable's name in braces"),
        ("namespace: ${EMPTY}", "namespace: expected a text that is not empty"),
        ("token: ${NS}", "token: the environment variable NS is not set"),
        ("token: ${EMPTY}", "token: expected one credential on one line"),
    ],
)
def test_a_variable_that_is_not_set_is_named_with_the_key(tmp_path: Path, content: str, reason: str) -> None:
    file = in_file(tmp_path, content)
    assert refusal(TARGET, {"SET": "x", "EMPTY": ""}, file) == f"{file}: {reason}"


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize("option", SECRETS, ids=lambda option: option.name)
def test_a_secret_comes_from_the_environment_or_a_reference(tmp_path: Path, option: Any) -> None:
    needed = {"access-key": "secret-key", "secret-key": "access-key", "security-token": "access-key"}
    variables = {"PYTORCHJOB_CONTRACT_SECRET_KEY": "s", "PYTORCHJOB_CONTRACT_ACCESS_KEY": "a"}
    companions = variables if option.name in needed else {}
    if option.name.endswith("iam-password"):
        account = dict.fromkeys(("IAM_URL", "IAM_DOMAIN", "IAM_PROJECT"), "https://i")
        users = {**account, option.key.upper().replace("PASSWORD", "USER"): "u"}
        companions = {f"PYTORCHJOB_CONTRACT_{name}": value for name, value in users.items()}
    variable = f"PYTORCHJOB_CONTRACT_{option.key.upper()}"
    direct = resolve(TARGET, {**companions, variable: f" {HIDDEN}\n"})
    companions.pop(variable, None)
    file = in_file(tmp_path, f"{option.name}: ${{MINE}}")
    referred = resolve(TARGET, {**companions, "MINE": HIDDEN}, file)
    for settings in (direct, referred):
        assert getattr(settings, option.key) == HIDDEN
        assert HIDDEN not in repr(settings)
    assert getattr(resolve({**TARGET, option.key: HIDDEN}, {}), option.key) is None


@pytest.mark.parametrize("option", SECRETS, ids=lambda option: option.name)
@pytest.mark.parametrize("value", [HIDDEN, f"'x${{MINE}}{HIDDEN}'", "'${MINE} '", "5", "[x]", "true"])
def test_a_secret_that_stands_in_the_file_is_refused(tmp_path: Path, option: Any, value: str) -> None:
    file = in_file(tmp_path, f"{option.name}: {value}")
    message = "a secret does not belong into a file; write ${VAR} to take it from a variable"
    assert refusal(TARGET, {"MINE": HIDDEN}, file) == f"{file}: {option.name}: {message}"


@pytest.mark.parametrize("value", [f"{HIDDEN}\nsecond", "", " ", f"{HIDDEN}\x00"])
def test_a_secret_that_is_none_is_not_shown(value: str) -> None:
    variable = "PYTORCHJOB_CONTRACT_TOKEN"
    assert refusal(TARGET, {variable: value}) == f"{variable}: expected one credential on one line"


def test_a_broken_file_is_not_quoted(tmp_path: Path) -> None:
    for content in (f'token: "{HIDDEN}', f"token: {HIDDEN}: [", f"a: b\n{HIDDEN}"):
        assert refusal({}, {}, in_file(tmp_path, content)).startswith(f"--config: {tmp_path}")


def test_near_keys_of_secrets(tmp_path: Path) -> None:
    file = in_file(tmp_path, f"acces-key: {HIDDEN}")
    assert refusal({}, {}, file) == f"--config: {file}: unknown key 'acces-key'; did you mean access-key?"


# ---------------------------------------------------------------- which credential, which file


def test_of_two_credentials_the_stronger_source_counts(tmp_path: Path) -> None:
    variable = {"PYTORCHJOB_CONTRACT_TOKEN": HIDDEN}
    on_line = resolve({**TARGET, "token_file": "f"}, variable)
    assert (on_line.token_file, on_line.token) == (Path("f"), None)
    file = in_file(tmp_path, "token-file: g\ndenied-token-file: h")
    by_variable = resolve(TARGET, variable, file)
    assert (by_variable.token_file, by_variable.token) == (None, HIDDEN)
    assert by_variable.denied_token_file == Path("h")


@pytest.mark.parametrize(
    ("given", "environment", "message"),
    [
        ({"token_file": "a", "access_key_file": "b"}, {}, "--access-key-file and --token-file exclude each other"),
        (
            {},
            {"TOKEN": "a", "TOKEN_FILE": "b"},
            "PYTORCHJOB_CONTRACT_TOKEN and PYTORCHJOB_CONTRACT_TOKEN_FILE exclude each other",
        ),
        (
            {"denied_token_file": "a", "denied_access_key_file": "b"},
            {},
            "--denied-access-key-file and --denied-token-file exclude each other",
        ),
        ({"in_cluster": True, "kubeconfig": "a"}, {}, "--in-cluster excludes --kubeconfig and --context"),
        ({"in_cluster": True, "context": "a"}, {}, "--in-cluster excludes --kubeconfig and --context"),
        (
            {},
            {"ACCESS_KEY": "a"},
            "access-key and secret-key need each other (PYTORCHJOB_CONTRACT_ACCESS_KEY, …_SECRET_KEY)",
        ),
        ({}, {"SECURITY_TOKEN": "a"}, "PYTORCHJOB_CONTRACT_SECURITY_TOKEN needs access-key and secret-key"),
    ],
)
def test_credentials_that_contradict_each_other(
    given: dict[str, Any], environment: dict[str, str], message: str
) -> None:
    variables = {f"PYTORCHJOB_CONTRACT_{name}": value for name, value in environment.items()}
    assert refusal({**TARGET, **given}, variables) == message


def test_what_names_a_target() -> None:
    for given in ({"kubeconfig": "f"}, {"context": "c"}, {"in_cluster": True}, TARGET):
        assert not resolve({**given, "name": "x"}, {}).embedded
    assert resolve({}, {}).embedded
    assert refusal({}, {"PYTORCHJOB_CONTRACT_TOKEN": HIDDEN}) == "PYTORCHJOB_CONTRACT_TOKEN needs --target"


def test_which_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    variable = {"PYTORCHJOB_CONTRACT_CONFIG": "b"}
    assert config_name.choose(None, {}) is None
    (tmp_path / "pytorchjob-contract.yaml").mkdir()
    assert config_name.choose(None, {}) is None
    (tmp_path / "pytorchjob-contract.yaml").rmdir()
    (tmp_path / "pytorchjob-contract.yaml").write_text("")
    assert config_name.choose(None, {}) == Path("pytorchjob-contract.yaml")
    assert config_name.choose(None, variable) == Path("b")
    assert config_name.choose("a", variable) == Path("a")


# ---------------------------------------------------------------- what is in effect


def test_what_is_in_effect_and_where_it_came_from(tmp_path: Path) -> None:
    file = in_file(tmp_path, "namespace: team-a\nseed: 0\ndenied-token: ${MINE}\ninsecure: true")
    environment = {"PYTORCHJOB_CONTRACT_TIMEOUT": "0.5", "PYTORCHJOB_CONTRACT_TOKEN": HIDDEN, "MINE": "x" + HIDDEN}
    text = show.text(*resolve_all({**TARGET, "namespace": "team-b"}, environment, file), file)
    assert HIDDEN not in text
    rows = {line.split()[0]: line.split(maxsplit=2)[1:] for line in text.splitlines()[1:]}
    assert text.splitlines()[0] == f"configuration file: {file}"
    assert set(rows) == {option.name for option in BY_KEY.values()}
    assert rows["target"] == ["https://target.example", "command line --target"]
    assert rows["namespace"] == ["team-b", "command line --namespace"]
    assert rows["timeout"] == ["0.5", "environment PYTORCHJOB_CONTRACT_TIMEOUT"]
    assert rows["token"] == ["***", "environment PYTORCHJOB_CONTRACT_TOKEN"]
    assert rows["denied-token"] == ["***", f"{file}: denied-token"]
    assert rows["seed"] == ["0", f"{file}: seed"]
    assert rows["insecure"] == ["true", f"{file}: insecure"]
    assert rows["token-file"] == ["-", "default"]
    assert rows["examples"] == ["25", "default"]
    assert show.text(*resolve_all({}, {}), None).splitlines()[0] == "configuration file: none"
    assert "random" in show.text(*resolve_all({}, {}), None)


def test_a_credential_that_another_one_beats_is_not_in_effect() -> None:
    _, origins = resolve_all({**TARGET, "token_file": "f"}, {"PYTORCHJOB_CONTRACT_TOKEN": HIDDEN})
    assert origins["token"] == "default"
    assert {option.key for option in OPTIONS} < set(origins)


def test_command_that_makes_a_run_again(tmp_path: Path) -> None:
    given = {
        "target": "https://a.example",
        "token_file": str(tmp_path / "to ken"),
        "seed": "7",
        "require_complete": True,
    }
    given |= {"organization": "it's us", "report_dir": "elsewhere", "timeout": "5"}
    settings = resolve(given, {})
    words = shlex.split(show.command(settings))
    assert words[:2] == ["pytorchjob-contract", "run"]
    again = resolve({**options_of(words[2:]), "report_dir": "elsewhere"}, {})
    assert again == settings
    secret = show.command(resolve(TARGET, {"PYTORCHJOB_CONTRACT_TOKEN": "canary-0123"}))
    assert "canary" not in secret
    assert secret.startswith('PYTORCHJOB_CONTRACT_TOKEN="$TOKEN" pytorchjob-contract run --target=')


def options_of(words: list[str]) -> dict[str, str]:
    pairs = (word.removeprefix("--").partition("=") for word in words)
    return {name.replace("-", "_"): value if sign else "true" for name, sign, value in pairs}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("target: http://a\ntarget: http://b\n", "target is there twice, line 2"),
        ("target: " + "[" * 5000, "nested too deeply"),
        ("target: " + "[" * 5000 + "]" * 5000, "nested too deeply"),
    ],
    ids=["twice", "open", "deep"],
)
def test_a_file_that_nobody_meant(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=words):
        resolve({}, {}, file)


def test_anchors_that_would_fill_the_memory_are_no_value(tmp_path: Path) -> None:
    rows = ["&a0 [x, x, x, x, x, x, x, x, x]"] + [f"&a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    file = tmp_path / "file.yaml"
    file.write_text(f"target: [{', '.join(rows)}]\n")
    with pytest.raises(SettingsError, match=r"target: expected one value$"):
        resolve({}, {}, file)


@pytest.mark.parametrize("value", ["[a]", "{a: b}", "!!set {a}", "!!binary YQ=="])
def test_a_collection_is_no_value(tmp_path: Path, value: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(f"report-dir: {value}\n")
    with pytest.raises(SettingsError, match=r"report-dir: expected one value$"):
        resolve({}, {}, file)
