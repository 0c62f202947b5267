"""Masks secrets: by their value, in every encoding, and by the name of what holds them.

A `Masker` knows the values. It is told some (tokens), and learns others from what passes: imagePullSecrets and
environment values of an object, be they its owner's or put into it by a webhook, cookies that a target sets, the
password of a proxy.
"""

import base64
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from contracts.jsonvalue.paths import Json
from contracts.masking.encodings import OTHER_BEGINNING, near_misses, spellings

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
_KEY_NAME: Final = re.compile(rf"(?:.*[_./-])?(?:{_KEY}|[a-z_]*(?:password|secret|token))\Z", re.IGNORECASE)
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
# A word of its own may stand in any text: it is masked, and no file is withheld for it.
_WORD: Final = re.compile(r"[a-z]{1,12}|[A-Z]{1,12}")
_TEXTS: Final = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"')
_PULL_SECRETS: Final = re.compile(r"(imagePullSecrets\\*\"\s*:\s*\[)([^\]]*)")
_NAME: Final = re.compile(r"(name\\*\"\s*:\s*\\*\")([^\"\\$]+)")


@dataclass(frozen=True)
class _Pattern:
    """One spelling of one secret: as it is and in small letters, whose beginning `stem` gives it away."""

    exact: bytes
    small: bytes
    stem: bytes
    label: str
    near: bool
    scanned: bool

    def spans(self, raw: bytes, small: bytes, cuts: Sequence[int]) -> Iterator[tuple[int, int, str]]:
        """(start, end, label) of what to mask in a text, `small` in small letters; `cuts`: where ellipses stand."""
        start = small.find(self.stem)
        while start >= 0:
            stop = self._end(small, start)
            other = not self.near and raw[start:stop] != self.exact
            yield start, stop, self.label + (OTHER_CAPITALS if other else "")
            start = small.find(self.stem, stop)
        # Beginnings of the secret that were cut off: by an ellipsis, or (where it may be a token) by the text's end.
        for end in (*cuts, len(small)) if self.near else cuts:
            start = small.find(self.small[:SHORTEST_TAIL], max(0, end - len(self.stem)), end)
            while start >= 0 and not self.small.startswith(small[start:end]):
                start = small.find(self.small[:SHORTEST_TAIL], start + 1, end)
            if start >= 0:
                yield start, end, self.label

    def _end(self, small: bytes, start: int) -> int:
        """Where a match ends: as far as it goes on like the secret, and behind a whole character."""
        stop = start + len(self.stem)
        while stop < len(small) and stop - start < len(self.small) and small[stop] == self.small[stop - start]:
            stop += 1
        while stop < len(small) and 0x80 <= small[stop] < 0xC0:
            stop += 1
        return stop


class Masker:
    """Knows the secrets of a run and masks them in text; may be told more at any time, by any thread.

    `public`: text that is no secret whatever else says so (the specification, the target's URL): what is part of it
    is not taken for a leak, since it would be found everywhere. `hides_pull_secrets`: whether names of imagePullSecrets
    are masked wherever they stand, since the target's own object has some.
    """

    def __init__(self, public: str = "") -> None:
        self.public = public
        self._patterns: tuple[_Pattern, ...] = ()
        self._known: set[str] = set()
        self._learnt = 0
        self._no_secrets: set[int] = set()
        self._sent_last: set[bytes] = set()
        self._answered_last: Json = None
        self.hides_pull_secrets = False
        self._masked: dict[str, str] = {}
        self._lock = threading.Lock()

    def add(self, secret: str, label: str = TOKEN) -> None:
        """Mask `secret` from now on, and what is almost it (`near_misses`): its first half gives it away."""
        self._add(secret, label, near=True)
        if len(secret) >= FEWEST:
            # Known by itself: as base64 it begins otherwise too.
            self._add(near_misses(secret)[OTHER_BEGINNING], label, near=True)

    def learn(self, value: Json) -> None:
        """Mask what an object holds under names that say secret: imagePullSecrets, environment values and the like."""
        for item, label in _secrets_of(value):
            self._learn_one(item, label)

    def learn_answer(self, value: Json) -> None:
        """Mask what a target has put under such names by itself, as a webhook that injects a credential does.

        That is neither what was sent to it before nor what the specification says.
        """
        if value is self._answered_last:
            return
        for item, label in _secrets_of(value):
            if len(item) < SHORTEST_TAIL or item in self._known:
                continue
            spelled = hash(item.encode("utf-8", "surrogatepass"))
            if spelled not in self._no_secrets and item.lower() in self.public.lower():
                self._no_secrets.add(spelled)
            if spelled not in self._no_secrets:
                self._learn_one(item, label)
        self._answered_last = value  # last, or another thread would take it for learnt

    def note_sent(self, body: bytes) -> None:
        """Note every text of a request's body as the run's own, so that what the target makes of it is told."""
        escaped = b"\\" in body
        texts = set(_TEXTS.findall(body) if escaped else body.split(b'"'))
        new = texts - self._sent_last  # most of an object was in the request before, too
        self._no_secrets.update(map(hash, new))
        if escaped:
            self._no_secrets.update(hash(_unspelled(one)) for one in new if b"\\" in one)
        self._sent_last = texts

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Mask the values of the cookies that an answer sets."""
        for name, text in headers.items():
            if name.lower() == "set-cookie" and self._learnt < MOST_LEARNT:
                for value in re.findall(r"(?:^|,\s*)[^=;,\s]+=\"?([^;,\"\s]{8,})", text):
                    self._learn(value, COOKIE)

    def learn_url(self, url: str) -> None:
        """Mask the password of a URL, such as a proxy's."""
        for value in url_passwords(url):
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
        return any(one.scanned and one.stem in small for one in self._patterns)

    def _learn_one(self, secret: str, label: str) -> None:
        if label == PULL_SECRET and not self.hides_pull_secrets:
            self.hides_pull_secrets, self._masked = True, {}
        self._learn(secret, label)

    def _learn(self, secret: str, label: str) -> None:
        # a short word that stands in the specification would be masked in every other sentence
        if len(secret) >= SHORTEST_TAIL or (len(secret) > 2 and secret.lower() not in self.public.lower()):
            self._learnt += secret not in self._known
            self._add(secret, label, near=False)

    def _add(self, secret: str, label: str, *, near: bool) -> None:
        if not secret or secret in self._known:
            return
        scanned = len(secret) > 2 and secret.lower() not in self.public.lower()
        scanned = scanned and (near or not _WORD.fullmatch(secret))
        known = max(FEWEST, len(secret) // 2) if near else None
        new = []
        for text, stem in spellings(secret, known):
            exact, beginning = (one.encode("utf-8", "surrogatepass") for one in (text, text[:stem]))
            small = exact.lower()
            new.append(_Pattern(exact, small, beginning.lower() if near and stem else small, label, near, scanned))
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
        cuts = [found.start() for found in re.finditer(ELLIPSIS, small)]
        spans = (span for one in self._patterns for span in one.spans(raw, small, cuts))
        for start, stop, label in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= end:
                pieces += [raw[end:start], label.encode()]
            end = max(end, stop)
        return (b"".join(pieces) + raw[end:]).decode("utf-8", "surrogatepass") if pieces else text

    def _named(self, text: str) -> str:
        for pattern, label in _BY_NAME:
            text = pattern.sub(lambda match, label=label: match[1] + label, text)  # type: ignore[misc]
        if self.hides_pull_secrets and "imagePullSecrets" in text:
            text = _PULL_SECRETS.sub(lambda found: found[1] + _NAME.sub(rf"\g<1>{PULL_SECRET}", found[2]), text)
        return text


def _secrets_of(value: Json) -> Iterator[tuple[str, str]]:
    """What stands in a value under names that say secret, each with the word to show instead."""
    if isinstance(value, list):
        for item in value:
            yield from _secrets_of(item)
    if not isinstance(value, dict):
        return
    name, said = value.get("name"), value.get("value")
    if said and isinstance(said, str) and isinstance(name, str) and _says_secret(name):
        yield said, PASSWORD
    for key, item in value.items():
        if key == "imagePullSecrets" and isinstance(item, list):
            names = (one.get("name") for one in item if isinstance(one, dict))
            yield from ((one, PULL_SECRET) for one in names if one and isinstance(one, str))
        elif isinstance(item, str):
            if item and _says_secret(key):
                yield item, PASSWORD
        elif key != "labels":
            yield from _secrets_of(item)


@lru_cache(maxsize=4096)
def _says_secret(name: str) -> bool:
    return bool(_KEY_NAME.match(name))


def _unspelled(text: bytes) -> bytes:
    """The text that a JSON string between its quotes stands for, in UTF-8; as it is where it is none."""
    with suppress(ValueError):
        return str(json.loads(b'"' + text + b'"')).encode("utf-8", "surrogatepass")
    return text


def url_passwords(url: str) -> frozenset[str]:
    """The password in a URL, if any: as it stands there, and as it is sent (RFC 7617, 2)."""
    match = re.match(r"(?:[^/?#]*://)?([^/?#]*)@", url)
    user, _, password = (match[1] if match else "").partition(":")
    pair = f"{unquote(user)}:{unquote(password)}"
    encoded = base64.b64encode(pair.encode()).decode()
    return frozenset((password, unquote(password), encoded) if password else ())
