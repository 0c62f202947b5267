"""Several endpoints judged by one command: side by side, interrupted, and with one that cannot be judged."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
import yaml

from .command import Command, started
from .endpoint import Serve

BROKEN = "response.content-type"


def fleet(path: Path, **targets: dict[str, Any]) -> str:
    file = path / "fleet.yaml"
    entries = [{"name": name, **options} for name, options in targets.items()]
    file.write_text(yaml.safe_dump({"defaults": {"examples": 1}, "targets": entries}))
    return f"--targets={file}"


@pytest.mark.slow
def test_one_that_is_down_takes_no_other_along(run: Command, serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        good = {
            "target": served.endpoint.url,
            "namespace": served.endpoint.options.namespace,
            "token": "${GOOD_TOKEN}",
            "denied-token-file": str(served.denied_token_file),
        }
        bad = {"fault": "answers-of-a-vendor-type"}
        down = {"target": "http://127.0.0.1:9", "token": "${DOWN_TOKEN}"}
        odd = {"token": "literal"}
        # The last is for a single run, and so for none of these.
        around = {"GOOD_TOKEN": served.endpoint.options.token, "DOWN_TOKEN": "s-2", "PYTORCHJOB_CONTRACT_TOKEN": "x"}
        done = run(
            fleet(tmp_path, good=good, bad=bad, down=down, odd=odd),
            *("--", "-k", "response"),
            environment=around,
        )
        assert served.jobs() == []
    assert done.status == 3
    result = json.loads((done.directory / "fleet.json").read_text())
    assert {one["name"]: one["verdict"] for one in result["endpoints"]} == {
        "good": "partial",
        "bad": "nonconformant",
        "down": "error",
        "odd": "error",
    }
    assert "a secret does not belong into a file" in result["endpoints"][3]["error"]
    assert "not reachable" in result["endpoints"][2]["error"]
    outcomes = {one["id"]: one["outcomes"] for one in result["requirements"]}
    assert (outcomes[BROKEN]["good"], outcomes[BROKEN]["bad"]) == ("passed", "failed")
    assert json.loads((done.directory / "good" / "conformance.json").read_text())["verdict"] == "partial"
    assert "down: error: " in done.output
    assert f"| `{BROKEN}` | passed | failed | error | - |" in (done.directory / "fleet.md").read_text()
    written = [path.read_text(errors="replace") for path in done.directory.rglob("*") if path.is_file()]
    assert not any(served.endpoint.options.token in text or "literal" in text for text in [done.output, *written])


def test_an_earlier_record_is_not_taken_for_this_run(run: Command, tmp_path: Path) -> None:
    directory = tmp_path / "reports"
    first = run(fleet(tmp_path, a={}), f"--report-dir={directory}", "--", "-k", "documented_example")
    assert (directory / "a" / "conformance.json").exists(), first.output
    done = run(fleet(tmp_path, a={"max-rps": -1}), f"--report-dir={directory}")
    assert done.status == 3
    assert json.loads((directory / "fleet.json").read_text())["endpoints"][0]["error"] == (
        "--max-rps: expected a number above 0"
    )


def test_an_interruption_lets_the_runs_clean_up(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        one = {
            "target": served.endpoint.url,
            "namespace": served.endpoint.options.namespace,
            "token-file": str(served.token_file),
            "max-rps": 20,
        }
        arguments = ("--parallel=2", fleet(tmp_path, one=one, two=one, three=one))
        with started(*arguments, directory=tmp_path) as running:
            running.wait_until(served.at_work(jobs=2, generation=0))
            done = running.end(signal.SIGINT)
        assert served.jobs() == [], done.output
    assert done.status == 2, done.output
    result = json.loads((tmp_path / "reports" / "fleet.json").read_text())
    assert result["interrupted"]
    assert [one["exitStatus"] for one in result["endpoints"]] == [2, 2, 2]
    assert [one["report"] for one in result["endpoints"]] == ["one/conformance.json", "two/conformance.json", None]
    assert "three: error: not begun" in done.output


def test_wrong_usage_is_told_in_one_line(run: Command, tmp_path: Path) -> None:
    for arguments, said in (
        (("--targets=none.yaml",), "--targets: none.yaml: "),
        ((fleet(tmp_path, a={}), "--target=http://x"), "--target is for one endpoint; with --targets it belongs into"),
        ((fleet(tmp_path, a={}), "--parallel=0"), "--parallel: expected a whole number of at least 1"),
        (("--parallel=2",), "--parallel needs --targets"),
    ):
        done = run(*arguments)
        assert done.status == 4
        assert said in done.output
        assert "Traceback" not in done.output
