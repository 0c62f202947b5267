"""TLS on loopback: who is trusted, client certificates, and how a failed handshake is told."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from contracts.client.errors import CertificateRequired, TargetError, TargetMisconfigured
from tests.unit.client.loopback import TOKEN, Clock, Connect, Serve, one_line


@dataclass(frozen=True)
class Trust:
    authority: trustme.CA
    ca_file: Path
    other_ca_file: Path
    directory: Path

    def context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*(names or ("127.0.0.1",))).configure_cert(context)
        return context


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    directory = tmp_path_factory.mktemp("tls")
    authority, other = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(directory / "ca.pem")
    other.cert_pem.write_to_path(directory / "other.pem")
    return Trust(authority, directory / "ca.pem", directory / "other.pem", directory)


def test_the_given_authority_is_trusted(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context())
    assert connect(server.url, ca_file=trust.ca_file).send("GET", "/").response.status == 200


def test_an_unknown_authority_is_the_users_to_settle(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context())
    for options in ({}, {"ca_file": trust.other_ca_file}):
        with pytest.raises(TargetMisconfigured, match="--ca-file") as caught:
            connect(server.url, token=TOKEN, **options).send("GET", "/")
        assert "not trusted" in one_line(caught.value)
    assert server.seen == []


def test_insecure_trusts_anything_without_a_warning(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context("other.example"))
    assert connect(server.url, insecure=True).send("PUT", "/").response.status == 200


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environments_authorities_never_override_an_option(
    serve: Serve, connect: Connect, trust: Trust, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    server = serve(context=trust.context())
    monkeypatch.setenv(name, str(trust.other_ca_file))
    assert connect(server.url, ca_file=trust.ca_file).send("GET", "/").response.status == 200
    assert connect(server.url, insecure=True).send("GET", "/").response.status == 200
    monkeypatch.setenv(name, str(trust.ca_file))
    with pytest.raises(TargetMisconfigured, match="--ca-file"):
        connect(server.url, ca_file=trust.other_ca_file).send("GET", "/")


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environments_authorities_count_where_no_option_is_given(
    serve: Serve, connect: Connect, trust: Trust, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(trust.ca_file))
    assert connect(serve(context=trust.context()).url).send("GET", "/").response.status == 200


def test_a_certificate_for_another_host_is_said_to_be(serve: Serve, connect: Connect, trust: Trust) -> None:
    server = serve(context=trust.context("other.example"))
    with pytest.raises(TargetMisconfigured, match="--target") as caught:
        connect(server.url, ca_file=trust.ca_file).send("GET", "/")
    assert "another host" in one_line(caught.value)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate(serve: Serve, connect: Connect, trust: Trust, clock: Clock, version: Any) -> None:
    context = trust.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    trust.authority.configure_trust(context)
    server = serve(context=context)
    issued = trust.authority.issue_cert("me@example.org")
    certificate, key, both = (trust.directory / name for name in ("cert.pem", "key.pem", "both.pem"))
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    issued.private_key_and_cert_chain_pem.write_to_path(both)
    for options in ({"client_cert": certificate, "client_key": key}, {"client_cert": both}):
        assert connect(server.url, ca_file=trust.ca_file, **options).send("GET", "/").response.status == 200
    before = len(server.seen)
    shown = connect(server.url, ca_file=trust.ca_file, client_cert=both)
    with pytest.raises(CertificateRequired, match="--client-cert") as required:
        shown.send("PUT", "/", credential={})
    one_line(required.value)
    with pytest.raises(TargetError) as caught:
        connect(server.url, ca_file=trust.ca_file).send("GET", "/")
    one_line(caught.value)
    assert len(server.seen) == before


@pytest.mark.parametrize("option", ["ca_file", "client_cert"])
def test_a_file_that_holds_no_certificate(
    serve: Serve, connect: Connect, trust: Trust, tmp_path: Path, option: str
) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    server = serve(context=trust.context())
    with pytest.raises(TargetMisconfigured, match=r"--ca-file|--client-cert") as caught:
        connect(server.url, **{"ca_file": trust.ca_file, option: wrong}).send("GET", "/")
    one_line(caught.value)


def test_tls_where_there_is_none(serve: Serve, connect: Connect) -> None:
    server = serve()
    with pytest.raises(TargetError) as caught:
        connect(server.url.replace("http:", "https:"), token=TOKEN, timeout=0.5).send("PUT", "/")
    one_line(caught.value)
