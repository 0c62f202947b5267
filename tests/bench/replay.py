"""`python -m tests.bench.replay FILE`: send a recorded run again with a bare `requests` session, print what it took.

The endpoint is a fresh one in a thread of this process, as it is in a run.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from pathlib import Path
from typing import Any

import requests

from contracts.reference.options import ReferenceOptions
from contracts.reference.server import ReferenceEndpoint


def replay(record: dict[str, Any]) -> dict[str, float]:
    """What it took from the first request to the last answer, how many there were, how many had the recorded status."""
    exchanges = [
        {**one, "body": None if one["body"] is None else base64.b64decode(one["body"])} for one in record["exchanges"]
    ]
    renamed: dict[bytes, bytes] = {}
    alike = 0
    with ReferenceEndpoint(ReferenceOptions(**record["options"])) as endpoint, requests.Session() as session:
        session.trust_env = False  # no look at the environment for each request, as in a run
        session.headers.clear()
        url = endpoint.url
        started, started_cpu = time.monotonic(), time.process_time()
        for one in exchanges:
            body = one["body"]
            for old, new in renamed.items():
                body = body.replace(old, new) if body else body
            # what was sent in chunks was recorded in one piece
            data = iter([body]) if "Transfer-Encoding" in one["headers"] else body
            response = session.request(
                one["method"], url + one["path"], headers=one["headers"], data=data, allow_redirects=False, timeout=30
            )
            alike += response.status_code == one["status"]
            if one["method"] == "POST" and response.ok:
                renamed |= given_by_the_server(one["answered"], response.json())
        seconds, cpu = time.monotonic() - started, time.process_time() - started_cpu
    return {"seconds": seconds, "cpu": cpu, "requests": len(exchanges), "alike": alike}


def given_by_the_server(recorded: Any, replayed: Any) -> dict[bytes, bytes]:
    """What the endpoint calls otherwise this time: without it, replacements would be refused that were accepted."""
    names = ("uid", "creationTimestamp")
    return {recorded["metadata"][name].encode(): replayed["metadata"][name].encode() for name in names}


if __name__ == "__main__":
    print(json.dumps(replay(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
