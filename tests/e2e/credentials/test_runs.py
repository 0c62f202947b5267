"""Whole runs of the command with each kind of credential."""

from __future__ import annotations

import re
import ssl
from pathlib import Path

import pytest

from contracts.reference.checks import FULL_USER
from contracts.reference.http_request import Request
from contracts.reference.status_error import unauthorized

from ..command import Command
from ..tls import Tls
from .accounts import (
    ACCESS,
    DENIED,
    SECRET,
    TOKEN,
    Start,
    leftovers,
    signed,
    written,
)
from .kubeconfigs import kubeconfig

REQUIREMENTS = "correct_replacement or credential"


def test_runs_with_each_kind(run: Command, start: Start, tls: Tls, tmp_path: Path) -> None:
    """The cases about credentials are judged with whatever the credential is, and nothing gives it away."""
    usual, signing = start(namespace="team-a"), start(signed)
    given = f"--target={usual.url}", "--namespace=team-a", f"--ca-file={tls.ca}"
    signed_by = f"--target={signing.url}", f"--namespace={signing.namespace}", f"--ca-file={tls.ca}"
    keys = written(tmp_path / "keys", "VIEWERKEY\nviewer-secret-0123\n")
    kinds: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "certificate": (
            (*given, f"--client-cert={tls.client}", f"--client-key={tls.key}"),
            {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED},
        ),
        "kubeconfig": (
            (f"--kubeconfig={kubeconfig(tmp_path / 'config', usual.url, tls, {'token': TOKEN})}",),
            {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED},
        ),
        "signature": (
            (*signed_by, f"--denied-access-key-file={keys}"),
            {"PYTORCHJOB_CONTRACT_ACCESS_KEY": ACCESS, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET},
        ),
    }
    for name, (arguments, environment) in kinds.items():
        done = run(*arguments, "--", "-k", REQUIREMENTS, environment={**environment, "TMPDIR": str(tmp_path)})
        assert done.status == 0, (name, done.output)
        for requirement in ("status.200", "status.401", "status.403"):
            assert done.outcomes[requirement] == "passed", (name, done.output)
        kept = done.output + "".join(
            one.read_text(errors="replace") for one in done.directory.rglob("*") if one.is_file()
        )
        for secret in (TOKEN, DENIED, ACCESS, SECRET, "viewer-secret-0123"):
            assert secret not in kept, name
        assert leftovers(tmp_path) == []


def test_runs_against_an_endpoint_that_lets_everybody_in(run: Command, start: Start, tls: Tls) -> None:
    """What breaks 401 is found with every kind, and what shows it again says how to connect."""
    endpoint = start(lambda _request: FULL_USER)
    given = f"--target={endpoint.url}", f"--namespace={endpoint.namespace}", f"--ca-file={tls.ca}"
    keys = {"PYTORCHJOB_CONTRACT_ACCESS_KEY": ACCESS, "PYTORCHJOB_CONTRACT_SECRET_KEY": SECRET}
    certificate = f"--client-cert={tls.client}", f"--client-key={tls.key}"
    for arguments, environment, name, again in (
        (certificate, {}, "no credential", "sh "),
        ((), keys, "a signature that is a day old", "pytorchjob-contract replay "),
    ):
        done = run(*given, *arguments, "--", "-k", "no_valid_credential", environment=environment)
        assert done.status == 1, done.output
        found = [
            one for one in done.findings("status.401") if one["message"].endswith(f": {name}") and one["field"] == ""
        ]
        [reproduce] = [one["reproduce"] for one in found]
        assert reproduce.startswith(again)
        if certificate == arguments:
            others, replacement = requests_of(done.directory / reproduce.removeprefix("sh "))
            assert f"--cacert {tls.ca} --cert {tls.client} --key {tls.key}" in others
            assert f"--cacert {tls.ca}" in replacement
            assert "--cert" not in replacement
        assert SECRET not in done.output


def test_a_valid_certificate_that_is_refused_is_reproduced_with_it(run: Command, start: Start, tls: Tls) -> None:
    def step(request: Request) -> str:
        if request.method == "PUT" or not request.client_certificate:
            raise unauthorized()
        return FULL_USER

    endpoint = start(step)
    given = f"--target={endpoint.url}", f"--namespace={endpoint.namespace}", f"--ca-file={tls.ca}"
    certificate = f"--client-cert={tls.client}", f"--client-key={tls.key}"
    done = run(*given, *certificate, "--", "-k", "correct_replacement or no_valid_credential")
    assert done.status == 1, done.output
    found = {one["message"]: one["reproduce"] for one in done.findings("status.401")}
    script = done.directory / found["a valid credential is answered with 401"].removeprefix("sh ")
    assert f"--cert {tls.client} --key {tls.key}" in requests_of(script)[1]


def requests_of(script: Path) -> tuple[str, str]:
    """The functions of a script that send everything but the replacement, and the replacement."""
    _, others, replacement = re.split(r"^(?:ask|write)\(\) \{$", script.read_text(), flags=re.MULTILINE)
    return others, replacement.partition("\n}\n")[0]


def test_where_tls_wants_a_certificate_nobody_can_come_without(
    run: Command, start: Start, tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(ssl, "CERT_OPTIONAL", ssl.CERT_REQUIRED)
        endpoint = start()
    given = f"--target={endpoint.url}", f"--namespace={endpoint.namespace}", f"--ca-file={tls.ca}"
    certificate = f"--client-cert={tls.client}", f"--client-key={tls.key}"
    variables = {"PYTORCHJOB_CONTRACT_DENIED_TOKEN": DENIED}
    done = run(*given, *certificate, "--", "-k", "correct_replacement or credential", environment=variables)
    assert done.status == 0, done.output
    assert (done.outcomes["status.401"], done.outcomes["status.403"]) == ("skipped", "skipped")
    assert "without --client-cert the target ends the TLS connection" in " ".join(done.output.split())
