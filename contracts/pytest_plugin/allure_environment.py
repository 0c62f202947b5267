"""What Allure shows around the results: the environment, the kinds of failure, and the CI job that ran them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from contracts import __version__
from contracts.pytest_plugin.allure_results import BROKEN, GAP, SUITE_ERROR, UNAVAILABLE
from contracts.report.files import NAME, may_overwrite
from contracts.report.model import Report

ENVIRONMENT: Final = "environment.properties"
# For Allure 2 the whole message must match, for Allure 3 any part of it.
CATEGORIES: Final = tuple(
    {"name": name, "matchedStatuses": statuses, "messageRegex": f"^{prefix}[\\s\\S]*"}
    for name, statuses, prefix in (
        ("Contract broken", ["failed"], BROKEN),
        ("Document gap", ["failed"], GAP),
        ("Target unavailable", ["broken"], UNAVAILABLE),
        ("Suite error", ["broken"], SUITE_ERROR),
    )
)


def begin(directory: Path) -> bool:
    """Begin a directory of results anew; whether that was allowed: what another suite wrote is not removed.

    The environment tells whose they are, also when the run is killed. Directories in it, such as a history, stay.
    Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = [path for path in directory.iterdir() if path.is_symlink() or not path.is_dir()]
    environment = directory / ENVIRONMENT
    if files and not (environment.is_file() and may_overwrite(environment, f"suite={NAME} ")):
        return False
    for path in files:
        path.unlink()
    _write_environment(directory, _ours(__version__))
    return True


def write(directory: Path, report: Report, environment: Mapping[str, str]) -> None:
    """Write environment.properties, categories.json and, in CI, executor.json beside the results.

    `environment`: the variables of the process, which tell the CI system. Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _write_environment(directory, properties(report))
    (directory / "categories.json").write_text(json.dumps(CATEGORIES, indent=2) + "\n", encoding="utf-8")
    job = executor(environment)
    if job:
        (directory / "executor.json").write_text(json.dumps(job, indent=2) + "\n", encoding="utf-8")


def properties(report: Report) -> dict[str, str]:
    """What was judged, by what."""
    gaps = report.observed.document_gaps
    return {
        "target": report.target.url,
        "namespace": report.target.namespace,
        "profile": report.profile,
        "seed": str(report.seed),
        "document": f"{report.document.title}, {report.document.updated}",
        "document.gaps": ", ".join(map(str, (*gaps.statuses, *gaps.fields))),
        "verdict": str(report.verdict),
        **_ours(report.suite.version + (f" ({report.suite.commit[:12]})" if report.suite.commit else "")),
        "python": report.versions.get("python", ""),
        "schemathesis": report.versions.get("schemathesis", ""),
    }


def _ours(suite: str) -> dict[str, str]:
    """What stands in every environment of this suite's results."""
    return {"suite": f"{NAME} {suite}"}


def _write_environment(directory: Path, told: Mapping[str, str]) -> None:
    lines = [f"{name}={_escaped(value)}" for name, value in told.items() if value]
    (directory / ENVIRONMENT).write_text("\n".join(lines) + "\n", encoding="ascii")


def executor(environment: Mapping[str, str]) -> dict[str, Any]:
    """The CI job that the variables tell of (GitHub Actions, GitLab CI), as Allure's executor; empty when of none."""
    if environment.get("GITHUB_ACTIONS") == "true":
        project = f"{environment.get('GITHUB_SERVER_URL', '')}/{environment.get('GITHUB_REPOSITORY', '')}"
        number = environment.get("GITHUB_RUN_NUMBER", "")
        return {
            "name": "GitHub Actions",
            "type": "github",
            "url": project,
            "buildName": f"{environment.get('GITHUB_WORKFLOW', '')} #{number}",
            "buildUrl": f"{project}/actions/runs/{environment.get('GITHUB_RUN_ID', '')}",
            **_order(number),
        }
    if environment.get("GITLAB_CI") == "true":
        number = environment.get("CI_PIPELINE_IID", "")
        return {
            "name": "GitLab CI",
            "type": "gitlab",
            "url": environment.get("CI_PROJECT_URL", ""),
            "buildName": f"{environment.get('CI_JOB_NAME', '')} #{number}",
            "buildUrl": environment.get("CI_JOB_URL", ""),
            **_order(number),
        }
    return {}


def _order(number: str) -> dict[str, int]:
    return {"buildOrder": int(number)} if number.isdecimal() else {}


def _escaped(value: str) -> str:
    """A value as a Java properties file has it: ASCII, on one line."""
    text = value.replace("\\", "\\\\").replace("\n", " ")
    return "".join(one if one.isascii() else "".join(f"\\u{unit:04x}" for unit in _units(one)) for one in text)


def _units(character: str) -> list[int]:
    raw = character.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[place : place + 2]) for place in range(0, len(raw), 2)]
