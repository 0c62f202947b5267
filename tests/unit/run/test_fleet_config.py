"""A file of endpoints: what each run is told, what it may not see, what is refused; the results side by side."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.report.html.pages import fleet_page
from contracts.report.model import Verdict
from contracts.report.outcomes import worst
from contracts.report.runs.fleet import FleetReport, Result, as_json, as_markdown, as_text
from contracts.run.fleet_config import Fleet, ignored, read
from contracts.settings.config_file import SettingsError
from tests.unit.report.samples import FAILED, FINDING, PASSED, SOUND, reports
from tests.unit.report.test_trend import OUTSIDE

TWO = """
defaults: {profile: document, token: '${COMMON}', insecure: true, yes: no}
targets:
- {name: staging, target: 'https://${HOST}', token-file: token, insecure: no}
- {name: lab, target: 'https://lab.example', denied-token: '${VIEWER}', job: mine}
"""
SET = {"COMMON": "s-1", "VIEWER": "s-2", "HOST": "staging.example", "PATH": "/bin"}


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fleet.yaml"
    path.write_text(text)
    return path


def endpoints(tmp_path: Path, text: str = TWO, given: dict[str, Any] | None = None, **more: str) -> Fleet:
    return read(file(tmp_path, text), given or {}, {**SET, **more})


def test_each_run_is_told_its_own(tmp_path: Path) -> None:
    staging, lab = endpoints(tmp_path).members
    assert staging.arguments == ("--target=https://staging.example", "--profile=document", "--token-file=token")
    assert staging.secrets == {}
    assert lab.arguments == ("--target=https://lab.example", "--name=mine", "--profile=document", "--insecure")
    assert lab.secrets == {"PYTORCHJOB_CONTRACT_TOKEN": "s-1", "PYTORCHJOB_CONTRACT_DENIED_TOKEN": "s-2"}
    assert "s-1" not in repr(lab)


def test_no_run_sees_another_ones_secrets(tmp_path: Path) -> None:
    found = endpoints(tmp_path)
    around = {**SET, "PYTORCHJOB_CONTRACT_TOKEN": "s-3", "PYTORCHJOB_CONTRACT_EXAMPLES": "7"}
    assert found.environment(found.members[0], around) == {"HOST": "staging.example", "PATH": "/bin"}
    assert found.environment(found.members[1], around) == {
        **found.environment(found.members[0], around),
        "PYTORCHJOB_CONTRACT_TOKEN": "s-1",
        "PYTORCHJOB_CONTRACT_DENIED_TOKEN": "s-2",
    }
    assert ignored(around) == ["PYTORCHJOB_CONTRACT_TOKEN"]


def test_the_command_line_and_the_environment_beat_the_file(tmp_path: Path) -> None:
    around = {"PYTORCHJOB_CONTRACT_EXAMPLES": "7", "PYTORCHJOB_CONTRACT_SEED": "1"}
    for member in endpoints(tmp_path, given={"examples": "3", "profile": "kubernetes"}, **around).members:
        assert {"--examples=3", "--seed=1", "--profile=kubernetes"} <= set(member.arguments)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{name: bad, token: literal}", "bad: token: a secret does not belong into a file"),
        ("{name: bad, token: '${UNSET}'}", "bad: token: the environment variable UNSET is not set"),
        ("{name: bad, tokn-file: x}", "bad: unknown key 'tokn-file'; did you mean token-file?"),
        ("{name: bad, report-dir: x}", "bad: unknown key 'report-dir'"),
        ("{name: bad, insecure: perhaps}", "bad: insecure: expected true or false"),
    ],
)
def test_what_is_wrong_with_one_endpoint_keeps_no_other_from_its_run(tmp_path: Path, entry: str, problem: str) -> None:
    bad, good = endpoints(tmp_path, f"targets:\n- {entry}\n- {{name: good, fault: x}}\n").members
    assert problem in bad.problem
    assert "literal" not in bad.problem
    assert (good.problem, good.arguments) == ("", ("--fault=x",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "targets: expected a list of endpoints"),
        ("targets: []", "targets: expected a list of endpoints"),
        ("targets: [{target: x}]", "endpoint 1: name is missing"),
        ("targets: [{name: a}, {name: A}]", "endpoint 2: there is another 'A'"),
        ("targets: [{name: ../a}]", "endpoint 1: '../a' cannot name a directory"),
        ("targets: [{name: fleet.html}]", "cannot name a directory"),
        ("targets: [{name: a}]\nendpoints: []", "unknown key 'endpoints'"),
        ("targets: [{name: a}]\ndefaults: 7", "defaults: expected option names"),
        ("targets: [{name: a}]\ndefaults: {name: b}", "the job to adopt is called job"),
        ("targets: [", "--targets: "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        endpoints(tmp_path, text)
    assert said in str(caught.value)


@pytest.mark.parametrize("key", ["target", "token_file", "fault", "baseline", "plan"])
def test_what_is_for_one_endpoint_is_refused_beside_many(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="is for one endpoint"):
        endpoints(tmp_path, given={key: "x"})


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [([0, 0], 0), ([0, 1], 1), ([1, 3, 0], 3), ([4, 0], 3), ([-9, 1], 3), ([2, 0], 3), ([], 3)],
)
def test_the_worst_status_counts(statuses: list[int], expected: int) -> None:
    assert worst(statuses) == expected
    results = tuple(Result(str(number), status, None) for number, status in enumerate(statuses))
    assert FleetReport(results, SOUND.started_at, SOUND.finished_at, interrupted=True).status == 2


results = st.builds(Result, st.text(min_size=1), st.integers(-9, 4), st.none() | reports, st.text(max_size=20))
fleets = st.builds(
    lambda some, interrupted: FleetReport(tuple(some), SOUND.started_at, SOUND.finished_at, interrupted),
    st.lists(results, max_size=3, unique_by=lambda one: one.name),
    st.booleans(),
)


@given(fleets, st.integers(20, 200))
def test_every_writer_writes_every_fleet(fleet: FleetReport, width: int) -> None:
    assert json.loads(json.dumps(as_json(fleet)))["exitStatus"] == fleet.status
    for text in (as_text(fleet, width), as_markdown(fleet)):
        assert all(line.isprintable() for line in text.split("\n"))
    # All that it leads to are the endpoints' own pages; it shows without them.
    page = re.sub(r'href="[^":]*/conformance\.html"', "", fleet_page(fleet))
    assert not OUTSIDE.search(re.sub(r">[^<]*<", "><", page))


def side_by_side() -> FleetReport:
    good = replace(SOUND, requirements=(PASSED, replace(PASSED, id=FAILED.id)), verdict=Verdict.CONFORMANT)
    said = replace(FAILED, findings=(replace(FINDING, message="<script>1</script>"),))
    return FleetReport(
        (
            Result("good", 0, good),
            Result("bad", 1, replace(SOUND, requirements=(PASSED, said))),
            Result("down", 3, None, "not reachable: <refused>"),
        ),
        SOUND.started_at,
        SOUND.started_at + timedelta(seconds=7),
    )


def test_results_stand_side_by_side() -> None:
    text = as_text(side_by_side(), 120)
    line = next(line for line in text.splitlines() if FAILED.id in line)
    assert line.split() == [FAILED.id, "passed", "failed", "-"]
    assert "down: error: not reachable: <refused>" in text
    assert "1 of 2 requirements pass on each of the 2 endpoints that could be judged." in text
    narrow = as_text(side_by_side(), 40)
    assert "2  bad" in narrow
    assert next(line for line in narrow.splitlines() if FAILED.id in line).split() == [FAILED.id, "✓", "✗"]
    markdown = as_markdown(side_by_side())
    assert f"| `{FAILED.id}` | passed | failed | - |" in markdown
    assert f"`{PASSED.id}`" not in markdown


def test_many_endpoints_have_a_line_each_and_no_table() -> None:
    many = replace(side_by_side(), results=tuple(Result(f"e{number}", 0, SOUND) for number in range(41)))
    lines = as_text(many, 80).splitlines()
    assert len(lines) == 42
    assert lines[0].startswith("e0: nonconformant: ")
    few = as_text(replace(many, results=many.results[:40]), 80)
    assert any(line.strip().startswith(FAILED.id) for line in few.splitlines())


def test_the_page_shows_what_fails_where_and_no_foreign_markup() -> None:
    text = fleet_page(side_by_side())
    assert "<b>bad</b>: <code>&lt;script&gt;1&lt;/script&gt; (spec.replicas)</code>" in text
    assert "not reachable: &lt;refused&gt;" in text
    assert "<script" not in text


def test_the_page_leads_to_the_page_of_each_endpoint_that_has_one() -> None:
    done, down = Result("eu west", 0, SOUND), Result("down", 3, None, "not reachable")
    text = fleet_page(FleetReport((done, down), SOUND.started_at, SOUND.finished_at))
    assert re.findall(r'href="([^":]+)"', text) == ["eu%20west/conformance.html"]
