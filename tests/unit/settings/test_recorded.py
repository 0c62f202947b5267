"""Which options of a recorded run a replay takes over."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.settings.option import Topic
from contracts.settings.options import BY_KEY, OPTIONS
from contracts.settings.recorded import NOT_REPEATED, WHERE, repeated

LINE = [
    'PYTORCHJOB_CONTRACT_TOKEN="$TOKEN"',
    "pytorchjob-contract",
    "run",
    "--target=https://one.example.com",
    "--name=mine",
    "--token-file=token",
    "--keep=spec.a",
    "--keep=spec.b",
    "--insecure",
    "--seed=7",
    "--workers=4",
]
NOTHING: dict[str, Any] = {option.key: None for option in OPTIONS}


def test_the_same_endpoint_is_asked_with_the_same_options_but_on_an_object_of_its_own() -> None:
    assert repeated(LINE, NOTHING, frozenset()) == {
        "target": "https://one.example.com",
        "token_file": "token",
        "keep": ["spec.a", "spec.b"],
        "insecure": "true",
        "seed": "7",
    }


def test_no_credential_goes_to_another_endpoint() -> None:
    given_options = {**NOTHING, "target": "https://two.example.com"}
    assert repeated(LINE, given_options, frozenset()) == {"keep": ["spec.a", "spec.b"], "seed": "7"}
    assert "token_file" not in repeated(LINE, NOTHING, frozenset({"kubeconfig"}))


def test_an_object_is_not_made_for_a_replay_that_adopts_one() -> None:
    line = ["run", "--object=job.yaml", "--image=busybox"]
    assert repeated(line, NOTHING, frozenset()) == {"object": "job.yaml", "image": "busybox"}
    assert repeated(line, {**NOTHING, "name": "mine"}, frozenset()) == {}


KEYS = st.sampled_from([option.key for option in OPTIONS])


@given(st.sets(KEYS), st.sets(KEYS), st.frozensets(KEYS))
def test_what_is_given_counts_and_nothing_leaves_its_endpoint(
    recorded: set[str], own: set[str], known: frozenset[str]
) -> None:
    line = ["run", *(f"--{BY_KEY[key].name}=recorded" for key in sorted(recorded))]
    taken = repeated(line, {**NOTHING, **dict.fromkeys(own, "own")}, known)
    assert not set(taken) & (own | known | NOT_REPEATED)
    assert set(taken) <= recorded
    if (own | known) & set(WHERE):
        assert not {key for key in taken if BY_KEY[key].scope in (Topic.CREDENTIAL, Topic.DENIED)}
