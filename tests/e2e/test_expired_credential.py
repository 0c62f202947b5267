"""A credential that expires in the middle of a run ends it, with what helps; nothing of it is the target's fault."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.http_request import Request
from contracts.reference.status_error import forbidden, unauthorized

from .command import started
from .endpoint import Serve
from .undo import restore

EXPIRED = 401, "it has expired, or was withdrawn (--token-file)"
WITHDRAWN = 403, "its permission was withdrawn (--token-file)"


@pytest.mark.slow  # 15 s in which it may be renewed
@pytest.mark.parametrize(
    ("told", "adopting"),
    [(EXPIRED, False), (EXPIRED, True), (WITHDRAWN, False)],
    ids=["created", "adopted", "created-and-withdrawn"],
)
def test_expired_credential(serve: Serve, tmp_path: Path, told: tuple[int, str], adopting: bool) -> None:
    asked: list[str] = []
    expired = [False]

    def make(resource: Any, options: Any) -> Behaviour:
        steps = conformant(resource, options)

        def authenticate(request: Request) -> str:
            user = steps.authenticate(request)
            asked.append(request.method)
            if expired[0] and len(asked) > 150:
                raise unauthorized() if told[0] == 401 else forbidden(resource, None, "may not do that")
            return user

        return replace(steps, authenticate=authenticate)

    with serve(make) as served:
        name = served.create()
        before = served.kept()
        expired[0] = True
        adopted = [f"--name={name}", "--yes"] if adopting else []
        with started(*served.arguments, *adopted, "--seed=1", directory=tmp_path) as running:
            finished = running.end()
        assert finished.status == 3, finished.output
        assert finished.report["error"]["kind"] == "credential"
        assert told[1] in finished.output
        assert "failed" not in finished.outcomes.values()
        assert len(asked) < 400
        expired[0] = False
        assert restore(served, running.state).returncode == 0
        assert served.kept() == before
