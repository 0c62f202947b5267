"""Masks secrets: by their value, in every encoding, and by the name of what holds them.

A `Masker` knows the values. It is told some (tokens), and learns others from what passes: an adopted object's
imagePullSecrets, cookies that a target sets, the password of a proxy.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.masking.encodings import spellings
from contracts.masking.near_misses import OTHER_BEGINNING, near_misses

TOKEN: Final = "$TOKEN"
PULL_SECRET: Final = "$IMAGE_PULL_SECRET"
PASSWORD: Final = "$PASSWORD"
COOKIE: Final = "$COOKIE"
OTHER_CAPITALS: Final = "_IN_OTHER_CAPITALS"
# Where fewer characters of a token are shown than these, nobody is helped.
FEWEST: Final = 8
SHORTEST_TAIL: Final = 6
MOST_LEARNT: Final = 100
# Texts that are masked again and again, such as URLs, are remembered: so many, none longer than that.
MOST_REMEMBERED: Final = 256
LONGEST_REMEMBERED: Final = 512
ELLIPSIS: Final = "…".encode()

_HEADER: Final = (
    r"(?:proxy-)?authorization|(?:set-)?cookie|x-(?:auth|subject|security|access)-token|(?:x-)?api-key|x-csrf-token"
)
_KEY: Final = (
    r"(?:access|auth|bearer|id|refresh|registration|session)?[_-]?token|passw(?:or)?d|(?:client|api)?[_-]?secret"
    r"|(?:api|private|secret|access)[_-]?key|client-key-data|client-certificate-data|auth|credentials?"
)
_HEADER_NAME: Final = re.compile(rf"(?:{_HEADER})\Z", re.IGNORECASE)
_KEY_NAME: Final = re.compile(rf"(?:.*[_.-])?(?:{_KEY}|[a-z_]*(?:password|secret|token))\Z", re.IGNORECASE)
_BY_NAME: Final = (
    # Cookies are separated by "; ", so a line of them ends with the line or its quotes.
    (re.compile(r"\b((?:set-)?cookie[\"']?\s*[:=]\s*[\"']?)(?!\$)[^\s\"'\\$][^\r\n\"'\\]{3,}", re.IGNORECASE), COOKIE),
    (
        re.compile(
            rf"\b((?:{_HEADER})\\*[\"']?\s*[:=]\s*\\*[\"']?(?:(?:bearer|basic|digest)\s+)?)(?!\$)[^\s\"'\\,;$]{{8,}}",
            re.IGNORECASE,
        ),
        TOKEN,
    ),
    # "Bearer authentication" is no token: one has a digit, or is longer than a word.
    (re.compile(r"\b((?:bearer|basic)\s+)(?=\S{0,200}\d|\S{20})[\w.~+/=-]{8,}", re.IGNORECASE), TOKEN),
    (re.compile(rf"(\"(?:{_KEY})\\*\"\s*:\s*\\*\")[^\"\\$]{{4,}}", re.IGNORECASE), TOKEN),
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^/?#\s@\"'<>\\$]+(?=@)", re.IGNORECASE), "$USER:$PASSWORD"),
)
_PULL_SECRETS: Final = re.compile(r"(imagePullSecrets\\*\"\s*:\s*\[)([^\]]*)")
_NAME: Final = re.compile(r"(name\\*\"\s*:\s*\\*\")([^\"\\$]+)")


@dataclass(frozen=True)
class _Pattern:
    """One spelling of one secret: as it is and in small letters; its first `stem` bytes give it away."""

    exact: bytes
    small: bytes
    stem: int
    label: str
    near: bool
    scanned: bool


class Masker:
    """Knows the secrets of a run and masks them in text; may be told more at any time, by any thread.

    `public`: text that is no secret whatever else says so (the specification, the target's URL): what is part of it
    is not taken for a leak, since it would be found everywhere.
    """

    def __init__(self, public: str = "") -> None:
        self.public = public
        self._patterns: tuple[_Pattern, ...] = ()
        self._known: set[str] = set()
        self._learnt = 0
        self._hides_pull_secrets = False
        self._masked: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def hides_pull_secrets(self) -> bool:
        """Whether names of imagePullSecrets are masked wherever they stand, since the target's own object has some."""
        return self._hides_pull_secrets

    @hides_pull_secrets.setter
    def hides_pull_secrets(self, hides: bool) -> None:
        self._hides_pull_secrets = hides
        self._masked = {}

    def add(self, secret: str, label: str = TOKEN) -> None:
        """Mask `secret` from now on, and what is almost it (`near_misses`): its first half gives it away."""
        self._add(secret, label, near=True)
        if len(secret) >= FEWEST:
            # Known by itself: as base64 it begins otherwise too.
            self._add(near_misses(secret)[OTHER_BEGINNING], label, near=True)

    def learn(self, value: Json) -> None:
        """Mask what an object holds under names that say secret: imagePullSecrets, environment values and the like."""
        for path, item in paths.walk(value):
            if not isinstance(item, str) or not item:
                continue
            if "imagePullSecrets" in path and path[-1] == "name":
                self.hides_pull_secrets = True
                self._learn(item, PULL_SECRET)
            elif path[-1] == "value":
                name = paths.get(value, (*path[:-1], "name"))
                if isinstance(name, str) and _KEY_NAME.match(name):
                    self._learn(item, PASSWORD)
            elif isinstance(path[-1], str) and _KEY_NAME.match(path[-1]) and "labels" not in path:
                self._learn(item, PASSWORD)

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Mask the values of the cookies that an answer sets."""
        for name, text in headers.items():
            if name.lower() == "set-cookie" and self._learnt < MOST_LEARNT:
                for value in re.findall(r"(?:^|,\s*)[^=;,\s]+=\"?([^;,\"\s]{8,})", text):
                    self._learn(value, COOKIE)

    def learn_url(self, url: str) -> None:
        """Mask user and password of a URL, such as a proxy's."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return
        if parts.password:
            pair = f"{unquote(parts.username or '')}:{unquote(parts.password)}"
            for value in (parts.password, unquote(parts.password), base64.b64encode(pair.encode()).decode()):
                self._learn(value, PASSWORD)

    def learn_environment(self, variables: Mapping[str, str]) -> None:
        """Mask the credentials in the URLs of proxies (HTTPS_PROXY and its like)."""
        for name, value in variables.items():
            if name.lower().endswith("_proxy"):
                self.learn_url(value)

    def mask(self, text: str) -> str:
        """`text` without any secret: known ones by value, others by the name in front of them."""
        # Taken first: what is masked by the secrets of this moment must not be remembered beyond it.
        remembered = self._masked
        masked = remembered.get(text)
        if masked is None:
            masked = self._named(self._valued(text))
            if len(text) <= LONGEST_REMEMBERED and len(remembered) < MOST_REMEMBERED:
                remembered[text] = masked
        return masked

    def mask_json(self, value: Json, key: str = "") -> Json:
        """A JSON value without any secret, in keys, texts and numbers."""
        if key == "imagePullSecrets" and isinstance(value, dict) and self.hides_pull_secrets:
            return {**value, "name": PULL_SECRET}
        if isinstance(value, dict):
            return {self.mask(name): self.mask_json(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self.mask_json(item, key) for item in value]
        if isinstance(value, str):
            return TOKEN if len(value) >= FEWEST and re.fullmatch(_KEY, key, re.IGNORECASE) else self.mask(value)
        masked = self.mask(repr(value)) if isinstance(value, int | float) else ""
        return masked if "$" in masked else value

    def mask_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers without any secret; those that carry one by their name are masked whole but for the scheme."""
        masked = {}
        for name, value in headers.items():
            hidden = _HEADER_NAME.match(name) and "$" not in value and value not in ("", "Bearer")
            masked[name] = (COOKIE if "cookie" in name.lower() else TOKEN) if hidden else self.mask(value)
        return masked

    def found(self, data: bytes) -> bool:
        """Whether a known secret stands in the bytes, in whatever spelling."""
        small = data.lower()
        return any(one.scanned and one.small[: one.stem] in small for one in self._patterns)

    def _learn(self, secret: str, label: str) -> None:
        # a short word that stands in the specification would be masked in every other sentence
        if len(secret) >= SHORTEST_TAIL or (len(secret) > 2 and secret.lower() not in self.public.lower()):
            self._learnt += secret not in self._known
            self._add(secret, label, near=False)

    def _add(self, secret: str, label: str, *, near: bool) -> None:
        if not secret or secret in self._known:
            return
        scanned = len(secret) > 2 and secret.lower() not in self.public.lower()
        known = max(FEWEST, len(secret) // 2) if near else None
        new = tuple(_pattern(text, stem, label, near, scanned) for text, stem in spellings(secret, known))
        with self._lock:
            self._known.add(secret)
            self._patterns = (*self._patterns, *new)
            self._masked = {}

    def _valued(self, text: str) -> str:
        if not self._patterns:
            return text
        raw = text.encode("utf-8", "surrogatepass")
        small = raw.lower()
        end, pieces = 0, []
        for start, stop, label in sorted(self._spans(raw, small), key=lambda span: (span[0], -span[1])):
            if start >= end:
                pieces += [raw[end:start], label.encode()]
            end = max(end, stop)
        return (b"".join(pieces) + raw[end:]).decode("utf-8", "surrogatepass") if pieces else text

    def _spans(self, raw: bytes, small: bytes) -> Iterator[tuple[int, int, str]]:
        for one in self._patterns:
            stem = one.small[: one.stem]
            start = small.find(stem)
            while start >= 0:
                stop = _extended(one, small, start)
                other = not one.near and raw[start:stop] != one.exact
                yield start, stop, one.label + (OTHER_CAPITALS if other else "")
                start = small.find(stem, stop)
            yield from _cut_off(one, small)

    def _named(self, text: str) -> str:
        for pattern, label in _BY_NAME:
            text = pattern.sub(lambda match, label=label: match[1] + label, text)  # type: ignore[misc]
        if self.hides_pull_secrets and "imagePullSecrets" in text:
            text = _PULL_SECRETS.sub(lambda found: found[1] + _NAME.sub(rf"\g<1>{PULL_SECRET}", found[2]), text)
        return text


def _pattern(text: str, stem: int, label: str, near: bool, scanned: bool) -> _Pattern:
    raw = text.encode("utf-8", "surrogatepass")
    length = len(text[:stem].encode("utf-8", "surrogatepass"))
    return _Pattern(raw, raw.lower(), length if near and length else len(raw), label, near, scanned)


def _extended(one: _Pattern, small: bytes, start: int) -> int:
    """Where a match ends that begins at `start`: as far as it goes on like the secret, and behind a whole character."""
    length = one.stem
    while length < len(one.small) and small[start + length : start + length + 1] == one.small[length : length + 1]:
        length += 1
    while small[start + length : start + length + 1] and 0x80 <= small[start + length] < 0xC0:
        length += 1
    return start + length


def _cut_off(one: _Pattern, small: bytes) -> Iterator[tuple[int, int, str]]:
    """Beginnings of the secret that were cut off: by an ellipsis, or (where it may be a token) by the text's end."""
    ends = [found.start() for found in re.finditer(re.escape(ELLIPSIS), small)] + ([len(small)] if one.near else [])
    for end in ends:
        first = max(0, end - one.stem)
        start = small.find(one.small[:SHORTEST_TAIL], first, end)
        while start >= 0:
            if one.small.startswith(small[start:end]):
                yield start, end, one.label
                break
            start = small.find(one.small[:SHORTEST_TAIL], start + 1, end)
