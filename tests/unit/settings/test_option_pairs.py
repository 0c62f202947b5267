"""Options that exclude or need each other, and the names that are taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.settings.config_file import SettingsError
from contracts.settings.resolve import resolve
from tests.unit.settings.given import IAM_USER, PASSWORD, in_file

T = {"target": "https://target.example"}


FOR_THE_REFERENCE = "--controller, --immutability, --with and --fault are for the reference endpoint, not for --target"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        *(({key: "x"}, f"--{key.replace('_', '-')} needs --target") for key in ("name", "token_file", "ca_file")),
        *(({key: "x"}, f"--{key.replace('_', '-')} needs --target") for key in ("denied_token_file", "client_cert")),
        ({"denied_namespace": "x"}, "--denied-namespace needs --target"),
        *(({**T, **given}, FOR_THE_REFERENCE) for given in ({"controller": "1"}, {"immutability": "ignore"})),
        *(({**T, key: "x"}, FOR_THE_REFERENCE) for key in ("fault", "conditions")),
        ({**T, "client_key": "x"}, "--client-key needs --client-cert"),
        ({"operation": "update"}, "--operation is for a specification with several operations; add --spec"),
        (
            {**T, "name": "x", "spec": "y"},
            "--name adopts an object of the shipped specification's kind alone; leave out --spec",
        ),
        ({**T, "insecure": True, "ca_file": "x"}, "--insecure and --ca-file exclude each other"),
    ],
)
def test_options_that_contradict_each_other(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve(given, {})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("given", "environment", "message"),
    [
        (IAM_USER, {}, "--iam-user needs iam-password (PYTORCHJOB_CONTRACT_IAM_PASSWORD)"),
        ({"iam_user": "u"}, PASSWORD, "--iam-user needs --iam-url, --iam-domain, --iam-project"),
        ({"iam_url": "https://i"}, {}, "--iam-url needs --iam-user"),
        ({"iam_project": "p"}, {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": "t"}, "--iam-project needs --iam-user"),
        ({"denied_iam_domain": "d"}, {}, "--denied-iam-domain needs --denied-iam-user"),
        (
            {"denied_iam_user": "v", "iam_url": "https://i", "denied_iam_domain": "d"},
            PASSWORD,
            "--denied-iam-user needs --iam-project, denied-iam-password (PYTORCHJOB_CONTRACT_DENIED_IAM_PASSWORD)",
        ),
        ({**IAM_USER, "token_file": "t"}, PASSWORD, "--iam-user and --token-file exclude each other"),
        (
            {**IAM_USER, "header": ["x-auth-token: t"]},
            PASSWORD,
            "--header names the header that carries the token of IAM; --auth-header names another",
        ),
    ],
)
def test_what_a_user_of_iam_needs(given: dict[str, Any], environment: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve({**T, **given}, environment)
    assert str(caught.value) == message


def test_another_credential_takes_the_place_of_a_user_of_iam(tmp_path: Path) -> None:
    lines = (f"{key.replace('_', '-')}: {value}" for key, value in {**T, **IAM_USER}.items())
    file = in_file(tmp_path, "\n".join([*lines, "iam-password: ${MINE}"]))
    chosen = resolve({"token_file": "t"}, {"MINE": "password-0123"}, file)
    assert (chosen.iam_user, chosen.token_file) == (None, Path("t"))
    chosen = resolve({"denied_iam_user": "v"}, {"MINE": "a", "PYTORCHJOB_CONTRACT_DENIED_IAM_PASSWORD": "b"}, file)
    assert (chosen.iam_password, chosen.denied_iam_password) == ("a", "b")


@pytest.mark.parametrize("path", ["", "/", "/v3", "/v3/auth/tokens"])
def test_an_iam_is_known_by_the_path_of_its_api_too(path: str) -> None:
    given = {**T, **IAM_USER, "iam_url": f"https://iam.example{path}"}
    assert resolve(given, PASSWORD).iam_url == "https://iam.example"


def test_options_that_go_together() -> None:
    resolve({"controller": "1", "immutability": "ignore", "auth_header": "X-Auth-Token"}, {})
    chosen = resolve({**T, "client_cert": "c", "client_key": "k", "ca_file": "a"}, {})
    assert (chosen.client_cert, chosen.client_key) == (Path("c"), Path("k"))
    assert resolve({**T, "client_cert": "c"}, {}).client_key is None
    assert resolve({**T, "immutability": "refuse-403"}, {}).target == T["target"]


@pytest.mark.parametrize("option", ["name", "namespace", "denied_namespace"])
@pytest.mark.parametrize("value", ["..", ".", "a/b", "a b", "a?b", "a#b", "a%2Fb", "a\nb", "a\\b", ""])
def test_a_name_is_one_segment_of_a_path(option: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"--{option.replace('_', '-')}: expected"):
        resolve({"target": "http://a", option: value}, {})


def test_a_name_may_be_what_a_target_allows() -> None:
    assert resolve({"target": "http://a", "name": "Jöb_1.x-y~z"}, {}).name == "Jöb_1.x-y~z"
