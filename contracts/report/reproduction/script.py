"""A finding that one request shows, as a script for a shell that shows it again: curl and jq, nothing else. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from contracts.report.recorded import RecordedFinding
from contracts.report.reproduction.shell import Template, Variable, output, variables, word
from contracts.report.text.layout import visible

DIRECTORY: Final = "reproduce"
# By this a file of that directory is known to be this suite's.
MARK: Final = "# Shows a finding of pytorchjob-contract again: "
# Longer ones are of no use to anybody who would read them first.
LONGEST: Final = 256 * 1024

NAME: Final = Variable("NAME")
NAMESPACE: Final = Variable("NAMESPACE")
VERSION: Final = Variable("VERSION")
UID: Final = Variable("UID_NOW")
# Stands for itself in texts of an object that is created or changed, and is filled in when the script runs.
PULL_SECRET: Final = Variable("IMAGE_PULL_SECRET", "the name of the imagePullSecret that is masked in this script")

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Change:
    """What stands at a path of the object that is sent; `removed`: nothing does."""

    path: Steps
    value: Any = None
    removed: bool = False


@dataclass(frozen=True)
class Raw:
    """A body that is not made of the object by changes: bytes, with what is the object's own put in."""

    pieces: tuple[bytes | Variable, ...]
    encoding: str = "utf-8"


@dataclass(frozen=True)
class MergePatch:
    """A body that says what is to change (RFC 7396); a version in it becomes the stored object's."""

    value: Any


@dataclass(frozen=True)
class Asked:
    """How a request is sent: the lines of its headers, its query, further arguments of curl."""

    headers: tuple[Template, ...] = ()
    query: Template = ()
    options: tuple[str, ...] = ()

    def variables(self) -> Iterator[Variable]:
        """What the reader has to set."""
        for template in (*self.headers, self.query):
            yield from variables(template)


@dataclass(frozen=True)
class Reproduction:
    """What a script needs to know of a finding.

    `seen`: when, and how it was answered. `method`: of the request. `base`: the target's URL; `item`: the object's path
    there, `new`: the object that is created, `body`: what is sent of it. `request`: how that is sent, `others` how
    everything else is. `version`, `uid`: where these stand in an object. `unshown`: what is no part of a comparison;
    `counted`: nor of what was sent with what is stored.
    """

    found: RecordedFinding
    requirement: str
    seen: str
    method: str
    base: str
    namespace: str
    item: Template
    new: Any
    body: tuple[Change, ...] | MergePatch | Raw
    request: Asked
    others: Asked
    version: Steps
    uid: Steps
    unshown: tuple[Steps, ...]
    counted: tuple[Steps, ...]


def file_name(finding: str) -> str:
    """The script's path, relative to the record."""
    return f"{DIRECTORY}/{finding}.sh"


def command(finding: str, directory: str, *, scripted: bool) -> str:
    """What shows a finding again: its script, relative to the record, or the command for the record in `directory`."""
    if scripted:
        return f"sh {file_name(finding)}"
    return f"pytorchjob-contract replay {word((directory,))} {finding}"


def from_here(again: str, directory: Path) -> str:
    """What shows a finding again, as it is called where the record lies in `directory`."""
    name = again.removeprefix("sh ")
    return f"sh {word((str(directory / name),))}" if name != again and name.startswith(f"{DIRECTORY}/") else again


def script(one: Reproduction) -> str:
    """The script; "" where it would be too long for anybody to read."""
    found, name = one.found, one.found.id
    where = f" ({found.field})" if found.field not in found.message else ""
    told = [
        f"finding {name}, {one.requirement}: {found.message}{where}",
        f"expected: {found.expected}",
        f"observed: {found.observed} ({one.seen})",
    ]
    told = [visible(line) for line in told]
    lines = [
        "#!/bin/sh",
        MARK + f"{name} ({one.requirement})",
        *(f"# {line}" for line in told[1:]),
        *_variables(one),
        f"ITEM=$BASE{word(one.item)}",
        f"DIR=${{TMPDIR:-/tmp}}/contract-{name}-$$",
        'umask 077 && mkdir "$DIR" || exit 3',
        *_headers("others", one.others),
        *_headers("request", one.request),
        *_json("new.json", one.new),
        *_document("told", "\n".join(told)),
        _function("ask", one.others),
        _function("write", one.request),
        f"METHOD_OF_WRITES={one.method}",
        f"jq_version='{json.dumps(one.version)}' jq_uid='{json.dumps(one.uid)}' ",
        f"jq_unshown='{json.dumps(one.unshown)}' jq_counted='{json.dumps((*one.unshown, *one.counted))}'",
        _part("begin"),
        *_body(one.body),
        _part("end"),
    ]
    text = "\n".join(lines) + "\n"
    return text if len(text) <= LONGEST else ""


def _variables(one: Reproduction) -> Iterator[str]:
    sent = () if isinstance(one.body, Raw) else one.body if isinstance(one.body, tuple) else (one.body,)
    masked = _needs_pull_secret(json.dumps([one.new, *(part.value for part in sent)]))
    needed = (*one.others.variables(), *one.request.variables(), *((PULL_SECRET,) if masked else ()))
    meanings = {variable.name: variable.meaning for variable in needed if variable.meaning}
    yield "#"
    yield f"# Set: {', '.join(f'{name} ({meaning})' for name, meaning in meanings.items()) or 'nothing'}"
    yield "# May be set: BASE (the target's URL), NAMESPACE, NAME (of the object). An object of that name that is there"
    yield f"# already is used: what was sent is taken back as far as a {one.method} can do so, and the object stays."
    yield "set -u"
    yield f"BASE=${{BASE:-{word((one.base,))}}}"
    yield f"NAMESPACE=${{NAMESPACE:-{word((one.namespace,))}}}"
    yield "GIVEN=${NAME:-}"
    yield f"NAME=${{NAME:-contract-{one.found.id}-$$}}"
    for name, meaning in meanings.items():
        yield f': "${{{name}:?is not set: {meaning}}}"'


def _headers(name: str, asked: Asked) -> Iterator[str]:
    """The headers in a file, so that no credential stands on a command line."""
    yield f"printf '%s\\n' {' '.join(map(word, asked.headers))} >\"$DIR/{name}\""


def _document(name: str, text: str) -> Iterator[str]:
    yield from (f"cat >\"$DIR/{name}\" <<'END_OF_TEXT'", text, "END_OF_TEXT")


def _json(name: str, value: Any) -> Iterator[str]:
    """A document with what is masked in it filled in."""
    text = json.dumps(value, indent=1)
    yield from _document(name, text)
    if _needs_pull_secret(text):
        yield f"export {PULL_SECRET.name}"
        filled = f'split("${PULL_SECRET.name}") | join(env.{PULL_SECRET.name})'
        yield f"jq 'walk(if type == \"string\" then {filled} else . end)' \\"
        yield f'  "$DIR/{name}" >"$DIR/filled" && mv "$DIR/filled" "$DIR/{name}"'


def _needs_pull_secret(text: str) -> bool:
    return f"${PULL_SECRET.name}" in text


def _function(name: str, asked: Asked) -> str:
    """A function that sends a request (method, URL, further arguments) and prints the status of its answer."""
    file = "request" if name == "write" else "others"
    options = "".join(f" {word((one,))}" for one in asked.options)
    query = f"{word(('?', *asked.query))}" if asked.query else ""
    return "\n".join(
        (
            f"{name}() {{",
            "  METHOD=$1 URL=$2",
            "  shift 2",
            '  : >"$DIR/answer"',
            f'  curl -sS --globoff --path-as-is -X "$METHOD" -H "@$DIR/{file}" -o "$DIR/answer" -D "$DIR/head" \\',
            f'    -w \'%{{http_code}}\'{options} "$@" "$URL"{query}',
            "}",
        )
    )


def _body(body: tuple[Change, ...] | MergePatch | Raw) -> Iterator[str]:
    """Make the body, and the object that it asks for, which is compared with the stored one."""
    if isinstance(body, Raw):
        yield from _raw(body)
    elif isinstance(body, MergePatch):
        yield from _json("patch.json", body.value)
        yield 'make_patch "$DIR/patch.json"'
    else:
        yield from _changed(body)
        yield 'cp "$DIR/body" "$DIR/wanted"'


def _changed(changes: Sequence[Change]) -> Iterator[str]:
    told = [{"path": [*one.path]} if one.removed else {"path": [*one.path], "value": one.value} for one in changes]
    yield from _json("change.json", told)
    yield 'jq -cj --slurpfile change "$DIR/change.json" \'reduce $change[0][] as $one (.'
    yield '  ; if $one | has("value") then setpath($one.path; $one.value) else delpaths([$one.path]) end)\' \\'
    yield '  "$DIR/before.json" >"$DIR/body" || cannot_tell "the change does not fit the object"'


def _raw(body: Raw) -> Iterator[str]:
    yield '[ "$CREATED" ] || cannot_tell "its body is of bytes, and would replace all of $NAME: leave NAME out"'
    yield "RAW=yes"
    yield "{"
    for one in output(body.pieces, body.encoding):
        yield f"  {one}"
    yield '} >"$DIR/body"'


def _part(name: str) -> str:
    return files("contracts.report.reproduction").joinpath(f"{name}.sh").read_text(encoding="utf-8").rstrip("\n")
