"""pytest plugin: writes every exchange of a run against the embedded endpoint into the file named by `BENCH_RECORDING`.

The record holds credentials as they were sent, which are those of an endpoint that no longer exists.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.client.client import Client
from contracts.client.credentials import Outgoing
from contracts.judge.model import Response
from contracts.pytest_plugin.names import SESSION

_patches = pytest.MonkeyPatch()
_exchanges: list[tuple[str, str, Mapping[str, str], bytes | None, Response]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Listen at the one place through which every request goes."""
    original = Client._answered

    def recording(self: Client, request: Outgoing, shown: Mapping[str, str]) -> Response:
        answer = original(self, request, shown)
        path, headers = request.url.removeprefix(self.connection.url), {**request.headers, **shown}
        _exchanges.append((request.method, path, headers, request.body, answer))
        return answer

    _patches.setattr(Client, "_answered", recording)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write the record, and with it what an endpoint needs to answer it alike."""
    _patches.undo()
    run = config.pluginmanager.getplugin(SESSION).state.run
    options = run.reference.options
    record = {
        "options": {name: getattr(options, name) for name in ("token", "denied_token", "namespace")},
        "exchanges": [_as_json(*exchange) for exchange in _exchanges],
    }
    Path(os.environ["BENCH_RECORDING"]).write_text(json.dumps(record), encoding="utf-8")


def _as_json(
    method: str, path: str, headers: Mapping[str, str], body: bytes | None, answer: Response
) -> dict[str, Any]:
    return {
        "method": method,
        "path": path,
        "headers": dict(headers),
        "body": None if body is None else base64.b64encode(body).decode(),
        "status": answer.status,
        "answered": answer.value if method == "POST" else None,
    }
