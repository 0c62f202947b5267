"""The proof in parts: what one call has measured, the next keeps; what is right; what is measured against what."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.reference.conditions import CONDITIONS
from tests.faults import FAULTS
from tests.prove import __main__ as prove
from tests.prove import digest, subjects
from tests.prove import measure as measuring
from tests.prove.measure import Measured, damage, ended_by_another_writer, in_catalogue, not_adopted
from tests.prove.subjects import Subject


def measured(subject: Subject, *failed: str, **more: Any) -> Measured:
    return Measured(subject, 1 if failed else 0, failed, (), 1, 0.5, (1, 0.1), "", "", **more)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Subject]:
    """The subjects that were measured, each with the right outcome."""
    found: list[Subject] = []

    def measure(subject: Subject, *, whole: bool) -> Measured:
        found.append(subject)
        return measured(subject, *subject.breaks, whole=whole)

    monkeypatch.setattr(prove, "measure", measure)
    return found


def test_rows_of_an_earlier_call_are_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[Subject]
) -> None:
    rows, table = tmp_path / "rows.jsonl", tmp_path / "proof.md"
    for sample in (200, 100):
        arguments = [f"--sample={sample}", "--seeds=1", "--workers=2", f"--rows={rows}", f"--output={table}"]
        monkeypatch.setattr(sys, "argv", ["prove", *arguments])
        assert prove.main() == 0
    everything = [*subjects.faults(100, 0), *subjects.modes(1)]
    assert sorted(map(repr, asked)) == sorted(map(repr, everything))
    assert len(rows.read_text().splitlines()) == len(everything)
    assert [subject for subject in everything if subject.name not in table.read_text()] == []
    with rows.open("a") as file:
        file.write('{"subject": {"fault": "half a li')
    assert prove.main() == 0
    assert len(asked) == len(everything)


@pytest.mark.parametrize(("failed", "calls"), [(["status.201"], 1), (["status.200"], 2), ([], 2)])
def test_only_a_right_first_failure_ends_a_run(monkeypatch: pytest.MonkeyPatch, failed: list[str], calls: int) -> None:
    subject, made = Subject("absent-as-200", (), 0), list[tuple[str, ...]]()

    def run(subject: Subject, *pytest: str) -> Measured:
        made.append(pytest)
        return measured(subject, *(failed if pytest else subject.breaks))

    monkeypatch.setattr(measuring, "_measure", run)
    assert measuring.measure(subject, whole=False).whole is (calls == 2)
    assert made == [("--", "-x"), ()][:calls]


def test_a_table_of_runs_that_were_ended_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[Subject]
) -> None:
    table = tmp_path / "proof.md"
    arguments = ["--sample=200", "--seeds=0", "--first-failure", f"--rows={tmp_path / 'rows'}", f"--output={table}"]
    monkeypatch.setattr(sys, "argv", ["prove", *arguments])
    assert prove.main() == 0
    said = f"- runs that were ended with their first failed case, as that was right: {len(asked)}/{len(asked)}"
    assert asked
    assert said in table.read_text()
    assert "per 1,000 requests" not in table.read_text()


def test_conditions_and_adopted_jobs_have_tables_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[Subject]
) -> None:
    rows = tmp_path / "rows.jsonl"
    monkeypatch.setattr(prove, "ROOT", tmp_path)
    for part in ("--conditions", "--adopt"):
        monkeypatch.setattr(sys, "argv", ["prove", part, "--sample=90", f"--rows={rows}", "--write"])
        assert prove.main() == 0
    text, of_adopted = ((tmp_path / "docs" / f"{name}.md").read_text() for name in ("conditions", "adopted"))
    assert all(f"| {name} | {one.may_fail} | 4/4 | " in text for name, one in CONDITIONS.items())
    assert f"accused of nothing else than what may fail: {4 * len(CONDITIONS)}/{4 * len(CONDITIONS)}" in text
    adopted = [one for one in asked if one.adopt and one.conditions == ("operator",)]
    assert f"- adopted jobs as they were before: {len(adopted)}/{len(adopted)}" in of_adopted
    assert {one.conditions for one in asked if one.fault and not one.adopt} > {("webhook-stamp",), ("gateway-502",)}


def test_a_fault_that_a_condition_hides_is_not_asked_for() -> None:
    hidden = Subject("errors-without-any-text", (), 0, ("errors-vendor",))
    assert FAULTS["errors-without-any-text"].breaks
    assert hidden.breaks == ()
    assert not Subject("one-in-twenty-fails", (), 0, ("etcd-leader",)).breaks
    assert all(one.breaks for one in subjects.conditions_with_faults(1, 0))


def test_what_may_fail_under_a_condition_is_no_accusation() -> None:
    spared, strict = Subject(None, (), 0, ("etcd-leader",)), Subject(None, (), 0, ("webhook-keys",))
    assert measured(spared, "status.500").right
    assert not measured(spared, "status.500", "status.200").right
    assert measured(strict).right
    assert not measured(strict, "status.500").right
    fault = Subject("labels-merged", (), 0, ("webhook-keys",))
    assert measured(fault, "replaceable.labels").right
    assert not measured(fault, "replaceable.labels", harm="not told: spec").right
    assert measured(fault, "replaceable.labels", harm="told: spec.x").right


@pytest.mark.parametrize(
    ("changed", "excused"),
    [
        ({}, True),
        ({"requests": 3}, False),
        ({"requests": 0}, False),
        ({"status": 0}, False),
        ({"error": ""}, False),
        ({"harm": "told: metadata.labels"}, False),
    ],
)
def test_only_a_run_that_has_sent_nothing_has_left_the_job_alone(changed: dict[str, Any], excused: bool) -> None:
    unread = replace(measured(Subject("reads-unreadable", (), 0)), status=3, requests=2, error="no such API")
    assert not_adopted(replace(unread, **changed)) is excused


@pytest.mark.parametrize(
    ("changed", "excused"),
    [
        ({}, True),
        ({"subject": Subject("absent-as-200", (), 0)}, False),
        ({"status": 0}, False),
        ({"error": "unreachable"}, False),
        ({"harm": "told: metadata.labels"}, False),
        ({"subject": Subject("exchanged-when-labels-change", (), 0)}, False),
        (
            {
                "subject": Subject("exchanged-when-labels-change", (), 0),
                "error": "another object now: somebody has deleted it during the run",
                "harm": "told: metadata.uid",
            },
            True,
        ),
    ],
)
def test_only_what_looks_like_another_writer_is_excused_by_one(changed: dict[str, Any], excused: bool) -> None:
    subject = Subject("accepted-labels-undone-later", (), 0)
    ended = replace(measured(subject), status=3, error="somebody else has changed metadata.labels")
    assert ended_by_another_writer(replace(ended, **changed)) is excused


@pytest.mark.parametrize(
    ("failed", "changed", "right"),
    [
        ("immutable.no-bypass", {}, True),
        ("status.403", {}, False),
        ("immutable.no-bypass", {"error": ""}, False),
        ("immutable.no-bypass", {"harm": "not told: spec.suspend"}, False),
        ("immutable.no-bypass", {"subject": Subject("replicas-replaceable", (), 0)}, False),
        ("immutable.no-bypass", {"subject": Subject("absent-as-200", (), 0, ("operator",), adopt=True)}, False),
    ],
)
def test_of_an_adopted_job_the_first_change_may_be_of_any_immutable_field(
    failed: str, changed: dict[str, Any], right: bool
) -> None:
    subject = Subject("replicas-replaceable", (), 0, ("operator",), adopt=True)
    ended = replace(
        measured(subject, failed), error="was changed by what the target does, in a way that harms it: spec"
    )
    assert replace(ended, **changed).right is right


def test_requirements_of_other_contracts_by_the_names_of_the_catalogue() -> None:
    assert in_catalogue("immutable.tf-replica-specs") == "immutable.replica-specs"
    assert in_catalogue("update/immutable.replica-specs") == "immutable.replica-specs"
    assert in_catalogue("update/status.200") == "status.200"
    assert in_catalogue("immutable.other-spec") == "immutable.other-spec"


def test_damage_is_told_or_not() -> None:
    before = {"metadata": {"labels": {"a": "b"}}, "spec": {"x": [{"env": 1}]}, "status": {"n": 1}}
    assert damage(before, before, "") == ""
    assert damage(before, {**before, "status": {"n": 2}}, "") == "not told: status.n"
    assert damage(before, {**before, "spec": {"x": [{}]}}, "lost: spec.x[0].env") == "told: spec.x"
    assert damage(before, {**before, "metadata": {}}, "lost: spec.x") == "not told: metadata.labels"
    assert damage(before, None, "all is well") == "not told: the job is gone"


def test_other_code_has_another_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contracts").mkdir()
    monkeypatch.setattr(digest, "ROOT", tmp_path)
    found = set()
    for text in ("a", "b"):
        (tmp_path / "contracts" / "rules.py").write_text(text)
        found.add(digest.digest())
        (tmp_path / "README.md").write_text(text)
        found.add(digest.digest())
    assert len(found) == 2
