"""The HAR: what the specification of HAR 1.2 requires, without secrets, whatever was exchanged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs

from contracts.client.recorder import LONGEST_BODY, Recorder, discard, line, merge
from contracts.judge.model import NO_HTTP, Exchange, Response
from contracts.masking.masker import Masker
from contracts.settings.options import Settings
from contracts.settings.readers import FINDINGS, har
from tests.har_schema import HAR

VALID = jsonschema_rs.validator_for(HAR, validate_formats=True)
SECRET = "s3cr3t-of-the-run-0123456789"
PLAIN = Exchange(
    "PUT",
    "https://x.example/a/b?pretty=true&q=%20",
    {"Authorization": "Bearer $TOKEN", "Content-Type": "application/json"},
    b'{"a": 1}',
    Response(200, {"content-type": "application/json", "x-auth-token": "anything-secret"}, b'{"a": 1}'),
    0.0123,
)


def masker() -> Masker:
    secrets = Masker()
    secrets.add(SECRET)
    return secrets


def written(tmp_path: Path, *exchanges: Exchange) -> dict[str, Any]:
    path = tmp_path / "run.har"
    recorder = Recorder(Settings(seed=1, har=path), masker())
    for number, exchange in enumerate(exchanges):
        recorder(exchange, 1_700_000_000 + number)
    assert recorder.finish() == ""
    assert [one.name for one in tmp_path.iterdir()] == ["run.har"]
    document: dict[str, Any] = json.loads(path.read_text())
    VALID.validate(document)
    assert len(document["log"]["entries"]) == len(exchanges)
    return document


def test_every_kind_of_exchange_is_valid(tmp_path: Path) -> None:
    document = written(
        tmp_path,
        PLAIN,
        replace(PLAIN, method="GET", body=None),
        replace(PLAIN, body=b"\xff\x00\xfe", response=Response(999, {}, b"\xff")),
        replace(PLAIN, response=Response(NO_HTTP, {}, b"", "connection refused")),
        replace(PLAIN, response=Response(302, {"location": "/elsewhere"}, b"")),
    )
    entries = document["log"]["entries"]
    assert entries[0]["request"]["postData"]["text"] == '{"a": 1}'
    assert entries[0]["request"]["queryString"] == [{"name": "pretty", "value": "true"}, {"name": "q", "value": " "}]
    assert entries[0]["time"] == 12.3
    assert entries[0]["startedDateTime"] == "2023-11-14T22:13:20.000+00:00"
    assert "postData" not in entries[1]["request"]
    assert (entries[3]["response"]["status"], entries[3]["comment"]) == (0, "connection refused")
    assert entries[4]["response"]["redirectURL"] == "/elsewhere"


def test_a_run_without_requests_is_valid(tmp_path: Path) -> None:
    assert written(tmp_path)["log"]["entries"] == []


def test_secrets_are_masked_by_value_and_by_name(tmp_path: Path) -> None:
    exchange = replace(
        PLAIN,
        url=f"https://x.example/{SECRET}",
        body=SECRET.encode(),
        response=Response(200, {"x-auth-token": "anything-secret", "x-other": SECRET}, SECRET.encode(), SECRET),
    )
    text = json.dumps(written(tmp_path, exchange))
    assert SECRET not in text
    assert "anything-secret" not in text


def test_a_secret_that_is_learnt_late_is_masked(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    secrets = Masker()
    recorder = Recorder(Settings(seed=1, har=path), secrets)
    recorder(replace(PLAIN, body=SECRET.encode()), 0)
    secrets.add(SECRET)
    assert recorder.finish() == ""
    assert SECRET not in path.read_text()


def test_bodies_are_bounded_and_no_half_of_a_secret_is_left(tmp_path: Path) -> None:
    body = b"x" * (LONGEST_BODY - 10) + SECRET.encode() + b"y" * LONGEST_BODY
    content = written(tmp_path, replace(PLAIN, response=Response(200, {}, body)))["log"]["entries"][0]["response"][
        "content"
    ]
    assert content["size"] == len(body)
    assert len(content["text"]) == LONGEST_BODY
    assert SECRET[:8] not in content["text"]
    assert str(len(body)) in content["comment"]


def test_parts_of_processes_are_merged_by_time_and_a_cut_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    for process, times in (("gw0", (3, 1)), ("gw1", (2, 4))):
        worker = Recorder(Settings(seed=1, har=path), Masker(), process, first=False)
        for moment in times:
            worker(PLAIN, moment)
        assert worker.close() == ""
    with (tmp_path / "run.har.part-gw1").open("a") as file:
        file.write('{"startedDateTime": "2')
    merge(path, Masker())
    document = json.loads(path.read_text())
    assert len(document["log"]["entries"]) == 4
    VALID.validate(document)
    began = [one["startedDateTime"] for one in document["log"]["entries"]]
    assert began == sorted(began)


def test_entries_name_their_case_and_the_findings_that_they_show(tmp_path: Path) -> None:
    path = tmp_path / "run.har"
    recorder = Recorder(Settings(seed=1, har=path), masker())
    lost = replace(PLAIN, response=Response(NO_HTTP, {}, b"", "reset"), number=2)
    for case, exchange in (("", PLAIN), ("a::b[c]", replace(PLAIN, number=1)), ("a::b[c]", lost)):
        recorder.case = case
        recorder(exchange, exchange.number)
    recorder.mark([(2, "aaaaaa"), (1, "bbbbbb")])
    recorder.mark([(1, "cccccc"), (1, "bbbbbb")])
    assert recorder.finish() == ""
    document = json.loads(path.read_text())
    VALID.validate(document)
    told = [[one.get(key) for key in ("_case", "_findings", "comment")] for one in document["log"]["entries"]]
    assert told == [
        [None, None, None],
        ["a::b[c]", ["bbbbbb", "cccccc"], "finding bbbbbb, cccccc"],
        ["a::b[c]", ["aaaaaa"], "finding aaaaaa; reset"],
    ]
    assert "_number" not in document["log"]["entries"][0]


def test_findings_alone_are_kept_of_every_process(tmp_path: Path) -> None:
    settings = Settings(seed=1, har=FINDINGS, report_dir=tmp_path)
    for process, number in (("gw0", 1), ("gw1", 2)):
        worker = Recorder(settings, Masker(), process, first=False)
        for moment in (1, 2):
            worker(replace(PLAIN, number=moment, body=process.encode()), moment)
        worker.mark([(number, "aaaaaa")])
        assert worker.close() == ""
    controller = Recorder(settings, Masker(), "main", first=False)
    assert controller.finish() == ""
    entries = json.loads((tmp_path / "findings.har").read_text())["log"]["entries"]
    assert [one["request"]["postData"]["text"] for one in entries] == ["gw0", "gw1"]
    assert [one.name for one in tmp_path.iterdir()] == ["findings.har"]


def test_a_file_that_is_called_as_the_mode_is_given_by_another_path() -> None:
    assert Settings(seed=1, har=har("findings")).har_file == Path("reports/findings.har")
    for given in ("./findings", str(Path.cwd() / "findings")):
        found = Settings(seed=1, har=har(given))
        assert (found.har_file, found.har_of_findings) == (Path.cwd() / "findings", False)
    assert Settings(seed=1).har_file is None


def test_parts_of_an_earlier_run_are_discarded(tmp_path: Path) -> None:
    stale = tmp_path / "run.har.part-gw7"
    stale.write_text("{}\n")
    discard(tmp_path / "run.har")
    assert not stale.exists()


def test_a_full_disk_is_told_once() -> None:
    recorder = Recorder(Settings(seed=1, har=Path("/dev/shm/har-full")), Masker())
    assert recorder._part is not None
    part = Path(recorder._part.name)
    recorder._part.close()
    recorder._part = Path("/dev/full").open("w")  # noqa: SIM115
    recorder(PLAIN, 0)
    recorder(PLAIN, 0)
    assert "No space left" in recorder.close()
    part.unlink()


def test_a_line_for_an_exchange() -> None:
    assert line(PLAIN, Masker()) == "PUT /a/b?pretty=true&q=%20 200 12 ms"
    lost = replace(PLAIN, response=Response(NO_HTTP, {}, b"", f"reset\nby {SECRET}"))
    assert line(lost, masker()) == "PUT /a/b?pretty=true&q=%20 - (reset by $TOKEN) 12 ms"
