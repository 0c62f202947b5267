"""Client certificates, alone and beside other credentials."""

from __future__ import annotations

from dataclasses import replace

from contracts.client.credentials import NONE
from contracts.reference.checks import authenticate
from contracts.reference.http_request import Request
from contracts.reference.options import ReferenceOptions

from ..tls import Tls
from .accounts import (
    DENIED,
    TOKEN,
    Connect,
    Start,
    item,
    status,
)


def test_a_client_certificate_alone(start: Start, connect: Connect, tls: Tls) -> None:
    endpoint = start()
    target = connect(target=endpoint.url, client_cert=tls.client, client_key=tls.key)
    assert target.has_credential
    assert status(target, endpoint) == 404
    assert status(target, endpoint, credential=NONE) == 401
    assert status(target, endpoint, credential={"Authorization": f"Bearer {DENIED}"}) == 404
    assert target.authority.variants() == {}
    assert not connect(target=endpoint.url).has_credential


def test_a_certificate_that_opens_by_itself_is_left_out_with_other_credentials(
    start: Start, connect: Connect, tls: Tls
) -> None:
    endpoint = start()
    target = connect(
        {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}, target=endpoint.url, client_cert=tls.client, client_key=tls.key
    )
    assert status(target, endpoint, credential=NONE) == 404
    target.observe_certificate(item(endpoint))
    assert status(target, endpoint, credential=NONE) == 401
    assert status(target, endpoint) == 404
    exchange = target.send("GET", item(endpoint))
    assert exchange.certificate
    assert not target.send("GET", item(endpoint), credential=NONE).certificate


def test_a_certificate_that_only_lets_in_is_always_shown(start: Start, connect: Connect, tls: Tls) -> None:
    seen: list[bool] = []

    def step(request: Request) -> str:
        seen.append(request.client_certificate)
        return authenticate(
            ReferenceOptions(token=TOKEN, denied_token=DENIED), replace(request, client_certificate=False)
        )

    endpoint = start(step)
    target = connect(
        {"PYTORCHJOB_CONTRACT_TOKEN": TOKEN}, target=endpoint.url, client_cert=tls.client, client_key=tls.key
    )
    target.observe_certificate(item(endpoint))
    assert status(target, endpoint, credential=NONE) == 401
    assert status(target, endpoint) == 404
    assert seen == [True, True, True]
