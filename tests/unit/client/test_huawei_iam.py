"""What is asked of IAM for a token, and for how long the token is used."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client.credentials import LONGEST_MISS, Token
from contracts.client.huawei_iam import RENEWED_BEFORE, Account, usable_seconds


def test_the_password_and_the_project_are_told_as_the_api_takes_them() -> None:
    account = Account("somebody", "their-account", "region-1", "password-0123")
    assert "password-0123" not in repr(account)
    user = {"name": "somebody", "password": "password-0123", "domain": {"name": "their-account"}}
    assert account.request() == {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "region-1"}},
        }
    }
    by_id = Account("u", "d", "0123456789abcdef" * 2, "p").request()
    assert by_id["auth"]["scope"] == {"project": {"id": "0123456789abcdef" * 2}}


@given(st.integers(1, 10**6), st.timedeltas(timedelta(-400), timedelta(400)))
def test_a_token_is_used_until_a_minute_before_its_end_whatever_the_clock_of_iam(lasts: int, wrong: timedelta) -> None:
    issued = datetime(2026, 1, 1, tzinfo=UTC) + wrong
    times = {"issued_at": issued, "expires_at": issued + timedelta(seconds=lasts)}
    token = {name: when.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for name, when in times.items()}
    seconds = usable_seconds({"token": token})
    assert 0 < seconds < lasts
    assert seconds == max(lasts - RENEWED_BEFORE, lasts / 2)


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], {"token": None}, {"token": {"expires_at": "soon", "issued_at": "2026-01-01T00:00:00Z"}}),
        {"token": {"expires_at": "2026-01-01T00:00:00Z"}},
        {"token": {"expires_at": "2026-01-01T00:00:00Z", "issued_at": "2026-01-01T00:00:00"}},
        {"token": {"expires_at": "2026-01-01T00:00:00Z", "issued_at": "2026-01-01T00:00:01Z"}},
    ],
)
def test_a_token_whose_end_nobody_tells_is_used_until_it_is_refused(value: Any) -> None:
    assert usable_seconds(value) == math.inf


@pytest.mark.parametrize("length", [20, 3000, LONGEST_MISS, 8000])
def test_no_wrong_token_is_refused_for_its_length_alone(length: int) -> None:
    headers = [one.credential.headers for one in Token("t" * length, "X-Auth-Token").variants().values()]
    sent = [next(iter(one(None).values())) for one in headers]  # type: ignore[arg-type]
    assert max(map(len, sent)) <= max(LONGEST_MISS, length + len("Bearer "))
    assert ("t" * length * 2 in sent) == (2 * length <= LONGEST_MISS)
