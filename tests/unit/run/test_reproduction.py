"""What goes into a script: the token as it was spoilt, bodies with the object's own values put in, exact values."""

import shutil
import subprocess
from typing import Any

import pytest

from contracts.jsonvalue.paths import MISSING
from contracts.masking.encodings import UNKNOWN, near_misses
from contracts.report.reproduction.script import NAME, UID, VERSION
from contracts.report.reproduction.shell import ENCODINGS
from contracts.run.reproduction import is_exact, is_outdated, raw
from contracts.run.reproduction_request import MISSES, NoScript
from contracts.run.trial import MadeOf

BEFORE = {"metadata": {"name": "contract-0a", "uid": "u-1", "resourceVersion": "57"}}


@pytest.mark.skipif(not all(map(shutil.which, ("sh", "jq", "tr"))), reason="no sh, jq or tr on this machine")
@pytest.mark.parametrize("title", MISSES)
@pytest.mark.parametrize("token", ["Abc.dEf-0123'9A", 'b$c`d"e\\f', "xy", "YWJj7w==", "YWJjZA"])
def test_the_shell_spoils_a_token_as_the_run_did(token: str, title: str) -> None:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "TOKEN": token, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "-c", f'printf %s "{MISSES[title]}"'], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == near_misses(token)[title]


def test_every_way_to_spoil_a_token_is_known() -> None:
    assert {*MISSES, UNKNOWN} == near_misses("token").keys()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_values_of_the_object_are_put_in_where_they_stand(encoding: str) -> None:
    text = '{"name":"contract-0a-x","uid":"u-1","resourceVersion":"57","n":57,"a":"57x"'
    found = raw(text.encode(encoding), BEFORE)
    assert found.encoding == encoding
    spelled = [piece.decode(encoding) if isinstance(piece, bytes) else piece for piece in found.pieces]
    expected = ['{"name":"', NAME, '-x","uid":"', UID, '","resourceVersion":"', VERSION, '","n":57,"a":"57x"']
    assert spelled == expected


def test_a_body_without_them_is_sent_as_it_is() -> None:
    assert raw(b"", BEFORE).pieces == ()
    assert raw(b"{", BEFORE).pieces == (b"{",)
    with pytest.raises(NoScript):
        raw(b"\x1f\x8b\x08", BEFORE)


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ({"a": [1, True, None, "é\0", 0.5]}, True),
        (2**53, False),
        ([1.0], False),
        ({"a": 1e-7}, False),
        ("\ud800", False),
        ({"\ud800": 1}, False),
        (float("nan"), False),
    ],
)
def test_what_jq_would_change_is_known(value: Any, exact: bool) -> None:
    assert is_exact(value) == exact


@pytest.mark.parametrize(
    ("sent", "outdated"),
    [("56", True), ("57", False), ("no version", False), ("", False), (57, False), (MISSING, False)],
)
def test_a_version_that_there_was_before_takes_more_than_one_request(sent: Any, outdated: bool) -> None:
    made_of = MadeOf(BEFORE, MISSING if sent is MISSING else {"metadata": {"resourceVersion": sent}})
    assert is_outdated(made_of) == outdated
