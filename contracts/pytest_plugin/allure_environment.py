"""What Allure shows around the results: the environment, the kinds of failure, and the CI job that ran them."""

import json
from collections import defaultdict
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
    _write_environment(directory, {"suite": f"{NAME} {__version__}"})
    return True


def write(directory: Path, report: Report, environment: Mapping[str, str]) -> None:
    """Write environment.properties, categories.json and, in CI, executor.json beside the results.

    `environment`: the variables of the process, which tell the CI system. Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _write_environment(directory, properties(report))
    (directory / "categories.json").write_text(json.dumps(CATEGORIES, indent=2) + "\n", encoding="utf-8")
    if job := executor(environment):
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
        "suite": f"{NAME} {report.suite.version}" + (f" ({report.suite.commit[:12]})" if report.suite.commit else ""),
        "python": report.versions.get("python", ""),
        "schemathesis": report.versions.get("schemathesis", ""),
    }


def _write_environment(directory: Path, told: Mapping[str, str]) -> None:
    # As a Java properties file has them: ASCII, on one line; what JSON writes of a text, but for the quotes.
    escaped = {name: json.dumps(value.replace("\n", " "))[1:-1].replace('\\"', '"') for name, value in told.items()}
    lines = [f"{name}={value}" for name, value in escaped.items() if value]
    (directory / ENVIRONMENT).write_text("\n".join(lines) + "\n", encoding="ascii")


def executor(environment: Mapping[str, str]) -> dict[str, Any]:
    """The CI job that the variables tell of (GitHub Actions, GitLab CI), as Allure's executor; empty when of none."""
    given = defaultdict(str, environment)
    if given["GITHUB_ACTIONS"] == "true":
        name, job, number = "GitHub Actions", given["GITHUB_WORKFLOW"], given["GITHUB_RUN_NUMBER"]
        url = f"{given['GITHUB_SERVER_URL']}/{given['GITHUB_REPOSITORY']}"
        build = f"{url}/actions/runs/{given['GITHUB_RUN_ID']}"
    elif given["GITLAB_CI"] == "true":
        name, job, number = "GitLab CI", given["CI_JOB_NAME"], given["CI_PIPELINE_IID"]
        url, build = given["CI_PROJECT_URL"], given["CI_JOB_URL"]
    else:
        return {}
    order = {"buildOrder": int(number)} if number.isdecimal() else {}
    kind, title = name.partition(" ")[0].lower(), f"{job} #{number}"
    return {"name": name, "type": kind, "url": url, "buildName": title, "buildUrl": build, **order}
