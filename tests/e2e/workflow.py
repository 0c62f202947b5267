"""Runs the steps of a CI workflow as its CI system would: one shell a step, in an empty repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
TIMEOUT = 600


@dataclass
class Job:
    """What became of a job: its status, what it printed, its summary."""

    status: int
    output: str
    summary: str = ""
    uses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Machine:
    """A machine with Python in `environment`.

    `cache`: what the CI system keeps between jobs. `expressions`: what it fills in.
    """

    repository: Path
    environment: Path
    cache: Path
    temporary: Path
    expressions: Mapping[str, str]

    def variables(self, extra: Mapping[str, str]) -> dict[str, str]:
        path = f"{self.environment / 'bin'}:{os.environ['PATH']}"
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "PIP_CONFIG_FILE") if name in os.environ}
        return {**kept, "PATH": path, "XDG_STATE_HOME": str(self.temporary / "state"), **extra}

    def shell(self, lines: str, variables: Mapping[str, str]) -> tuple[int, str]:
        """Run lines as a CI system does, which ends with the first command that fails."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", lines],
            cwd=self.repository,
            env=self.variables(variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return done.returncode, done.stdout

    def github(self, file: Path) -> Job:
        """The only job of a workflow, or the steps of a composite action."""
        content = yaml.safe_load(file.read_text())
        job = next(iter(content["jobs"].values())) if "jobs" in content else content["runs"]
        files = {name: self.temporary / name for name in ("summary", "output")}
        for one in files.values():
            one.write_text("")
        given = {**content.get("env", {}), **job.get("env", {}), "RUNNER_TEMP": str(self.temporary), "CI": "true"}
        given |= {"GITHUB_STEP_SUMMARY": str(files["summary"]), "GITHUB_OUTPUT": str(files["output"])}
        done = Job(0, "")
        for step in job["steps"]:
            if not self._wanted(step.get("if"), done.status):
                continue
            if "uses" in step:
                done.uses.append(step["uses"])
                self._use(step)
                continue
            environment = {name: self._filled(str(value)) for name, value in {**given, **step.get("env", {})}.items()}
            status, output = self.shell(self._filled(step["run"]), environment)
            done.output += output
            if status and not step.get("continue-on-error"):
                done.status = done.status or status
        done.summary = files["summary"].read_text()
        return done

    def gitlab(self, file: Path, name: str, variables: Mapping[str, str]) -> Job:
        """One job: `before_script` and `script` in one shell, `after_script` in another one whatever became of it."""
        content = yaml.safe_load(file.read_text())
        job = content[name]
        given = {**content.get("variables", {}), **job.get("variables", {}), **variables}
        given = {key: value.replace("$CI_PROJECT_DIR", str(self.repository)) for key, value in given.items()}
        given["CI_PROJECT_DIR"] = str(self.repository)
        status, output = self.shell("\n".join([*job.get("before_script", []), *job["script"]]), given)
        _, after = self.shell("\n".join(job.get("after_script", [])), given)
        return Job(status, output + after)

    def _filled(self, text: str) -> str:
        """The text with the values of its expressions; `KeyError` for one that the workflow's user has not to give."""
        return EXPRESSION.sub(lambda found: self.expressions[found[1]], text)

    def _wanted(self, condition: str | None, status: int) -> bool:
        if condition is None:
            return not status
        always, _, rest = condition.partition(" && ")
        assert always == "always()", condition
        if not rest:
            return True
        asked = re.fullmatch(r"hashFiles\((.+)\) != ''", rest)
        assert asked, condition
        return any(list(self.repository.glob(name)) for name in re.findall(r"'([^']+)'", asked[1]))

    def _use(self, step: Mapping[str, Any]) -> None:
        action = step["uses"].partition("@")[0]
        paths = step.get("with", {}).get("path", "").split()
        if action == "actions/cache/restore":
            _copy(self.cache, self.repository, paths)
        elif action == "actions/cache/save":
            _copy(self.repository, self.cache, paths)
        elif action == "actions/upload-artifact":
            assert all((self.repository / path).exists() for path in paths)
        else:
            assert action in ("actions/checkout", "actions/setup-python", "actions/setup-node"), action


def _copy(source: Path, target: Path, paths: list[str]) -> None:
    for name in paths:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        elif (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
