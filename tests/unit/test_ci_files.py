"""The CI files: they can be read, and every command, option and variable that they use exists."""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.cli.main import parser
from contracts.settings.option import ENVIRONMENT_PREFIX
from contracts.settings.options import BY_KEY

ROOT = Path(__file__).resolve().parents[2]
FILES = ("ci/github-actions.yml", "ci/gitlab-ci.yml", "action.yml", "Containerfile", "docs/ci.md", "docs/fleet.md")
COMMAND = re.compile(
    r"pytorchjob-contract +(?:\\\n\s*)?(run|serve|derive|requirements|restore|report)\b((?:\\\n|[^\n|>`])*)"
)


def commands(parsed: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return next(one.choices for one in parsed._actions if isinstance(one, argparse._SubParsersAction))


def texts(value: Any) -> Iterator[str]:
    """Every text in a parsed YAML file."""
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def content(file: str) -> str:
    text = (ROOT / file).read_text()
    return "\n".join(texts(yaml.safe_load(text))) if file.endswith(".yml") else text


@pytest.mark.parametrize("file", FILES)
def test_every_option_exists(file: str) -> None:
    known = commands(parser())
    used = COMMAND.findall(content(file))
    if file != "Containerfile":
        assert {"run"} <= {command for command, _ in used}
    for command, rest in used:
        found = known[command]
        if command == "report" and rest.split():
            found = commands(found)[rest.split()[0]]
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest):
            assert option in found._option_string_actions, f"{file}: {command} {option}"


@pytest.mark.parametrize("file", FILES)
def test_every_variable_exists(file: str) -> None:
    for name in re.findall(rf"{ENVIRONMENT_PREFIX}([A-Z_]+)", content(file)):
        assert name.lower() in BY_KEY, f"{file}: {name}"


@pytest.mark.parametrize("file", FILES)
def test_what_is_named_of_this_checkout_exists(file: str) -> None:
    for name in re.findall(r"(?<![\w/])(?:\.\./)?((?:ci|tests|docs)/[\w./-]+\w)", (ROOT / file).read_text()):
        assert (ROOT / name).exists(), f"{file}: {name}"


def test_the_image_is_made_of_what_there_is_and_of_no_root() -> None:
    lines = (ROOT / "Containerfile").read_text().splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["pytorchjob-contract"]')
    # what the wheel holds has to be there when it is built
    project = (ROOT / "pyproject.toml").read_text()
    included = re.findall(r'^"([\w/]+)" = ', project, re.MULTILINE)
    assert {*included, *tomllib.loads(project)["project"]["license-files"]} <= set(copied)


def test_shell_lines_can_be_read() -> None:
    for file in FILES[:3]:
        for command, rest in COMMAND.findall(content(file)):
            assert shlex.split(rest.replace("\\\n", " ")), command


def test_the_nightly_jobs_keep_reports_and_compare_with_the_run_before() -> None:
    github = yaml.safe_load((ROOT / FILES[0]).read_text())
    assert github[True]["schedule"], "YAML 1.1 takes the key `on` for a boolean"
    steps = github["jobs"]["contract"]["steps"]
    assert any("upload-artifact" in step.get("uses", "") for step in steps)
    cached = [step["with"]["path"] for step in steps if "cache/" in step.get("uses", "")]
    assert len(cached) == 2
    assert len(set(cached)) == 1, "a cache is found by its paths"
    assert "nights" in cached[0].split()
    gitlab = yaml.safe_load((ROOT / FILES[1]).read_text())["contract"]
    assert gitlab["allow_failure"]["exit_codes"] == [75]
    assert gitlab["artifacts"]["when"] == "always"
    assert "nights/" in gitlab["cache"]["paths"]


def test_workflow_and_action_do_the_same() -> None:
    workflow = yaml.safe_load((ROOT / FILES[0]).read_text())["jobs"]["contract"]["steps"]
    action = yaml.safe_load((ROOT / FILES[2]).read_text())["runs"]["steps"]
    named = {step["name"]: step.get("run") for step in workflow if "name" in step}
    assert {step["name"]: step.get("run") for step in action if "name" in step} == named
    assert [step["uses"] for step in action if "uses" in step] == [
        step["uses"] for step in workflow if "uses" in step and "checkout" not in step["uses"]
    ]


def test_where_nothing_can_be_installed_a_line_says_what_is_missing_and_ci_goes_on(tmp_path: Path) -> None:
    for name in (".ci/tools", "bin/bash", "bin/dirname", "bin/id"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / ".ci/tools", tmp_path / ".ci/tools")
    for name in ("bash", "dirname", "id"):
        found = shutil.which(name)
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    done = subprocess.run(
        ["bash", tmp_path / ".ci/tools"],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert [line.split()[1] for line in lines] == ["chromium", "Allure"]
    assert all(line.endswith("the tests that need it are skipped") for line in lines)


def test_ci_waits_for_the_tools_before_the_tests_that_need_them() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert lines.index(".ci/tools &") < lines.index('wait "$tools"') < lines.index("make test")
