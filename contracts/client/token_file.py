"""A token file: read again before every request, since a token that expires is rewritten during a run."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from contracts.client.credentials import Credential, Fixed, Outgoing, token_headers, wrong_tokens
from contracts.client.errors import TargetMisconfigured, last_reason


def read_token(path: Path, option: str) -> str:
    """The credential in a file, without white space around it.

    Raises `TargetMisconfigured` naming `option` when there is no file, no text or no credential in it.
    """
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TargetMisconfigured(f"{option}: {path} cannot be read: {last_reason(error)}") from None
    if not token or any(character in token for character in "\r\n"):
        raise TargetMisconfigured(f"{option}: {path} must hold one credential on one line")
    return token


class FileToken(Credential):
    """The token that a file holds now; it is looked for before every request and after a 401.

    Raises `TargetMisconfigured` naming `option` when there is no token in the file at the beginning.
    """

    def __init__(self, path: Path, option: str, header: str | None = None) -> None:
        self._path = path
        self._option = option
        self._header = header
        self._lock = threading.Lock()
        self._stamp = self._now()
        self._token = read_token(path, option)
        self._secrets = {self._token}

    @property
    def given(self) -> bool:
        """Always."""
        return True

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The header with the token that the file holds now.

        A file that cannot be read just now may be about to be replaced: the last token is used, until a 401.
        """
        if self._now() != self._stamp:
            with suppress(TargetMisconfigured):
                self._read()
        return token_headers(self._token, self._header)

    def secrets(self) -> frozenset[str]:
        """Every token that was read so far."""
        with self._lock:
            return frozenset(self._secrets)

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Whether the file holds another token by now; raises `TargetMisconfigured` when it cannot be read."""
        self._read()
        return token_headers(self._token, self._header) != dict(refused)

    def wrong(self) -> Mapping[str, Credential]:
        """An incomplete header, and tokens that are almost this one."""
        return {name: Fixed(headers) for name, headers in wrong_tokens(self._token, self._header).items()}

    def _read(self) -> None:
        # The stamp first: what is written in between is read once more.
        stamp = self._now()
        token = read_token(self._path, self._option)
        with self._lock:
            self._stamp, self._token = stamp, token
            self._secrets.add(token)

    def _now(self) -> tuple[int, ...]:
        """What differs when the file was written, or another one put in its place (Kubernetes swaps a link)."""
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino
