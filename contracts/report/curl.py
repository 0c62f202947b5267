"""The shell line that sends an exchange again: how a finding's reader sees the deviation for himself."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

LONGEST_BODY = 4096

# Sent by curl itself from the URL, the body and the connection.
_CURL_SENDS = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "expect"})
_HIDDEN = "auth|cookie|credential|api-?key|password|secret|session|signature|token"
_HIDDEN_NAME = re.compile(_HIDDEN, re.IGNORECASE)
_HIDDEN_PARAMETER = re.compile(rf"([?&][^=&#]*(?:{_HIDDEN})[^=&#]*=)[^&#]*", re.IGNORECASE)
# What a masked secret is called (contracts.masking.masker).
_VARIABLE = re.compile(r"\$(?:TOKEN|IMAGE_PULL_SECRET|PASSWORD|COOKIE)(?:_IN_OTHER_CAPITALS)?")
_SCHEME = re.compile(r"(Bearer|Basic)(?:\s+|$)", re.IGNORECASE)


def curl(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    credential_header: str | None,
    *,
    body_file: str = "body.json",
    options: Sequence[str] = (),
) -> str:
    """One POSIX shell line that sends the request as it was sent and prints the answer with its headers.

    The header named `credential_header`, where the exchange has it, carries `$TOKEN` in place of its value; other
    headers, user information and query parameters that may hold a secret by their name are left out. A header that curl
    would add by itself is switched off, because a server may answer differently (Kubernetes' API server pretty-prints
    for curl's User-Agent). A text body is an argument, one that is not a line of UTF-8 comes through `printf`, and one
    longer than `LONGEST_BODY` is read from `body_file`, which the caller writes. `options`: further curl arguments.
    """
    source, data = _body(body, body_file)
    words = ["curl", "-sS", "-i", *map(shlex.quote, options)]
    words += ["--globoff"] if re.search(r"[][{}]", url) else []
    words += ["--path-as-is"] if "/." in urlsplit(url).path else []
    words += ["--head"] if method == "HEAD" and body is None else ["-X", shlex.quote(method)]
    for header in _headers(headers, body is not None, credential_header):
        words += ["-H", header]
    return " ".join([*source, *words, *data, shlex.quote(_public_url(url))])


def expandable(line: str) -> str:
    """The line with every name that stands for a secret (`$TOKEN`) where the shell puts in the variable's value.

    Within single quotes it would not: they are closed before the name and opened again behind it.
    """
    pieces, quote, at = [], "", 0
    while at < len(line):
        escape = line[at : at + 2] if quote != "'" and line[at] == "\\" else ""
        variable = _VARIABLE.match(line, at)
        piece = escape or (variable.group() if variable else line[at])
        if piece in ("'", '"') and quote in ("", piece):
            quote = "" if quote else piece
        pieces.append(f"'\"{piece}\"'" if quote == "'" and variable else piece)
        at += len(piece)
    return "".join(pieces)


def _headers(headers: Mapping[str, str], has_body: bool, credential_header: str | None) -> Iterator[str]:
    credential = (credential_header or "").lower()
    present = {name.lower() for name in headers}
    for name, value in headers.items():
        if name.lower() == credential:
            yield _credential(name, value.strip())
        elif name.lower() not in _CURL_SENDS and not _HIDDEN_NAME.search(name) and (name + value).isprintable():
            yield _header(name, value)
    for name in ("Accept", "User-Agent", *(["Content-Type"] if has_body else [])):
        if name.lower() not in present:
            yield shlex.quote(f"{name}:")


def _header(name: str, value: str) -> str:
    # "Name:" would make curl drop the header; "Name;" sends it empty.
    return shlex.quote(f"{name}: {value}" if value.strip() else f"{name};")


def _credential(name: str, value: str) -> str:
    match = _SCHEME.match(value) if name.lower() == "authorization" else None
    scheme = match.group(1) if match else ""
    if not value[len(scheme) :].strip():
        return _header(name, scheme)
    quoted = re.sub(r'([\\$`"])', r"\\\1", name)
    return f'"{quoted}: {scheme}{" " if scheme else ""}$TOKEN"'


def _body(body: bytes | None, body_file: str) -> tuple[list[str], list[str]]:
    if body is None:
        return [], []
    if len(body) > LONGEST_BODY:
        return [], ["--data-binary", shlex.quote(f"@{body_file}")]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\n"
    if text.isprintable():
        return [], ["--data-raw", shlex.quote(text)]
    return ["printf", shlex.quote(_printf_format(body)), "|"], ["--data-binary", "@-"]


def _printf_format(body: bytes) -> str:
    # A hyphen is written as its number too: a format that begins with one is taken for an option.
    special = {ord("%"): "%%", ord("\\"): "\\\\", ord("-"): "\\055"}
    return "".join(special.get(byte, chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in body)


def _public_url(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    host = re.match(r"[^/?#]*", rest)
    authority = host.group() if host else ""
    public = f"{scheme}{separator}{authority.rpartition('@')[2]}{rest[len(authority) :]}"
    return _HIDDEN_PARAMETER.sub(r"\1REDACTED", public)
