"""What a record says of what was tested, and how somebody else checks it: over TLS, with a HAR, from a file."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from contracts.reference.behaviour import conformant
from contracts.reference.http_request import Request, Response

from .command import Command, Finished, call
from .endpoint import Serve
from .tls import Tls

SOME = ("--", "-k", "labels or correct_replacement")
VERSION = {"major": "1", "gitVersion": "v1.29.3+trust"}


def with_version(resource: Any, options: Any) -> Any:
    """A conformant endpoint that says which version it is."""
    said = Response(200, VERSION)

    def answer(request: Request, response: Response) -> Response:
        return said if request.path == "/version" else response

    return replace(conformant(resource, options), answer=answer)


def fingerprint(tls: Tls) -> str:
    first = tls.server.read_text().partition("-----BEGIN CERTIFICATE-----")
    pem = first[1] + first[2].partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    return f"sha256:{hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()}"


@pytest.fixture(params=[(), pytest.param(("--workers=2",), marks=pytest.mark.slow)], ids=["alone", "workers"])
def judged(request: pytest.FixtureRequest, run: Command, serve: Serve, tls: Tls, tmp_path: Path) -> Finished:
    """A run over TLS, with a HAR beside its record."""
    with serve(behaviour=with_version, certificate_file=tls.server) as served:
        har = f"--har={tmp_path / 'run.har'}"
        who = ("--implementation=Jobs API", "--organization=Example")
        done = run(*served.arguments, f"--ca-file={tls.ca}", har, *who, *request.param, *SOME)
    assert done.status == 0, done.output
    return done


def test_the_record_says_what_was_tested_and_is_checked(judged: Finished, tls: Tls, tmp_path: Path) -> None:
    har, report = tmp_path / "run.har", judged.report
    assert report["target"]["certificates"] == [fingerprint(tls)]
    assert report["target"]["reportedVersion"] == VERSION
    assert report["har"] == {"file": "run.har", "sha256": hashlib.sha256(har.read_bytes()).hexdigest()}
    assert report["implementation"]["selfDeclared"] is True
    page = (judged.directory / "conformance.html").read_text()
    for said in (fingerprint(tls), "v1.29.3+trust", report["har"]["sha256"], "self-declared", "does not prove"):
        assert said in page

    key = ed25519.Ed25519PrivateKey.generate()
    pem, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password))
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    assert call("report", "sign", str(judged.directory), "--key=key.pem", directory=tmp_path).returncode == 0
    options = ("--public-key=public.pem", f"--har={har}", "--judge")
    verified = call("report", "verify", str(judged.directory / "conformance.yaml"), *options, directory=tmp_path)
    assert verified.returncode == 0, verified.stderr
    for said in ("digest ok", "signed by public.pem", "run.har ok", "the installed code judged it", "junit.xml ok"):
        assert said in verified.stdout

    har.write_text(har.read_text().replace("200", "201", 1))
    (judged.directory / "conformance.html").write_text(page.replace("passed", "failed", 1))
    refused = call("report", "verify", str(judged.directory), *options, directory=tmp_path)
    assert refused.returncode == 3
    assert refused.stdout == ""
    first, second = refused.stderr.splitlines()
    assert "run.har: is not the HAR of this run, or was changed" in first
    assert "conformance.html: was changed after it was written: line " in second


def test_a_target_without_a_version_is_judged_all_the_same(run: Command, serve: Serve) -> None:
    with serve() as served:
        done = run(*served.arguments, *SOME)
    assert done.status == 0, done.output
    assert done.report["target"]["reportedVersion"] == {}
    assert done.report["target"]["certificates"] == []
    assert done.report["har"] is None
    refused = call("report", "verify", str(done.directory), "--har=x.har", directory=done.directory)
    assert refused.stderr == "the record is about no HAR: none was written (--har)\n"
