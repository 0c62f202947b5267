"""Signed requests: the vendor's published example, an independent recomputation, and what cannot sign."""

from __future__ import annotations

import builtins
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracts.client.credentials import Outgoing
from contracts.client.errors import TargetMisconfigured
from contracts.client.huawei_aksk import Signature, read_access_keys
from tests.signing import AUTHORIZATION, recomputed

ACCESS, SECRET = "ACCESSKEY0123456789", "secret/0123456789+abcdefghij"


def test_the_vendors_published_example() -> None:
    """From the tests of the vendor's SDK for Java (huaweicloud-sdk-java-v3, DerivationAKSKSignerTest)."""
    date = datetime(2019, 11, 15, 3, 36, 55, tzinfo=UTC)
    signature = Signature("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc", date=date)
    url = (
        "https://service.region.example.com/v5/iotps/77b6a44cba5143ab91d13ab9a8ff44fd/certificates"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"
    )
    headers = signature.headers(Outgoing("GET", url, {"Content-Type": "application/json"}, None))
    assert headers == {
        "X-Sdk-Date": "20191115T033655Z",
        "Authorization": "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, "
        "SignedHeaders=content-type;host;x-sdk-date, "
        "Signature=012cac5e920807f98bf7b23dfe05d29596d544a9b76c37cf933b274a6d4aa874",
    }


@pytest.mark.parametrize(
    ("method", "url", "kind", "body"),
    [
        ("GET", "https://h.example/a/b", None, b""),
        ("PUT", "https://h.example:443/a/b?pretty=true", "application/json", b'{"a": "\xc3\xa9"}'),
        ("PUT", "https://H.example:8443/a%20b/%C3%A9?pretty=&z=1&a=%26+x", "application/json", b"{}"),
        ("PUT", "http://h.example:80/a?pretty", "text/plain", b"not signed"),
        ("DELETE", "http://h.example:8001/", "application/json", b""),
    ],
)
@pytest.mark.parametrize("security_token", [None, "sts-0123456789"])
def test_a_server_computes_the_same(method: str, url: str, kind: str | None, body: bytes, security_token: Any) -> None:
    headers = {"Accept": "*/*", **({"Content-Type": kind} if kind else {})}
    signed = Signature(ACCESS, SECRET, security_token).headers(Outgoing(method, url, headers, body or None))
    parts = urlsplit(url)
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    sent = {**headers, **signed, "Host": host}
    match = AUTHORIZATION.fullmatch(signed["Authorization"])
    assert match
    assert match.group(1) == ACCESS
    assert match.group(3) == recomputed(SECRET, method, url, sent, body)
    assert match.group(3) != recomputed(SECRET + "x", method, url, sent, body)
    assert match.group(3) != recomputed(SECRET, method, url + "x", sent, body)
    assert signed.get("X-Security-Token") == security_token
    assert {"Accept", "Host", "Content-Type"}.isdisjoint(signed)


def test_wrong_signatures_are_wrong() -> None:
    right = Signature(ACCESS, SECRET)
    request = Outgoing("PUT", "https://h.example/a", {"Content-Type": "application/json"}, b"{}")
    wrong = right.variants()
    assert len(wrong) > 5
    for name, shown in wrong.items():
        assert SECRET not in name
        assert not shown.valid
        headers = {"Content-Type": "application/json", "Host": "h.example", **shown.credential.headers(request)}
        match = AUTHORIZATION.fullmatch(headers["Authorization"])
        if match and match.group(1) == ACCESS and "old" not in name:
            assert match.group(3) != recomputed(SECRET, "PUT", request.url, headers, b"{}")
    for short in ("a", "ab"):
        for shown in Signature("k", short).variants().values():
            shown.credential.headers(request)


def test_nothing_shows_the_keys() -> None:
    signature = Signature(ACCESS, SECRET, "sts-0123456789")
    assert signature.secrets() == {ACCESS, SECRET, "sts-0123456789"}
    assert not any(secret in repr(signature) for secret in signature.secrets())
    assert signature.given


@pytest.mark.parametrize(
    "content",
    [
        f"{ACCESS}\n{SECRET}\n",
        f"\ufeff{ACCESS}\r\n\r\n{SECRET}",
        f'"User Name","Access Key Id","Secret Access Key"\r\n"me","{ACCESS}","{SECRET}"\r\n',
    ],
)
def test_a_file_of_keys(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys"
    file.write_text(content, encoding="utf-8")
    assert read_access_keys(file, "--access-key-file") == Signature(ACCESS, SECRET)


@pytest.mark.parametrize(
    "content", [b"", b"one", b"one\ntwo\nthree", b"a,b\nc,d", b"a,b,c\nd,e,f", b"\xff", b"a\nb\x00"]
)
def test_a_file_without_keys(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "keys"
    file.write_bytes(content)
    for path in (tmp_path / "absent", tmp_path, file):
        with pytest.raises(TargetMisconfigured) as caught:
            read_access_keys(path, "--denied-access-key-file")
        assert str(caught.value).startswith(f"--denied-access-key-file: {path} ")
        assert "\n" not in str(caught.value)
        assert "three" not in str(caught.value)


def test_without_the_vendors_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("huaweicloudsdkcore"):
            raise ImportError(name)
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(TargetMisconfigured, match=r"pip install 'pytorchjob-contract\[huawei\]'") as caught:
        Signature(ACCESS, SECRET)
    assert SECRET not in str(caught.value)
