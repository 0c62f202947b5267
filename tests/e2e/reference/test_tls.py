"""TLS, and certificates of clients."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import requests

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint

from ..tls import Tls
from .api import Start


def test_tls(start: Start, tls: Tls) -> None:
    client = start(certificate_file=tls.server)
    assert client.endpoint.url.startswith("https://127.0.0.1:")
    with pytest.raises(requests.exceptions.SSLError):
        client.send("GET")
    client.session.verify = str(tls.ca)
    assert client.send("GET").status_code == 200


def test_client_certificates(start: Start, tls: Tls) -> None:
    client = start(certificate_file=tls.server, client_ca_file=tls.ca)
    client.session.verify = str(tls.ca)
    del client.session.headers["Authorization"]
    assert client.send("GET").status_code == 401
    client.session.close()
    client.session.cert = (str(tls.client), str(tls.key))
    client.create()
    wrong = {"Authorization": "Bearer wrong"}
    assert client.send("GET", headers=wrong).status_code == 401


def test_an_unusable_certificate_is_told_at_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing", encoding="utf-8")
    with pytest.raises(ssl.SSLError):
        ReferenceEndpoint(ReferenceOptions(certificate_file=broken))
