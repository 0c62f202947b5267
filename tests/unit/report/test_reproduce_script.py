"""The script that shows a finding again: its words in a real shell, its file, what names it."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.jsonvalue import merge_patch
from contracts.report.files import ReportError
from contracts.report.recorded import RecordedFinding
from contracts.report.reproduction.script import (
    LONGEST,
    UID,
    VERSION,
    Asked,
    Change,
    Raw,
    Reproduction,
    command,
    from_here,
    script,
)
from contracts.report.reproduction.shell import ENCODINGS, Variable, output, word
from contracts.report.writers import write_all, write_scripts

from .samples import FINDING, SOUND

needs_shell = pytest.mark.skipif(shutil.which("sh") is None, reason="no sh on this machine")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
SECRET = Variable("TOKEN", "the credential")
ONE = Reproduction(
    found=RecordedFinding("spec.x changed\nfrom 1 to 2", "spec.x", "still 1", "200, 2", "", id="3f2a91"),
    requirement="immutable.other-spec",
    seen="at noon",
    method="PUT",
    base="https://jobs.example",
    namespace="team-a",
    item=("/jobs/", Variable("NAMESPACE"), "/", Variable("NAME")),
    new={"spec": {"x": 1}, "metadata": {"labels": {"a": "it's $(id) `id`"}}},
    body=(Change(("spec", "x"), 2), Change(("metadata", "labels", "a"), removed=True)),
    request=Asked((("Authorization: Bearer ", SECRET),), ("pretty=true",), ("--insecure",)),
    others=Asked((("Authorization: Bearer ", SECRET),)),
    version=("metadata", "resourceVersion"),
    uid=("metadata", "uid"),
    unshown=(("metadata", "managedFields"),),
    counted=(),
)


def shell(text: str, **variables: str) -> bytes:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **variables}
    return subprocess.run(["sh", "-c", text], env=environment, capture_output=True, timeout=30, check=True).stdout


@needs_shell
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20), max_size=3))
@example(["it's 'quoted' \"$TOKEN\" `id` $(id) \\ %s !", "-n", "\n"])
def test_a_word_is_the_text_with_the_values_of_variables(texts: list[str]) -> None:
    template = tuple(piece for text in texts for piece in (text, Variable("X")))
    expected = "".join(f"{text}v 'a\"l$" for text in texts)
    assert shell(f"printf %s {word((*template, ''))}", X="v 'a\"l$").decode() == expected


@needs_shell
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([*ENCODINGS]), st.binary(max_size=60), st.binary(max_size=60))
@example("utf-8", b"-n %s \\0 ' \" $X", b"\x00\xff\x001%d")
def test_bytes_arrive_with_values_in_their_encoding(encoding: str, first: bytes, second: bytes) -> None:
    commands = output((first, VERSION, second, UID), encoding)
    found = shell("\n".join(commands), VERSION="4711", UID_NOW="0a-b_c")
    assert found == first + "4711".encode(encoding) + second + "0a-b_c".encode(encoding)


def test_the_script_asks_for_what_it_needs_and_holds_what_is_sent() -> None:
    text = script(ONE)
    assert text.startswith("#!/bin/sh\n# Shows a finding of pytorchjob-contract again: 3f2a91 (immutable.other-spec)\n")
    assert "# expected: still 1\n# observed: 200, 2 (at noon)\n" in text
    assert ': "${TOKEN:?is not set: the credential}"' in text
    assert '"Authorization: Bearer ${TOKEN}"' in text
    assert "--insecure" in text
    assert "?pretty=true" in text
    assert r"changed\nfrom" in text, "no line of a target's is one of the script"


@needs_shell
@pytest.mark.parametrize("one", [ONE, replace(ONE, body=Raw((b'{"a": ', VERSION, b"\xff"), "utf-16-le"))])
def test_the_script_is_one_for_a_shell(one: Reproduction) -> None:
    subprocess.run(["sh", "-n"], input=script(one), text=True, check=True)


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq on this machine")
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OBJECTS, OBJECTS)
@example({"a": {"b": 1, "c": None}}, {"a": {"c": {}}})
@example({"a": [1]}, {"a": {"b": []}})
def test_jq_makes_and_applies_merge_patches_as_we_do(before: Any, wanted: Any) -> None:
    """The functions of begin.sh, which the script puts an object back with, and compares what it asked for."""
    begin = script(ONE).partition("jq_merge='")[2].partition("make_patch()")[0]
    call = (
        f"jq_merge='{begin}"
        + """
    jq -cn --argjson was "$WAS" --argjson now "$NOW" "$jq_difference"' $was | difference($now)'
    jq -cn --argjson patch "$PATCH" --argjson target "$NOW" "$jq_merge"' $target | merge($patch)'"""
    )
    patch = merge_patch.difference(before, wanted)
    told = shell(call, WAS=json.dumps(wanted), NOW=json.dumps(before), PATCH=json.dumps(patch))
    difference, merged = map(json.loads, told.splitlines())
    assert difference == patch
    assert merged == merge_patch.apply(before, patch)


def test_a_script_that_nobody_would_read_is_none() -> None:
    assert script(replace(ONE, new={"spec": "x" * LONGEST})) == ""


@pytest.mark.parametrize(
    ("directory", "scripted", "recorded", "here"),
    [
        ("reports", True, "sh reproduce/3f2a91.sh", "sh reports/reproduce/3f2a91.sh"),
        ("my reports", True, "sh reproduce/3f2a91.sh", "sh 'my reports/reproduce/3f2a91.sh'"),
        ("my reports", False, "pytorchjob-contract replay 'my reports' 3f2a91", None),
    ],
)
def test_what_shows_it_again_is_short(directory: str, scripted: bool, recorded: str, here: str | None) -> None:
    assert command("3f2a91", directory, scripted=scripted) == recorded
    assert from_here(recorded, Path(directory)) == (here or recorded)
    assert from_here("sh other.sh", Path(directory)) == "sh other.sh"


def test_scripts_of_an_earlier_run_go_and_others_stay(tmp_path: Path) -> None:
    write_scripts({"aaaaaa": script(ONE)}, tmp_path)
    theirs = tmp_path / "reproduce" / "theirs.sh"
    theirs.write_text("echo mine\n")
    found = replace(FINDING, id="bbbbbb")
    row = replace(SOUND.requirements[1], findings=(found,))
    write_all(replace(SOUND, requirements=(row,)), tmp_path, {"bbbbbb": "echo\n", "cccccc": "of no finding\n"})
    assert sorted(one.name for one in theirs.parent.iterdir()) == ["bbbbbb.sh", "theirs.sh"]
    theirs.unlink()
    theirs.mkdir()
    with pytest.raises(ReportError):
        write_scripts({}, tmp_path)
