"""Credentials that are almost the right one: what the cases of 401 send, and what a masker has to hide. Pure."""

from __future__ import annotations

from typing import Final

OTHER_BEGINNING: Final = "another first character"


def near_misses(token: str) -> dict[str, str]:
    """Tokens that are almost `token` and never it, each with a name for reports that does not show it."""
    return {
        "one character more": token + "x",
        "one character less": token[:-1],
        "its first half": token[: max(1, len(token) // 2)],
        OTHER_BEGINNING: ("A" if token[0] != "A" else "B") + token[1:],
        "another last character": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "twice": token + token,
        "other capitals": token.swapcase() if token.swapcase() != token else token + "x",
        "unknown": "contract-unknown-credential",
    }
