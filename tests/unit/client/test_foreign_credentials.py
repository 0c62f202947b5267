"""Credentials that no target has given."""

from __future__ import annotations

import base64
import json

from contracts.client.credentials import Outgoing
from contracts.client.foreign_credentials import ADMINISTRATORS, IDENTITIES, REFUSALS, foreign_credentials

REQUEST = Outgoing("PUT", "https://h.example/a", {}, b"{}")


def test_each_is_refused_in_some_way_and_names_what_is_shown() -> None:
    found = foreign_credentials()
    assert set(IDENTITIES) < set(found)
    for shown in found.values():
        assert (shown.refusals, shown.valid) == (REFUSALS, False)
        assert shown.headers or shown.credential.headers(REQUEST)
        assert not shown.credential.secrets()


def test_an_identity_goes_without_a_credential_and_in_the_open() -> None:
    for name, headers in IDENTITIES.items():
        shown = foreign_credentials()[name]
        assert shown.headers == headers
        assert shown.credential.headers(REQUEST) == {}


def test_what_is_made_up_has_the_form_of_its_scheme() -> None:
    shown = {name: one for name, one in foreign_credentials().items() if not name.startswith("a token that")}
    sent = [one.credential.headers(REQUEST).get("Authorization", "") for one in shown.values()]
    schemes = {value.partition(" ")[0]: value.partition(" ")[2] for value in sent if value and value.isascii()}
    assert [value.partition(" ")[0] for value in sent if not value.isascii()] == ["Bearer"]
    assert set(schemes) == {"Basic", "Digest", "Negotiate", "SDK-HMAC-SHA256", "Bearer"}
    user, _, password = base64.b64decode(schemes["Basic"], validate=True).decode().partition(":")
    assert user
    assert password
    head, claims, signature = schemes["Bearer"].split(".")
    told = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, claims)]
    assert told[0]["alg"] == "none"
    assert told[1]["groups"] == [ADMINISTRATORS]
    assert signature == ""
