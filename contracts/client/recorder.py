"""Observers of a run's exchanges: a HAR, and the lines on the terminal for who asked to see each of them.

The HAR (1.2, for the developer tools of a browser) holds every request and its answer; secrets are masked. Entries go
to disk one by one, in a part for each process, and so does later which of them shows which finding. In the end the
parts become one file, ordered by time.
"""

import errno
import http.client
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import parse_qsl, urlsplit

from contracts import __version__
from contracts.judge.model import NO_HTTP, Exchange
from contracts.masking.masker import Masker
from contracts.report.files import NAME, may_overwrite
from contracts.settings.options import Settings

LONGEST_BODY: Final = 64 * 1024
PART: Final = ".part-"
# What a line of a part holds beside an entry: the attempt's number, and in lines of their own the findings.
NUMBER: Final = "_number"
FINDING: Final = "_finding"
# (when it began, which part, where it stands there, the attempt's number)
Place = tuple[str, int, int, int]
# By part and attempt the ids of findings, in order.
Marks = dict[tuple[int, int], dict[str, None]]
MARK: Final = f'"creator": {{"name": "{NAME}"'


class Recorder:
    """Told of every attempt of one process (`Client.watch`), by any of its threads.

    `case`: the id of the case that is being run, "" between cases.
    """

    def __init__(self, settings: Settings, secrets: Masker, process: str = "", *, first: bool = True) -> None:
        """Begin what the settings ask for; raises `OSError` when the HAR cannot be written.

        `process`: a worker's name. `first`: whether this process is the one that was started.
        """
        self.error = ""
        self.secrets = secrets
        self.case = ""
        self.har = None if settings.plan else settings.har_file
        self._only_findings = settings.har_of_findings
        self._lock = threading.Lock()
        self._part: TextIO | None = None
        if self.har is not None:
            if first:
                check(self.har)
                discard(self.har)
            self.har.parent.mkdir(parents=True, exist_ok=True)
            self._part = self.har.with_name(f"{self.har.name}{PART}{process or 'main'}").open("w", encoding="utf-8")
        # pytest holds back what is written to standard error while a case runs, but not what a copy of it takes.
        self._stderr = os.dup(2) if settings.exchanges else None

    def __call__(self, exchange: Exchange, began: float) -> None:
        """Take note of one attempt; where the HAR cannot be written no more of it is, and `error` says why."""
        if self._part is not None:
            told = {"_case": self.case} if self.case else {}
            self._write({**entry(exchange, began, self.secrets), **told, NUMBER: exchange.number})
        if self._stderr is not None:
            with suppress(OSError):
                os.write(self._stderr, (line(exchange, self.secrets) + "\n").encode("utf-8", "replace"))

    def mark(self, shown: Iterable[tuple[int, str]]) -> None:
        """Note which attempts (`Exchange.number`) show which findings, by their ids."""
        for number, finding in shown if self._part is not None else ():
            self._write({NUMBER: number, FINDING: finding})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._part is None:
            return
        written = json.dumps(line, ensure_ascii=False)
        with self._lock, self._told(self._part.name):
            if not self.error and not self._part.closed:
                self._part.write(written + "\n")
                self._part.flush()

    def close(self) -> str:
        """End this process's part; gives what went wrong with it, "" if nothing."""
        if self._stderr is not None:
            os.close(self._stderr)
            self._stderr = None
        if self._part is not None:
            with self._lock, self._told(self._part.name):
                self._part.close()  # what was not written is tried once more
        return self.error

    @contextmanager
    def _told(self, file: str | Path) -> Iterator[None]:
        """Keep the first thing that went wrong with a file."""
        try:
            yield
        except OSError as error:
            self.error = self.error or f"{file}: {error.strerror}"

    def finish(self) -> str:
        """Make one HAR of the parts of all processes; gives what went wrong, "" if nothing."""
        self.close()
        if self.har is not None:
            with self._told(self.har):
                merge(self.har, self.secrets, only_findings=self._only_findings)
        return self.error and f"the HAR is not complete: {self.error} (--har)"

    def files(self) -> Iterator[Path]:
        """What may have been written, for the search for secrets."""
        if self.har is not None and self.har.parent.is_dir():
            yield from (one for one in (self.har, *parts_of(self.har)) if one.is_file())


def line(exchange: Exchange, secrets: Masker) -> str:
    """One attempt in a line: method, path, status, time."""
    parts = urlsplit(exchange.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    answer = exchange.response
    status = str(answer.status) if answer.status != NO_HTTP else f"- ({' '.join(answer.defect.split())[:120]})"
    shown = "".join(character if character.isprintable() else "\ufffd" for character in path)
    return secrets.mask(f"{exchange.method} {shown} {status} {exchange.seconds * 1000:.0f} ms")


def check(path: Path) -> None:
    """Raise `OSError` when something is there that is no HAR of this suite: it would be lost."""
    if not may_overwrite(path, MARK):
        raise FileExistsError(errno.EEXIST, "is there, and is no HAR of this suite: it is left alone")


def entry(exchange: Exchange, began: float, secrets: Masker) -> dict[str, Any]:
    """One exchange as an entry of a HAR; an attempt without answer has the status 0 and a comment that says why."""
    answer, milliseconds = exchange.response, round(exchange.seconds * 1000, 3)
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": secrets.mask(exchange.url),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.headers, secrets),
        "queryString": [
            {"name": name, "value": secrets.mask(value)}
            for name, value in parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(exchange.body or b""),
    }
    if exchange.body is not None:
        request["postData"] = {"mimeType": _media_type(exchange.headers), **_text(exchange.body, secrets)}
    result: dict[str, Any] = {
        "startedDateTime": datetime.fromtimestamp(began, UTC).isoformat(timespec="milliseconds"),
        "time": milliseconds,
        "request": request,
        "response": {
            "status": answer.status,
            "statusText": http.client.responses.get(answer.status, ""),
            "httpVersion": "HTTP/1.1" if answer.status != NO_HTTP else "",
            "cookies": [],
            "headers": _headers(answer.headers, secrets),
            "content": {
                "size": len(answer.body),
                "mimeType": _media_type(answer.headers),
                **_text(answer.body, secrets),
            },
            "redirectURL": secrets.mask(answer.headers.get("location", "")),
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    if answer.defect:
        result["comment"] = secrets.mask(answer.defect)
    return result


def merge(path: Path, secrets: Masker, *, only_findings: bool = False) -> None:
    """Make one HAR of the parts beside `path`, which are removed; `only_findings`: of the exchanges that show one.

    What is known to be a secret only now is masked as well. Raises `OSError` when the file cannot be written.
    """
    parts = parts_of(path)
    places, marks = _places(parts)
    creator = {"name": NAME, "version": __version__}
    head = json.dumps({"log": {"version": "1.2", "creator": creator, "entries": []}}).removesuffix("]}}")
    with ExitStack() as stack:
        file = stack.enter_context(path.open("w", encoding="utf-8"))
        opened = [stack.enter_context(part.open("rb")) for part in parts]
        file.write(head)
        separator = "\n"
        for _, part, offset, number in places:
            findings = marks.get((part, number), {})
            if findings or not only_findings:
                opened[part].seek(offset)
                one = _marked(json.loads(opened[part].readline()), findings)
                file.write(separator + json.dumps(_again(one, secrets), ensure_ascii=False))
                separator = ",\n"
        file.write("\n]}}\n")
    discard(path)


def parts_of(path: Path) -> Sequence[Path]:
    """The parts that lie beside a HAR."""
    return sorted(one for one in path.parent.iterdir() if one.name.startswith(path.name + PART))


def discard(path: Path) -> None:
    """Remove the parts that lie beside a HAR: those of a run that was killed would become part of the next."""
    if path.parent.is_dir():
        for part in parts_of(path):
            part.unlink(missing_ok=True)


def _places(parts: Sequence[Path]) -> tuple[list[Place], Marks]:
    """Where each whole entry stands, in the order of time, and what was noted of findings."""
    places: list[Place] = []
    marks: Marks = {}
    for part, path in enumerate(parts):
        offset = 0
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):  # a process that was killed has left the beginning of one
                    one = json.loads(line)
                    if FINDING in one:
                        marks.setdefault((part, one[NUMBER]), {})[one[FINDING]] = None
                    else:
                        places.append((one["startedDateTime"], part, offset, one[NUMBER]))
                offset += len(line)
    return sorted(places), marks


def _marked(one: dict[str, Any], findings: Iterable[str]) -> dict[str, Any]:
    """An entry with the findings that it shows, for programs and for people."""
    del one[NUMBER]
    if ids := [*findings]:
        shown = f"finding {', '.join(ids)}"
        comment = f"{shown}; {one['comment']}" if "comment" in one else shown
        return {**one, "_findings": ids, "comment": comment}
    return one


def _again(one: dict[str, Any], secrets: Masker) -> dict[str, Any]:
    """An entry masked once more: an object that is adopted tells its secrets after it was first read."""
    request, content = one["request"], one["response"]["content"]
    texts = (request, "url"), (request.get("postData"), "text"), (content, "text"), (one["response"], "redirectURL")
    for holder, key in (*texts, (one, "comment")):
        if holder is not None and key in holder:
            holder[key] = secrets.mask(holder[key])
    for header in (*request["headers"], *one["response"]["headers"], *request["queryString"]):
        header["value"] = secrets.mask(header["value"])
    return one


def _headers(headers: Mapping[str, str], secrets: Masker) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in secrets.mask_headers(headers).items()]


def _media_type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")


def _text(body: bytes, secrets: Masker) -> dict[str, str]:
    """The text of a body, bounded; masked before it is cut, so that no half of a secret is left at its end."""
    text = secrets.mask(body[: 2 * LONGEST_BODY].decode("utf-8", "replace"))
    if len(body) <= LONGEST_BODY:
        return {"text": text}
    return {"text": text[:LONGEST_BODY], "comment": f"the beginning of {len(body)} bytes"}
