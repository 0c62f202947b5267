"""What Allure groups cases by: no requirement stands below a family that is not its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.pytest_plugin.allure_results import labels
from contracts.spec.load import load_contract

CONTRACT = load_contract()
NAMES = st.lists(st.sampled_from(sorted(CONTRACT.requirements)), min_size=1, max_size=5, unique=True)


@given(NAMES)
def test_stories_are_of_the_one_feature_and_every_requirement_is_a_tag(names: list[str]) -> None:
    found = list(labels(CONTRACT, names, "kubernetes"))
    features = [value for name, value in found if name == "feature"]
    stories = [value for name, value in found if name == "story"]
    assert features == [CONTRACT.families[names[0].split(".")[0]]]
    assert stories[0] == names[0]
    assert {CONTRACT.families[story.split(".")[0]] for story in stories} == set(features)
    assert set(names) <= {value for name, value in found if name == "tag"}
