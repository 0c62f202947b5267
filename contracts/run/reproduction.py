"""What a run has found with one request → the script that shows it again (`contracts.report.reproduce_script`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from contracts.client.credentials import Credential, Outgoing
from contracts.client.errors import TargetError
from contracts.jsonvalue import paths, strict
from contracts.jsonvalue.paths import MISSING, Difference, Json
from contracts.judge.model import Exchange
from contracts.masking.encodings import OTHER_BEGINNING, near_misses
from contracts.masking.masker import PULL_SECRET
from contracts.report import reproduce_script as scripts
from contracts.report.model import RecordedFinding
from contracts.report.reproduce_script import NAME, NAMESPACE, Asked, Change, Raw, Reproduction
from contracts.report.shell import ENCODINGS, Template, Variable
from contracts.run.evidence import Evidence
from contracts.run.trial import MadeOf
from contracts.settings import pairs
from contracts.settings.pairs import Pair
from contracts.spec import fields

if TYPE_CHECKING:
    from contracts.run.run import Run

# Sent by curl itself from the URL, the body and the connection.
CURL_SENDS: Final = frozenset({"host", "content-length", "connection", "accept-encoding", "expect"})
NOT_ADDED: Final = ("Accept", "User-Agent", "Content-Type")
OF_METADATA: Final = ("labels", "annotations", "name", "namespace")
TOKEN: Final = Variable("TOKEN", "the credential that may replace the object")
DENIED: Final = Variable("DENIED_TOKEN", "a valid credential that may not replace it")
# What a shell makes of the token for each of `near_misses`; as there it is never the token itself.
MISSES: Final = {
    "one character more": "${TOKEN}x",
    "one character less": "${TOKEN%?}",
    "its first half": "$(printf %s \"$TOKEN\" | jq -Rrj '.[:([1, length / 2 | floor] | max)]')",
    OTHER_BEGINNING: "$(case $TOKEN in A*) printf B ;; *) printf A ;; esac)${TOKEN#?}",
    "another last character": "${TOKEN%?}$(case $TOKEN in *A) printf B ;; *) printf A ;; esac)",
    "twice": "${TOKEN}${TOKEN}",
    "other capitals": "$(printf %s \"$TOKEN\" | tr 'A-Za-z' 'a-zA-Z')",
}
# What stands in a text in place of a secret that no script asks for.
OTHER_SECRETS: Final = re.compile(r"\$(?:TOKEN|PASSWORD|COOKIE|USER)|_IN_OTHER_CAPITALS")
# What jq reads and writes as it is.
GREATEST: Final = 2**53
DIGITS: Final = 15


class NoScript(Exception):
    """No script can send the request again."""


def script_of(run: Run, evidence: Evidence, found: RecordedFinding) -> str:
    """The script that shows a finding again; "" where one request does not, or where curl cannot send that."""
    exchange, made_of = evidence.exchange, evidence.made_of
    if exchange is None or made_of is None or not isinstance(made_of.before, dict) or exchange.repeated:
        return ""
    url, _, query = exchange.url.partition("?")
    if exchange.method != "PUT" or url != run.secrets.mask(run.job.url):
        return ""
    with suppress(NoScript, TargetError):
        reproduction = Reproduction(
            found=found,
            requirement=evidence.finding.requirement,
            seen=_seen(exchange),
            base=run.secrets.mask(run.public_url.rstrip("/")),
            namespace=run.namespace,
            item=_item(run),
            new=_new(run, made_of),
            body=_body(run, exchange, made_of),
            request=_request(run, exchange, made_of, query),
            others=_others(run),
            version=fields.VERSION,
            uid=fields.UID,
            unshown=(fields.MANAGED,),
            counted=(fields.VERSION, fields.GENERATION),
        )
        text = scripts.script(reproduction)
        return "" if run.secrets.found(text.encode("utf-8", "replace")) else text
    return ""


def _seen(exchange: Exchange) -> str:
    at = datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="seconds")
    return f"{at}, answered with {exchange.response.status}"


def _item(run: Run) -> Template:
    """The object's path; the contract's template has both names in braces."""
    parts = re.split(r"(\{namespace\}|\{name\})", run.contract.item_path)
    known = {"{namespace}": NAMESPACE, "{name}": NAME}
    return tuple(known.get(part, part) for part in parts if part)


def _new(run: Run, made_of: MadeOf) -> Json:
    """The object to create: as it stood before the request, or, where it is somebody's, the contract's.

    That gets what stood before at the places that the request changes.
    """
    owned, before = run.scope.server_owned, made_of.before
    metadata = before.get("metadata", {})
    known = run.job.original.get("metadata", {}) if isinstance(run.job.original, dict) else {}
    if not isinstance(metadata, dict) or set(metadata) - set(known) - set(OF_METADATA):
        raise NoScript  # finalizers, owners: it could not be created so
    if run.job.adopted:
        new: Json = run.job.new_object()
        for change in paths.differences(before, made_of.sent) if made_of.sent is not MISSING else ():
            in_metadata = change.path[0] == "metadata" and change.path[1:2] not in (("labels",), ("annotations",))
            if change.before is not MISSING and not in_metadata and not paths.starts_with(change.path, owned):
                new = paths.put(new, change.path, _masked(run, Change(change.path, change.before)).value)
    else:
        new = paths.without(before, owned)
        own = {key: item for key, item in metadata.items() if key in OF_METADATA}
        new = run.secrets.mask_json({**new, "metadata": own})
    if not is_exact(new):
        raise NoScript
    return new


def _body(run: Run, exchange: Exchange, made_of: MadeOf) -> tuple[Change, ...] | Raw:
    """The changes that make the body of the stored object, or its bytes where they would not."""
    body, before, sent = exchange.body or b"", made_of.before, made_of.sent
    if isinstance(sent, dict):
        found = list(paths.differences(before, sent))
        made = before
        for one in found:
            made = paths.put(made, one.path, one.after)
        if strict.encode(made) == body and all(one.after is MISSING or is_exact(one.after) for one in found):
            changes = tuple(_change(one) for one in found)
            return tuple(_masked(run, one) for one in changes)
    text = body.decode("utf-8", "replace")
    if run.secrets.found(body) or run.secrets.mask(text) != text:
        raise NoScript
    return raw(body, before)


def _change(one: Difference) -> Change:
    return Change(one.path, removed=True) if one.after is MISSING else Change(one.path, one.after)


def _masked(run: Run, change: Change) -> Change:
    """The change with the name of an imagePullSecret masked; where it holds another secret, nothing can send it."""
    key = next((str(step) for step in reversed(change.path)), "")
    pull_secret = key == "name" and "imagePullSecrets" in change.path and run.secrets.hides_pull_secrets
    value = PULL_SECRET if pull_secret and isinstance(change.value, str) else run.secrets.mask_json(change.value, key)
    before, after = (len(OTHER_SECRETS.findall(json.dumps(one))) for one in (change.value, value))
    if after > before:
        raise NoScript
    return replace(change, value=value)


def raw(body: bytes, before: Json) -> Raw:
    """The bytes of a body, with the stored object's name, version and uid put in where they stood."""
    known = {scripts.NAME: fields.NAME, scripts.UID: fields.UID, scripts.VERSION: fields.VERSION}
    found = {paths.get(before, path): variable for variable, path in known.items()}
    slots = {value: variable for value, variable in found.items() if isinstance(value, str) and value}
    # a version may be a short number, which stands in other texts, too; names are made of the object's
    ends = {value: "" if variable is scripts.NAME else '(?=")' for value, variable in slots.items()}
    pattern = "|".join(f'(?<="){re.escape(value)}{end}' for value, end in ends.items())
    for encoding in ENCODINGS if slots else ():
        errors = "surrogateescape" if encoding == "utf-8" else "strict"
        with suppress(UnicodeDecodeError):
            pieces = [piece for piece in re.split(f"({pattern})", body.decode(encoding, errors)) if piece]
            if slots.keys() & pieces:
                return Raw(tuple(slots.get(one) or one.encode(encoding, errors) for one in pieces), encoding)
    if not body.isascii():
        raise NoScript  # compressed, say: the version in it cannot be exchanged
    return Raw((body,) if body else ())


def _request(run: Run, exchange: Exchange, made_of: MadeOf, query: str) -> Asked:
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


def _others(run: Run) -> Asked:
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
    values = credential.headers(Outgoing("PUT", run.job.url, {}, b""))
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
    if scheme == "Basic" and run.target.authority.headers(Outgoing("PUT", run.job.url, {}, b"")).get(name) == value:
        return f"{name}: Basic ", TOKEN
    if run.secrets.found(value.encode()) or not value.isprintable():
        raise NoScript
    return (f"{name}: {value}" if value.strip() else f"{name};",)


def is_exact(value: Json) -> bool:
    """Whether jq writes a value as it reads it, and reads it as it is."""
    items: Iterator[Any] = chain([value], (item for _, item in paths.walk(value)))
    keys = (str(path[-1]) for path, _ in paths.walk(value))
    return all(map(_is_plain, items)) and all(map(_is_plain, keys))


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return isfinite(value) and not value.is_integer() and "e" not in repr(value) and len(repr(value)) <= DIGITS
    return not isinstance(value, int) or abs(value) < GREATEST
