"""Tokens that are almost the right one are never it, however a server decodes them."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from contracts.masking.encodings import near_misses


def decoded(token: str) -> bytes:
    """As decoders do that ignore padding, and bits behind the last byte."""
    bare = token.rstrip("=")
    return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))


@given(value=st.binary(min_size=1, max_size=64), padded=st.booleans())
def test_another_last_character_is_another_value(value: bytes, padded: bool) -> None:
    token = base64.urlsafe_b64encode(value).decode()
    token = token if padded else token.rstrip("=")
    other = near_misses(token)["another last character"]
    assert len(other) == len(token)
    assert decoded(other) != value
    assert other.casefold() != token.casefold()


@given(st.text(min_size=2))
def test_no_near_miss_is_the_token(token: str) -> None:
    assert token not in near_misses(token).values()
