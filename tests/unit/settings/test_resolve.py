"""Options: command line beats environment beats file beats default, by "was it given?"; each mistake is one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.settings import options, pairs
from contracts.settings.config_file import SettingsError
from contracts.settings.option import Option
from contracts.settings.options import OPTIONS, SECRETS, Settings
from contracts.settings.pairs import Substituted
from contracts.settings.resolve import resolve
from tests.unit.settings.given import IAM_USER, PASSWORD, in_file

# Three different values of each option, as text, and what becomes of them.
THREE: dict[str, tuple[list[str], list[Any]]] = {
    "target": (["https://a.example", "http://b.example:1/x/", "https://c.example"], []),
    "namespace": (["a", "b", "c"], []),
    "name": (["a", "b", "c"], []),
    "object": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "spec": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "image": (["a", "b", "c"], []),
    "keep": (["spec.a", "spec.b", "spec.c"], [("spec.a",), ("spec.b",), ("spec.c",)]),
    "labels": (["a=1", "b=2", "c="], [(pairs.label(one),) for one in ("a=1", "b=2", "c=")]),
    "header": (
        ["X-A: 1", "X-B: 2", "X-C: 3"],
        [(pairs.header("X-A: 1"),), (pairs.header(Substituted("X-B: 2")),), (pairs.header("X-C: 3"),)],
    ),
    "query": (
        ["a=1", "b=2", "c=3"],
        [(pairs.parameter("a=1"),), (pairs.parameter(Substituted("b=2")),), (pairs.parameter("c=3"),)],
    ),
    "cases": (["a", "b", "c"], [(Path("a"),), (Path("b"),), (Path("c"),)]),
    "operation": (["replace", "update", "replace"], []),
    "profile": (["document", "kubernetes", "document"], []),
    "kubeconfig": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "context": (["a", "b", "c"], []),
    "in-cluster": (["false", "true", "0"], [False, True, False]),
    "token-file": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "access-key-file": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "denied-access-key-file": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "denied-token-file": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "denied-namespace": (["a", "b", "c"], []),
    "iam-url": (["https://a.example", "https://b.example/", "http://c.example:1"], []),
    "iam-user": (["a", "b", "c"], []),
    "iam-domain": (["a", "b", "c"], []),
    "iam-project": (["a", "b", "c"], []),
    "denied-iam-user": (["a", "b", "c"], []),
    "denied-iam-domain": (["a", "b", "c"], []),
    "denied-iam-project": (["a", "b", "c"], []),
    "auth-header": (["X-Auth-Token", "b", "c"], []),
    "ca-file": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "client-cert": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "client-key": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "insecure": (["false", "true", "0"], [False, True, False]),
    "max-rps": (["0.5", "2", "3"], [0.5, 2.0, 3.0]),
    "timeout": (["0.5", "2", "3"], [0.5, 2.0, 3.0]),
    "time-budget": (["0.5", "2", "3"], [0.5, 2.0, 3.0]),
    "examples": (["1", "2", "3"], [1, 2, 3]),
    "requests": (["1", "2", "3"], [1, 2, 3]),
    "workers": (["1", "2", "3"], [1, 2, 3]),
    "seed": (["0", "7", "0"], [0, 7, 0]),
    "report-dir": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "endpoint": (["a", "b", "c"], []),
    "implementation": (["a", "b", "c"], []),
    "implementation-version": (["1.0", "b", "c"], []),
    "organization": (["a", "b", "c"], []),
    "contact": (["a@b.example", "b", "c"], []),
    "baseline": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "waivers": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "har": (["a", "b", "c"], [Path("a"), Path("b"), Path("c")]),
    "exchanges": (["false", "true", "no"], [False, True, False]),
    "verdict-only": (["false", "true", "no"], [False, True, False]),
    "plan": (["false", "true", "no"], [False, True, False]),
    "yes": (["false", "true", "no"], [False, True, False]),
    "require-complete": (["false", "true", "no"], [False, True, False]),
    "immutability": (["ignore", "refuse-422", "refuse-403"], []),
    "fault": (["pretty-ignored", "kind-stored", "nothing-answered"], []),
    "with": (["operator", "webhook-stamp", "operator,webhook-stamp"], []),
    "controller": (["0.5", "2", "3"], [0.5, 2.0, 3.0]),
}
IAM = {name for name in THREE if "iam-" in name}
NEEDS_TARGET = {
    *IAM,
    *("name", "header", "query", "denied-namespace", "ca-file", "client-cert", "client-key"),
    *("token-file", "denied-token-file", "access-key-file", "denied-access-key-file"),
}


def values(option: Option) -> tuple[list[str], list[Any]]:
    texts, read = THREE[option.name]
    return texts, read or [text.rstrip("/") for text in texts]


def companions(option: Option) -> dict[str, str]:
    """What must be given so that the option may be given."""
    given = {"target": "https://target.example"} if option.name in NEEDS_TARGET else {}
    if option.name in IAM:
        denied = {"denied_iam_user": "v"} if "denied" in option.name else {}
        given = {key: value for key, value in {**given, **IAM_USER, **denied}.items() if key != option.key}
    beside = {"client-key": {"client_cert": "cert"}, "operation": {"spec": "spec"}}
    return {**given, **beside.get(option.name, {})}


def passwords(option: Option) -> dict[str, str]:
    """The passwords that go with the users whom an option needs."""
    if option.name not in IAM:
        return {}
    return {**PASSWORD, **({"PYTORCHJOB_CONTRACT_DENIED_IAM_PASSWORD": "y"} if "denied" in option.name else {})}


def variable(option: Option) -> str:
    return "PYTORCHJOB_CONTRACT_" + option.name.replace("-", "_").upper()


each_option = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)


@each_option
def test_the_first_that_gives_an_option_decides_it(option: Option, tmp_path: Path) -> None:
    (one, two, three), expected = values(option)
    given, environment = {**companions(option), option.key: one}, {variable(option): two}
    file = in_file(tmp_path, f"{option.name}: {repr(three) if ':' in three else three}\n")

    def decided(*, command_line: bool = False, variables: bool = False, from_file: bool = False) -> Any:
        on_line = given if command_line else companions(option)
        around = {**passwords(option), **(environment if variables else {})}
        chosen = resolve(on_line, around, file if from_file else None)
        return getattr(chosen, option.key)

    assert decided(command_line=True, variables=True, from_file=True) == expected[0]
    assert decided(command_line=True, from_file=True) == expected[0]
    assert decided(command_line=True, variables=True) == expected[0]
    assert decided(variables=True, from_file=True) == expected[1]
    assert decided(variables=True) == expected[1]
    assert decided(from_file=True) == expected[2]


@each_option
def test_default(option: Option) -> None:
    value = getattr(resolve({} if option.name in IAM else companions(option), {}), option.key)
    assert value == option.default or (option.name == "seed" and 0 <= value < 2**32)


def test_every_option_is_a_setting_and_the_other_way_round() -> None:
    assert {option.key for option in (*OPTIONS, *SECRETS)} == set(Settings.__dataclass_fields__)
    assert set(THREE) == {option.name for option in OPTIONS}


@pytest.mark.parametrize(
    ("given", "environment", "file", "key", "expected"),
    [
        ({"seed": 0}, {}, "seed: 7", "seed", 0),
        ({}, {"PYTORCHJOB_CONTRACT_SEED": "0"}, "seed: 7", "seed", 0),
        ({}, {}, "seed: 0", "seed", 0),
        ({"insecure": False}, {}, "insecure: true", "insecure", False),
        ({}, {"PYTORCHJOB_CONTRACT_INSECURE": "false"}, "insecure: true", "insecure", False),
        ({"seed": None}, {"PYTORCHJOB_CONTRACT_SEED": "3"}, "seed: 7", "seed", 3),
        ({}, {}, "seed: null", "examples", 25),
        ({}, {}, "", "examples", 25),
        ({}, {}, "# nothing\n", "examples", 25),
        ({}, {"PYTORCHJOB_CONTRACT_REQUIRE_COMPLETE": " On "}, "", "require_complete", True),
        ({}, {}, "token-file: ~/x\ntarget: http://t", "token_file", Path("~/x").expanduser()),
        ({"target": "https://t.example/base//"}, {}, "", "target", "https://t.example/base"),
        ({"target": "http://[::1]:8080"}, {}, "", "target", "http://[::1]:8080"),
        ({"seed": 2**64 - 1}, {}, "", "seed", 2**64 - 1),
        ({"examples": "1"}, {}, "", "examples", 1),
    ],
)
def test_falsy_and_absent_values(
    tmp_path: Path, given: dict[str, Any], environment: dict[str, str], file: str, key: str, expected: Any
) -> None:
    assert getattr(resolve(given, environment, in_file(tmp_path, file)), key) == expected


def test_a_seed_that_was_not_given_differs_from_run_to_run() -> None:
    assert len({resolve({}, {}).seed for _ in range(5)}) > 1


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("target", "", "expected a text that is not empty"),
        ("target", "target.example", "expected an http:// or https:// URL"),
        ("target", "ftp://target.example", "expected an http:// or https:// URL"),
        ("target", "https://", "expected an http:// or https:// URL"),
        ("target", "https://[", "expected an http:// or https:// URL"),
        ("target", "https://user:hunter2@t.example", "a credential does not belong into a URL; use --token-file"),
        ("target", "https://user@t.example", "a credential does not belong into a URL; use --token-file"),
        ("target", "https://t.example?x=1#y", "expected a URL without fragment"),
        ("target", "https://t.example?pretty=true", "expected another parameter than pretty, which is judged"),
        ("target", "https://t.example?file=@x", "expected values without @ before and spaces around them"),
        ("target", "https://t.example?a=%20x", "expected values without @ before and spaces around them"),
        ("iam_url", "https://iam.example?x=1", "expected a URL without query and fragment"),
        ("target", "https://t.example?a%5B0%5D=x", "expected NAME=VALUE, with the name of a query parameter"),
        ("target", "https://t.example#x", "expected a URL without query and fragment"),
        (
            "target",
            "https://t.example/apis/kubeflow.org/v1/namespaces/a",
            "expected the URL without /apis/kubeflow.org/v1/namespaces/a, which is added to it",
        ),
        ("namespace", " ", "expected a text that is not empty"),
        ("profile", "strict", "'strict' is none of kubernetes, document"),
        ("immutability", "refuse", "'refuse' is none of refuse-403, refuse-400, refuse-422, ignore"),
        ("token_file", "", "expected a text that is not empty"),
        ("insecure", "perhaps", "expected true or false"),
        ("timeout", "0", "expected a number above 0"),
        ("timeout", "-1", "expected a number above 0"),
        ("timeout", "nan", "expected a number above 0"),
        ("timeout", "inf", "expected a number above 0"),
        ("timeout", "soon", "cannot read 'soon'"),
        ("max_rps", "0", "expected a number above 0"),
        ("time_budget", "0", "expected a number above 0"),
        ("workers", "33", "expected a whole number of at most 32"),
        ("requests", "0", "expected a whole number of at least 1"),
        ("controller", "0", "expected a number above 0"),
        ("examples", "0", "expected a whole number of at least 1"),
        ("examples", "1.5", "cannot read '1.5'"),
        ("seed", "-1", "expected a whole number of at least 0"),
        ("seed", str(2**64), "expected a whole number of at least 0"),
        ("seed", "x\ny", r"cannot read 'x\ny'"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_one_line(key: str, value: str, reason: str) -> None:
    option = options.BY_KEY[key]
    for given, environment, origin in (
        ({key: value}, {}, f"--{option.name}"),
        ({}, {variable(option): value}, variable(option)),
    ):
        with pytest.raises(SettingsError) as caught:
            resolve(given, environment)
        assert str(caught.value) == f"{origin}: {reason}"
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("tokenfile: x", "unknown key 'tokenfile'; did you mean token-file?"),
        ("token_file: x", "unknown key 'token_file'; did you mean token-file?"),
        ("name-space: x", "unknown key 'name-space'; did you mean namespace?"),
        ("zzz: 1", "unknown key 'zzz'"),
        ("1: 1", "unknown key 1"),
        ("config: x", "unknown key 'config'; did you mean kubeconfig?"),
        ("- target", "expected option names with values"),
        ("just text", "expected option names with values"),
        ("seed: [", "while parsing a flow node"),
        ("\tseed: 1", "while scanning for the next token"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    file = in_file(tmp_path, content)
    with pytest.raises(SettingsError) as caught:
        resolve({}, {}, file)
    assert str(caught.value).startswith(f"--config: {file}: {message}")
    assert "\n" not in str(caught.value)
    assert "did you mean" in message or "did you mean" not in str(caught.value)


@pytest.mark.parametrize("content", ["seed: true", "seed: x", "examples: 1.5", "namespace: 5", "timeout: [1]"])
def test_a_value_of_a_file_that_cannot_be_used_names_file_and_option(tmp_path: Path, content: str) -> None:
    file = in_file(tmp_path, content)
    with pytest.raises(SettingsError) as caught:
        resolve({}, {}, file)
    assert str(caught.value).startswith(f"{file}: {content.partition(':')[0]}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    for file in (tmp_path / "absent.yaml", tmp_path, binary):
        with pytest.raises(SettingsError) as caught:
            resolve({}, {}, file)
        assert str(caught.value).startswith(f"--config: {file}: ")
        assert "\n" not in str(caught.value)


def test_switches_are_the_options_without_a_value() -> None:
    switches = {"exchanges", "in-cluster", "insecure", "plan", "require-complete", "verdict-only", "yes"}
    assert {option.name for option in OPTIONS if option.is_switch} == switches
    for option in OPTIONS:
        assert option.help
        assert option.is_switch or option.metavar or option.choices, option.name


def test_no_option_takes_a_secret_itself() -> None:
    assert {option.name for option in OPTIONS if "token" in option.name} == {"token-file", "denied-token-file"}
