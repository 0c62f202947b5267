"""An endpoint with TLS, and clients of it as a run makes them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.client.access import access_of
from contracts.client.client import Client
from contracts.reference.behaviour import conformant
from contracts.reference.http_request import Request
from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint
from contracts.settings.resolve import resolve

from ..tls import Tls
from .accounts import DENIED, TOKEN, Connect, Start


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "KUBECONFIG"]
    for name in [*names, *(one for one in os.environ if one.startswith("PYTORCHJOB_CONTRACT_"))]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def start(tls: Tls) -> Iterator[Start]:
    """Start an endpoint with TLS; `step` takes the place of its look at credentials."""
    with ExitStack() as stack:

        def begin(step: Callable[[Request], str] | None = None, **options: Any) -> ReferenceEndpoint:
            def behaviour(resource: Any, chosen: Any) -> Any:
                usual = conformant(resource, chosen)
                return replace(usual, authenticate=step) if step else usual

            chosen = ReferenceOptions(
                token=TOKEN, denied_token=DENIED, certificate_file=tls.server, client_ca_file=tls.ca, **options
            )
            return stack.enter_context(ReferenceEndpoint(chosen, behaviour=behaviour))

        yield begin


@pytest.fixture
def connect(tls: Tls) -> Iterator[Connect]:
    """A client as a run with these options and variables makes it."""
    with ExitStack() as stack:

        def begin(environment: Mapping[str, str] | None = None, **given: Any) -> Client:
            ca = {} if "kubeconfig" in given or "in_cluster" in given else {"ca_file": str(tls.ca)}
            text = {key: str(value) for key, value in {**ca, "timeout": "10", **given}.items()}
            access = access_of(resolve(text, environment or {}))
            stack.callback(access.close)
            target = Client(access.connection)
            stack.callback(target.close)
            return target

        yield begin
