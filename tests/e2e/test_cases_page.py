"""Every snippet of docs/cases.md works as it is written there, in its order, in one empty directory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.casekit.job import Job
from contracts.casekit.reply import Reply

from .command import CLEAN, LIMIT, ROOT
from .endpoint import Serve

PAGE = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
URL = "https://staging.example.com"
COMMANDS = {
    "pytest": "-m pytest -p contracts.pytest_plugin.plugin -p no:cacheprovider",
    "pytorchjob-contract": "-m contracts",
}


@dataclass(frozen=True)
class Snippet:
    """A block of the page: a file, or commands with lines of what they print."""

    language: str
    text: str

    @property
    def file(self) -> str:
        """The path in its first line."""
        return self.text.partition("\n")[0].removeprefix("# ")


def snippets(page: str) -> list[Snippet]:
    return [Snippet(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty directory, and beside it the two commands, as an installation has them."""
    (tmp_path / "bin").mkdir()
    for name, arguments in COMMANDS.items():
        command = tmp_path / "bin" / name
        command.write_text(f'#!/bin/sh\nexec {sys.executable} {arguments} "$@"\n')
        command.chmod(0o755)
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def run(line: str, directory: Path) -> str:
    """Run a line of the page as a shell does, and give what it printed in one line."""
    beside = directory.parent
    variables = {
        "PATH": f"{beside / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(beside / "state"),
        "VIEWER_TOKEN": (directory / "denied-token").read_text().strip(),
    }
    if line.startswith("pytorchjob-contract"):  # all cases of the suite, of which nothing is to be learnt here
        variables["PYTORCHJOB_CONTRACT_EXAMPLES"] = "1"
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=directory,
        env={**CLEAN, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return " ".join(done.stdout.split())


def judged(directory: Path) -> set[str]:
    """The functions of the cases that the last run has judged."""
    record = json.loads((directory / "reports" / "conformance.json").read_text())
    cases = [case for row in record["requirements"] for case in row["cases"]]
    return {case["id"].partition("[")[0] for case in cases if case["outcome"] in ("passed", "failed")}


def test_every_snippet_is_run(directory: Path, serve: Serve) -> None:
    written: set[str] = set()
    seen: set[str] = set()
    with serve(namespace="kube-test") as served:
        for name, file in (("token", served.token_file), ("denied-token", served.denied_token_file)):
            (directory / name).write_text(file.read_text())
        for snippet in snippets(PAGE):
            text = snippet.text.replace(URL, served.endpoint.url)
            if snippet.language in ("python", "yaml"):
                path = directory / snippet.file
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
                functions = re.findall(r"^def (test_\w+)", text, re.MULTILINE)
                written.update(f"{snippet.file}::{name}" for name in functions)
                continue
            assert snippet.language == "console", "a snippet that nothing can run"
            command, *expected = text.splitlines()
            said = run(command.removeprefix("$ "), directory)
            for line in expected:
                assert " ".join(line.split()) in said, f"{command}\n{said}"
            seen |= judged(directory)
    assert {name for name in written if name not in seen} == set()
    assert len(written) > 6


def test_every_expectation_is_explained() -> None:
    explained = set(re.findall(r"(reply|job)\.(expect_\w+)", PAGE))
    there = {
        (name, method) for name, kind in (("reply", Reply), ("job", Job)) for method in dir(kind) if "expect_" in method
    }
    assert explained == there
