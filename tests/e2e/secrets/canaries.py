"""Secrets that must not be seen again, all that a run tells, and a target that gives away what it is sent."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contracts.reference.http_request import Request, Response
from contracts.spec.load import load_contract
from tests.faults.catalogue import faulty

from ..endpoint import Served

TOKEN = "canary-Full-q8Zr3Lw0Yt6Vb1Nx"
DENIED = "canary-Denied-p7Ks2Hd9Gf4Jm5Qc"
PULL_SECRET = "canary-pull-secret-w3e8r"
COOKIE = "canary-Cookie-u2i7o1a6"
PROXY = "canary:Proxy/s5d4f0"
CANARIES = (TOKEN, DENIED, PULL_SECRET, COOKIE, PROXY, quote(PROXY, safe=""))
LOUD = ("--", "-vv", "-s", "--tb=long", "--showlocals", "-rA", "--log-cli-level=DEBUG", "--full-trace")


@dataclass(frozen=True)
class Told:
    """Everything that a run has told: its output, and each file that it wrote."""

    status: int
    output: str
    files: dict[Path, bytes]

    def expect_no_canary(self, *more: str) -> None:
        for place, data in ({Path("output"): self.output.encode()} | self.files).items():
            small = data.lower()
            for canary in (*CANARIES, *more):
                for spelling in spellings(canary):
                    found = small.find(spelling.lower().encode())
                    assert found < 0, (place, spelling, data[max(0, found - 200) : found + 100])


Tell = Callable[..., Told]


def spellings(canary: str) -> set[str]:
    """The ways in which a secret could be written."""
    # what the cases send as "its first half" is a token that gives half of it away
    half = canary[: max(10, len(canary) // 2)]
    written = {half, json.dumps(half)[1:-1], quote(half, safe=""), html.escape(half)}
    for text in (canary, canary.swapcase()):
        coded = base64.b64encode(text.encode()).decode().rstrip("=")
        written |= {coded, coded.replace("+", "-").replace("/", "_"), text.replace("-", "\\055")}
    return written


def adoptable(served: Served) -> str:
    """Create a job that names a secret pull secret; gives its name."""
    text = json.dumps(load_contract().example_request).replace("imagepull-secret", PULL_SECRET)
    assert PULL_SECRET in text
    example = json.loads(text)
    metadata = {"name": "canary-job", "labels": {"owner": "somebody"}}
    answer = served.send("POST", json={**example, "metadata": metadata, "status": None})
    assert answer.status_code == 201, answer.text
    return "canary-job"


def telltale(resource: Any, options: Any) -> Any:
    """A target that sets a cookie, echoes what it was sent in every refusal, and lets pull secrets change."""
    steps = faulty("pull-secrets-replaceable")(resource, options)

    def answer(request: Request, response: Response) -> Response:
        echoed = request.headers.get("authorization", "")
        headers = {**response.headers, "set-cookie": f"sid={COOKIE}; Path=/", "x-echo": echoed.replace("Bearer ", "")}
        headers["authorization"] = echoed
        if response.status < 400 or not isinstance(response.value, dict):
            return replace(response, headers=headers)
        coded = base64.b64encode(echoed.removeprefix("Bearer ").encode()).decode()
        said = f"no: {echoed} / {echoed.swapcase()} / {coded} / {request.headers.get('cookie')} / <{quote(echoed)}>"
        value = {**response.value, "message": said, "reason": echoed, "code": "wrong"}
        return replace(response, value=value, headers=headers)

    return replace(steps, answer=answer)
