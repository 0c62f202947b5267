"""How a target is reached: the environment's proxies and credentials, and what is no URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import Token
from contracts.client.errors import TargetMisconfigured
from tests.unit.client.loopback import TOKEN, Connect, Serve, one_line


def test_a_connection_does_not_show_its_token() -> None:
    assert TOKEN not in repr(Connection("http://h", Token(TOKEN)))
    assert Client(Connection("http://user:pw@h:1/p")).public_url == "http://h:1/p"


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize("by", ["NETRC", "HOME"])
def test_netrc_gives_no_credential(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str | None, by: str
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\ndefault login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv(by, str(netrc if by == "NETRC" else tmp_path))
    server = serve()
    connect(server.url, token=token).send("GET", "/")
    assert server.seen[0].headers.get("authorization") == (f"Bearer {token}" if token else None)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_target_on_loopback_is_not_looked_for_behind_a_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    proxy, server = serve(), serve()
    monkeypatch.setenv(name, proxy.url)
    connect(server.url, token=TOKEN).send("GET", "/a")
    assert [one.path for one in server.seen] == ["/a"]
    assert proxy.seen == []


def test_another_target_is_reached_through_the_proxy(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    connect("http://target.invalid").send("GET", "/a")
    assert [one.path for one in proxy.seen] == ["http://target.invalid/a"]


@pytest.mark.parametrize("option", ["ca_file", "client_cert", "client_key"])
def test_a_file_that_is_not_there(connect: Connect, tmp_path: Path, option: str) -> None:
    for path in (tmp_path / "absent.pem", tmp_path):
        with pytest.raises(TargetMisconfigured) as caught:
            connect("https://h", **{option: path})
        assert one_line(caught.value) == f"--{option.replace('_', '-')}: there is no file {path}"


@pytest.mark.parametrize("url", ["target.example", "htp://h", "http://", "http://h:99999", "http://[::1"])
def test_what_is_no_url(connect: Connect, url: str) -> None:
    with pytest.raises(TargetMisconfigured, match="--target") as caught:
        connect(url).send("PUT", "/")
    one_line(caught.value)
