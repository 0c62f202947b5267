"""How a request is sent again by a script: headers, query and credential, with variables in place of secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from contracts.client.credentials import Credential, Outgoing
from contracts.judge.model import Exchange
from contracts.masking.encodings import OTHER_BEGINNING, near_misses
from contracts.report.reproduction.script import Asked
from contracts.report.reproduction.shell import Template, Variable
from contracts.run.trial import MadeOf
from contracts.settings import pairs
from contracts.settings.pairs import Pair

if TYPE_CHECKING:
    from contracts.run.run import Run

# Sent by curl itself from the URL, the body and the connection.
CURL_SENDS: Final = frozenset({"host", "content-length", "connection", "accept-encoding", "expect"})
NOT_ADDED: Final = ("Accept", "User-Agent", "Content-Type")
TOKEN: Final = Variable("TOKEN", "the credential that may replace the object")
DENIED: Final = Variable("DENIED_TOKEN", "a valid credential that may not replace it")
# What a shell makes of the token for each of `near_misses`; as there it is never the token itself.
MISSES: Final = {
    "one character more": "${TOKEN}x",
    "a part behind a dot": "${TOKEN}.x",
    "one character less": "${TOKEN%?}",
    "its first half": "$(printf %s \"$TOKEN\" | jq -Rrj '.[:([1, length / 2 | floor] | max)]')",
    OTHER_BEGINNING: "$(case $TOKEN in A*) printf B ;; *) printf A ;; esac)${TOKEN#?}",
    "another last character": '$(printf %s "$TOKEN" | sed -E'
    " -e 's|[wxyz0123456789_+/-](=*)$|A\\1|' -e t -e 's|.(=*)$|7\\1|')",
    "twice": "${TOKEN}${TOKEN}",
    "other capitals": "$(printf %s \"$TOKEN\" | tr 'A-Za-z' 'a-zA-Z')",
}


class NoScript(Exception):
    """No script can send the request again."""


def request(run: Run, exchange: Exchange, made_of: MadeOf, query: str) -> Asked:
    """How the replacement is sent: with the kind of credential that was shown."""
    common = run.secrets.mask(run.target.connection.query)
    own = query.removesuffix(common).rstrip("&") if common else query
    if "$" in own:
        raise NoScript
    given = _query(run.settings.query)
    credential, name = _credential(run, made_of.credential), (exchange.credential_header or "").lower()
    names = {one.name.lower(): one for one in run.settings.header}
    plain = {key: value for key, value in exchange.headers.items() if key.lower() not in (name, *CURL_SENDS)}
    headers = tuple(_header(run, names, key, value) for key, value in plain.items() if key not in credential)
    return Asked(
        (*headers, *_left_out(exchange.headers), *credential.values()),
        (*((own,) if own else ()), *(("&",) if own and given else ()), *given),
        _options(run, certificate=exchange.certificate),
    )


def others(run: Run) -> Asked:
    """How everything else is sent: with the credential that may."""
    told = {"Accept": "application/json", "Content-Type": "application/json"}
    names = {one.name.lower(): one for one in run.settings.header}
    common = tuple(_header(run, names, one.name, one.value) for one in run.settings.header)
    plain = tuple((f"{name}: {value}",) for name, value in told.items())
    own = tuple(_credential(run, None).values())
    return Asked((*plain, *common, *own), _query(run.settings.query), _options(run, certificate=True))


def _header(run: Run, given: Mapping[str, Pair], name: str, value: str) -> Template:
    if name.lower() in given and given[name.lower()].secret:
        return f"{name}: ", Variable(_variable(name), f"the value of the header {name}")
    if not (name + value).isprintable() or run.secrets.mask_headers({name: value})[name] != value:
        raise NoScript
    # "Name:" would make curl leave the header out; "Name;" sends it empty.
    return (f"{name}: {value}" if value.strip() else f"{name};",)


def _left_out(headers: Mapping[str, str]) -> Iterator[Template]:
    """What curl would add by itself, to which a server may answer otherwise."""
    present = {name.lower() for name in headers}
    return ((f"{name}:",) for name in NOT_ADDED if name.lower() not in present)


def _query(parameters: tuple[Pair, ...]) -> Template:
    pieces: list[str | Variable] = []
    for one in parameters:
        pieces.append("&" if pieces else "")
        if one.secret:
            name = _variable(one.name)
            meaning = f"the value of the query parameter {one.name}"
            pieces += [urlencode([(one.name, "")]), Variable(name, meaning, f'$(printf %s "${name}" | jq -sRr @uri)')]
        else:
            pieces.append(pairs.query((one,)))
    return tuple(one for one in pieces if one)


def _variable(name: str) -> str:
    return "GIVEN_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def _options(run: Run, *, certificate: bool) -> tuple[str, ...]:
    settings = run.settings
    options: tuple[str, ...] = ("--insecure",) if settings.insecure else ()
    if settings.ca_file:
        options = ("--cacert", str(settings.ca_file))
    if certificate and settings.client_cert:
        options += ("--cert", str(settings.client_cert))
        options += ("--key", str(settings.client_key)) if settings.client_key else ()
    return options


def _credential(run: Run, shown: Credential | Mapping[str, str] | None) -> dict[str, Template]:
    """The lines of the headers that stand for a credential, with variables in place of what is secret."""
    credential = run.target.authority if shown is None else shown
    if not isinstance(credential, Credential):
        credential = Credential(credential)
    values = credential.headers(Outgoing("PUT", run.resource.url, {}, b""))
    denied = run.denied_credential
    forms: dict[str, Variable] = {}
    for variable, holder in ((TOKEN, run.target.authority), (DENIED, denied)):
        forms.update(dict.fromkeys(holder.secrets() if holder else (), variable))
    for secret in run.target.authority.secrets():
        misses = near_misses(secret) if secret else {}
        for title, expression in MISSES.items():
            if title in misses:
                forms.setdefault(misses[title], Variable(TOKEN.name, TOKEN.meaning, expression))
    return {name: _carried(run, name, value, forms) for name, value in values.items()}


def _carried(run: Run, name: str, value: str, forms: Mapping[str, Variable]) -> Template:
    scheme, space, rest = value.rpartition(" ")
    for text, prefix in ((value, ""), (rest, scheme + space)):
        if text in forms and re.fullmatch(r"(?:[A-Za-z]+ )?", prefix):
            return f"{name}: {prefix}", forms[text]
    if (
        scheme == "Basic"
        and run.target.authority.headers(Outgoing("PUT", run.resource.url, {}, b"")).get(name) == value
    ):
        return f"{name}: Basic ", TOKEN
    if run.secrets.found(value.encode()) or not value.isprintable():
        raise NoScript
    return (f"{name}: {value}" if value.strip() else f"{name};",)
