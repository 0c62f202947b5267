"""Allure results of the cases: labels (epic = document, feature = family, story = requirement), steps, attachments.

As they leave the run they have the same name and history wherever, with however many processes it ran.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import allure
import allure_commons
import pytest
from allure_commons.model2 import Label, Parameter, Status, StatusDetails, TestResult
from allure_commons.utils import md5

from contracts import __version__
from contracts.casekit.markers import case_id, requirements_of
from contracts.casekit.titles import title_of
from contracts.report.files import NAME, may_overwrite
from contracts.report.model import RecordedFinding, Report
from contracts.report.outcomes import counted
from contracts.run.evidence import Evidence
from contracts.run.partial_result import Found
from contracts.spec.contract import Contract

if TYPE_CHECKING:
    from contracts.run.run import Run

# What `categories.json` tells results by.
BROKEN: Final = "contract broken: "
GAP: Final = "document gap: "
UNAVAILABLE: Final = "target unavailable: "
SUITE_ERROR: Final = "suite error: "
CASE_ERROR: Final = "case error: "
MOST_FINDINGS: Final = 20
MOST_ATTACHMENTS: Final = 3
OURS: Final = frozenset({"contract_run", "immutable_fields", "job", "pytestconfig"})
# Allure hides labels with such names; `Results` takes it away.
CASE_LABEL: Final = "_contract_case"
# Depends on the machine, or on how pytest was started.
UNSTABLE: Final = frozenset({"parentSuite", "suite", "subSuite", "package", CASE_LABEL})

Written = Generator[None, Any, Any]


class _Broken(AssertionError):
    """Makes Allure show a step as failed; goes no further than that."""


class Results:
    """Told by the session what each case is and what became of it; by allure-pytest of results about to be written.

    `error`: why something could not be written, "" if nothing.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._cases: dict[str, tuple[Sequence[str], str]] = {}
        self._told: dict[str, str] = {}
        self._fixtures = set(OURS)
        self.error = ""

    def expect(self, item: pytest.Item, profile: str) -> None:
        """Note what a case is about, and mark it with what Allure groups, sorts and links by."""
        case, names = case_id(item), requirements_of(item)
        self._cases[case] = names, title_of(item, self._contract)
        self._fixtures.update(getattr(getattr(item, "callspec", None), "params", {}))
        for label, value in ((CASE_LABEL, case), *labels(self._contract, names, profile)):
            item.add_marker(pytest.mark.allure_label(value, label_type=label))
        for source in (self._contract.requirements[name].source for name in names):
            lines = source.lines.split("-")
            anchor = f"#L{lines[0]}-L{lines[-1]}" if source.lines else ""
            url = source.href or f"document:{self._contract.document.sha256[:12]}{anchor}"
            item.add_marker(pytest.mark.allure_link(url, link_type="link", name=str(source)))

    def say(self, case: str, message: str) -> None:
        """Note what is said about a case that did not pass."""
        self._told[case] = message

    @allure_commons.hookimpl(wrapper=True, tryfirst=True)  # type: ignore[untyped-decorator,unused-ignore]
    def report_result(self, result: TestResult) -> Written:
        """Give the result of one of our cases what is stable, before it is written."""
        case = next((label.value for label in result.labels if label.name == CASE_LABEL), None)
        if case is not None:
            identify(result, case, *self._cases[case], self._contract)
            if case in self._told:
                result.statusDetails = StatusDetails(message=self._told[case])
            for step in result.steps:
                step.statusDetails = None  # of which the traceback is the path of a file of ours
        return (yield from self._forgiving())

    @allure_commons.hookimpl(wrapper=True)  # type: ignore[untyped-decorator,unused-ignore]
    def report_attached_data(self) -> Written:
        """Forgive that a text cannot be attached."""
        return (yield from self._forgiving())

    @allure_commons.hookimpl(wrapper=True, tryfirst=True)  # type: ignore[untyped-decorator,unused-ignore]
    def report_container(self, container: Any) -> Written:
        """Say nothing of our fixtures and parameters, which pytest treats alike, where they worked.

        A fixture of the session is still in use when it is written: what ends it has no status yet, and is left out.
        """
        for fixtures in (container.befores, container.afters):
            fixtures[:] = [
                one
                for one in fixtures
                if one.status is not None
                and (one.name.partition("::")[0] not in self._fixtures or one.status != Status.PASSED)
            ]
        return (yield from self._forgiving())

    def _forgiving(self) -> Written:
        """Go on without what cannot be written (a full disk), which is said in the end: the record comes first."""
        try:
            return (yield)
        except OSError as error:
            self.error = self.error or f"Allure results cannot be written: {error.strerror} (--report-dir)"
            return None


def brief(prefix: str, texts: Sequence[str]) -> str:
    """A message for the list of failures: whole texts, each one finding or a reason, and how many more there are."""
    more = len(texts) - MOST_FINDINGS
    return prefix + "\n".join([*texts[:MOST_FINDINGS], *([f"and {counted(more, 'finding')} more"] if more > 0 else [])])


def labels(contract: Contract, requirements: Sequence[str], profile: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each label of a case.

    Allure shows every story below every feature of a case, so a case has the feature of its first requirement, and as
    stories those of the same family. Each of its requirements is a tag, to be filtered by.
    """
    first = contract.requirements[requirements[0]]
    yield "epic", contract.document.title
    yield "feature", contract.families[first.family]
    for name in requirements:
        requirement = contract.requirements[name]
        if requirement.family == first.family:
            yield "story", contract.shown(name)
        yield "tag", contract.shown(name)
        yield "tag", requirement.level
    yield "tag", f"profile-{profile}"
    yield "severity", first.severity


def identify(result: TestResult, case: str, requirements: Sequence[str], title: str, contract: Contract) -> None:
    """Give a result its name, and an identity that is made of case and requirements alone."""
    function, _, rest = case.partition("[")
    parameter = rest.removesuffix("]")
    family = contract.families[contract.requirements[requirements[0]].family]
    result.name = title
    result.fullName = function
    result.testCaseId = md5(function)
    result.historyId = md5(f"{case} {' '.join(sorted(map(contract.shown, requirements)))}")
    result.parameters = [Parameter(name="case", value=parameter)] if parameter else []
    result.titlePath = [contract.document.title, family]
    result.description = "\n\n".join(
        f"**{contract.shown(name)}**: {contract.requirements[name].statement} ({contract.requirements[name].source})"
        for name in requirements
    )
    kept = {(label.name, str(label.value)) for label in result.labels if label.name not in UNSTABLE}
    kept |= {("suite", family), ("package", function.partition("::")[0].removesuffix(".py"))}
    result.labels = [Label(name=name, value=value) for name, value in sorted(kept)]


def tell(run: Run, names: Sequence[str], found: Sequence[tuple[Found, Evidence]], statuses: Mapping[int, int]) -> None:
    """Steps of a case: what was sent, then each question with what speaks against it.

    `statuses`: how often each was the answer to a replacement in this case.
    """
    if count := sum(statuses.values()):
        answers = ", ".join(f"{status} × {times}" for status, times in sorted(statuses.items()))
        often = "once" if count == 1 else f"{count} times"
        with allure.step(f"Replace the object {often}, read it back each time: {answers}"):
            pass
    for name in names:
        against = [(one.finding, item) for one, item in found if one.requirement == name]
        try:
            with allure.step(run.contract.requirements[name].statement):
                for number, (finding, item) in enumerate(against[:MOST_ATTACHMENTS], start=1):
                    for title, text in _texts(run, finding, item).items():
                        if text:
                            allure.attach(run.secrets.mask(text), f"{title} {number}", allure.attachment_type.TEXT)
                if against:
                    raise _Broken(f"{len(against)} finding{'s' * (len(against) > 1)}")
        except _Broken:
            continue


def _texts(run: Run, found: RecordedFinding, item: Evidence) -> dict[str, str]:
    """What shows a finding: request and response as they went over the wire where it is about one, the difference."""
    texts = {}
    if item.exchange is not None:
        exchange, response = item.exchange, item.exchange.response
        sent, answered = (
            "".join(f"{name}: {value}\n" for name, value in run.secrets.mask_headers(headers).items())
            for headers in (exchange.headers, response.headers)
        )
        body = (exchange.body or b"").decode(errors="replace")
        texts["request"] = f"{exchange.method} {exchange.url}\n{sent}\n{body}"
        texts["response"] = f"{response.status}\n{answered}\n{response.body.decode(errors='replace')}"
    lines = [found.field or "the answer", f"- {found.expected}", f"+ {found.observed}"]
    if found.change:
        lines += ["", "sent otherwise than stored (JSON Patch):", *map(json.dumps, found.change)]
    return {**texts, "difference": "\n".join(lines), "reproduce": found.reproduce}


ENVIRONMENT: Final = "environment.properties"
# Of Allure 3, which builds the report with it.
CONFIGURATION: Final = "allurerc.mjs"
# For Allure 2 the whole message must match, for Allure 3 any part of it.
CATEGORIES: Final = tuple(
    {"name": name, "matchedStatuses": statuses, "messageRegex": f"^{prefix}[\\s\\S]*"}
    for name, statuses, prefix in (
        ("Contract broken", ["failed"], BROKEN),
        ("Document gap", ["failed"], GAP),
        ("Target unavailable", ["broken"], UNAVAILABLE),
        ("Suite error", ["broken"], SUITE_ERROR),
        ("Case error", ["broken"], CASE_ERROR),
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
    """Write environment.properties, categories.json, allurerc.mjs and, in CI, executor.json beside the results.

    `environment`: the variables of the process, which tell the CI system. Raises `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    _write_environment(directory, properties(report))
    (directory / "categories.json").write_text(json.dumps(CATEGORIES, indent=2) + "\n", encoding="utf-8")
    (directory / CONFIGURATION).write_bytes(Path(__file__).with_name(CONFIGURATION).read_bytes())
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
        "document": ", ".join(filter(None, (report.document.title, report.document.updated))),
        "document.gaps": ", ".join(map(str, (*gaps.statuses, *gaps.fields))),
        "verdict": str(report.verdict),
        "suite": f"{NAME} {report.suite.version}" + (f" ({report.suite.short_commit})" if report.suite.commit else ""),
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
