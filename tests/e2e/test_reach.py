"""What it takes to reach a target behind a gateway, over TLS: a header, parameters, a query in its URL, a path."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.reference import server
from contracts.reference.application import Application

from .command import Command, Finished, call, expect_error, started
from .endpoint import Served, served
from .tls import Tls

PREFIX = "/gateway/v1"
KEY = "canary-Key/0123456789+x="
SOME = ("--", "-k", "correct_replacement or no_valid_credential or labels")


class Below(Application):
    """An endpoint that knows no path but those below a prefix."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        told = {"path": scope["path"].encode(), "raw_path": scope["raw_path"]}
        paths = {
            name: path.removeprefix(PREFIX.encode()) if path.startswith(PREFIX.encode()) else b"/none"
            for name, path in told.items()
        }
        await super().__call__({**scope, "path": paths["path"].decode(), "raw_path": paths["raw_path"]}, receive, send)


@pytest.fixture
def gateway(tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """An endpoint with TLS below a path, that demands a header and a query parameter."""
    monkeypatch.setattr(server, "Application", Below)
    conditions = frozenset({"project-header", "tenant-query"})
    with served(tmp_path, certificate_file=tls.server, conditions=conditions) as endpoint:
        yield endpoint


def base(gateway: Served) -> str:
    return gateway.endpoint.url + PREFIX


def given(gateway: Served, tls: Tls, *options: str) -> list[str]:
    others = [one for one in gateway.arguments if not one.startswith("--target=")]
    return [*others, f"--ca-file={tls.ca}", *options]


def files(done: Finished) -> str:
    found = [path.read_text(errors="replace") for path in done.directory.rglob("*") if path.is_file()]
    assert len(found) > 3
    return done.output + "".join(found)


HEADER = "--header=X-Project-Id: p1"


def test_a_query_in_the_target_is_sent_with_every_request(run: Command, gateway: Served, tls: Tls) -> None:
    done = run(*given(gateway, tls, f"--target={base(gateway)}/?tenant=t1&v=a%20b", HEADER), *SOME)
    assert done.status == 0, done.output
    assert done.report["target"]["url"] == base(gateway)
    assert "--query=tenant=t1" in done.report["command"]
    same = run(*given(gateway, tls, f"--target={base(gateway)}", "--query=tenant=t1", HEADER), *SOME)
    assert same.status == 0, same.output


@pytest.mark.parametrize(
    ("query", "header", "named"),
    [("", HEADER, "(--query)"), ("?tenant=t2", HEADER, "(--query)"), ("?tenant=t1", "--header=X-A: b", "(--header)")],
)
def test_without_one_of_them_a_line_names_the_option(
    run: Command, gateway: Served, tls: Tls, query: str, header: str, named: str
) -> None:
    expect_error(run(*given(gateway, tls, f"--target={base(gateway)}{query}", header)), named)


def test_pretty_and_a_fragment_are_no_part_of_a_target(run: Command, gateway: Served, tls: Tls) -> None:
    for query, said in (("?pretty=true", "another parameter than pretty"), ("?a=b#c", "a URL without fragment")):
        done = run(*given(gateway, tls, f"--target={base(gateway)}{query}"))
        assert (done.status, len(done.output.splitlines())) == (4, 1), done.output
        assert f"--target: expected {said}" in done.output


def test_what_a_variable_gives_is_seen_nowhere(run: Command, gateway: Served, tls: Tls, tmp_path: Path) -> None:
    target = f"{base(gateway)}?tenant=t1&key=${{KEY}}"
    file = tmp_path / "options.yaml"
    file.write_text(yaml.safe_dump({"target": target, "header": "X-Project-Id: p1"}))
    more = ("--har=run.har", "-v", "--workers=2", *SOME)
    done = run(*given(gateway, tls, f"--config={file}"), *more, environment={"KEY": KEY})
    assert done.status == 0, done.output
    told = files(done)
    assert KEY not in told
    assert KEY[: len(KEY) // 2] not in told
    assert "tenant=t1" in told
    fleet = tmp_path / "fleet.yaml"
    others = {"token-file": str(gateway.token_file), "ca-file": str(tls.ca), "header": ["X-Project-Id: p1"]}
    one = {"name": "one", "target": target, "namespace": gateway.endpoint.options.namespace, **others}
    fleet.write_text(yaml.safe_dump({"defaults": {"examples": 1}, "targets": [one]}))
    done = run(f"--targets={fleet}", *SOME, environment={"KEY": KEY})
    assert done.status == 0, done.output
    assert json.loads((done.directory / "fleet.json").read_text())["endpoints"][0]["url"] == base(gateway)
    assert KEY not in files(done)


def test_restore_sends_the_query_too(gateway: Served, tls: Tls, tmp_path: Path) -> None:
    target = f"--target={base(gateway)}?tenant=t1"
    begun = gateway.version
    with started(*given(gateway, tls, target, HEADER), "--", "-k", "not immutable", directory=tmp_path) as running:
        running.wait_until(lambda: gateway.version >= begun + 7)
        running.end(signal.SIGKILL)
    state = tmp_path / "state"
    connection = (f"--token-file={gateway.token_file}", f"--ca-file={tls.ca}", HEADER)

    def restore(*options: str) -> tuple[int, str]:
        done = call("restore", *connection, *options, directory=state, XDG_STATE_HOME=str(state))
        return done.returncode, done.stdout + done.stderr

    assert restore(f"--target={gateway.endpoint.url}?tenant=t1") == (0, "there is nothing to undo\n")
    status, said = restore(f"--target={base(gateway)}")
    assert status == 3, said
    status, said = restore(target)
    assert status == 0, said
    assert f"{base(gateway)}: " in said
    with gateway.endpoint.store.lock:
        assert list(gateway.endpoint.store.items()) == []
