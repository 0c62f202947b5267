"""Requirements of the user's own: read from a file or a marker, put together, and judged beside the suite's."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.report.sources import Source
from contracts.spec.contract import OWN, Contract, ContractError, Requirement
from contracts.spec.own_requirements import OwnRequirements, extended, read, requirement, together

FILE = """
families: {limits: Limits of our cluster, unused: Nothing}
requirements:
  - id: limits.size
    statement: It is  stored
      as it was sent.
    source: TICKET-1
    severity: critical
    needs: [denied]
  - {id: custom.a-b.c, statement: It holds.}
"""


def own(*names: str, statement: str = "It holds.") -> OwnRequirements:
    return OwnRequirements(requirements={name: requirement(name, {"statement": statement}, "x", "y") for name in names})


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FILE)
    found = read(tmp_path / "a.yaml")
    assert found.requirements["limits.size"] == Requirement(
        "limits.size", "limits", OWN, "It is stored as it was sent.", "critical", Source("TICKET-1"), needs=("denied",)
    )
    assert found.requirements["custom.a-b.c"].source == Source("a.yaml")
    assert found.families["limits"] == "Limits of our cluster"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "expected YAML"),
        ("requirments: []", "unknown key 'requirments'; there are families and requirements"),
        ("requirements: {}", "expected families"),
        ("requirements: [a]", "row 1: id is missing"),
        ("requirements: [{id: custom.a}]", "custom.a: statement is missing"),
        ("requirements: [{id: custom, statement: a}]", "expected an id such as custom.gpu-quota, found 'custom'"),
        ("requirements: [{id: Custom.a, statement: a}]", "found 'Custom.a'"),
        ("requirements: [{id: custom.a, statement: [a]}]", "statement: expected a text"),
        ("requirements: [{id: custom.a, statement: a, sorce: b}]", "unknown key 'sorce'"),
        ("requirements: [{id: custom.a, statement: a, severity: bad}]", "severity 'bad' is none of blocker"),
        ("requirements: [{id: custom.a, statement: a, needs: [luck]}]", "needs: expected a list out of credential"),
        ("requirements: [{id: custom.a, statement: a}, {id: custom.a, statement: b}]", "custom.a: it is there twice"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ContractError) as caught:
        read(tmp_path / "a.yaml")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_same_may_be_told_again_but_nothing_else() -> None:
    assert set(together([own("custom.a"), own("custom.a", "custom.b")]).requirements) == {"custom.a", "custom.b"}
    with pytest.raises(ContractError, match=r"custom\.a: it is told in two ways: 'It holds\.', 'It does not\.'"):
        together([own("custom.a"), own("custom.a", statement="It does not.")])


def test_every_profile_judges_them(contract: Contract) -> None:
    more = extended(contract, OwnRequirements({"custom": "Ours", "unused": "x"}, own("custom.a", "a-b.c").requirements))
    assert set(more.requirements) == {*contract.requirements, "custom.a", "a-b.c"}
    assert set(contract.requirements) == {one.id for one in contract.judged("kubernetes")}
    assert {"custom.a", "a-b.c"} < {one.id for one in more.judged("document")}
    assert set(more.families) - set(contract.families) == {"custom", "a-b"}
    assert (more.families["custom"], more.families["a-b"]) == ("Ours", "A b")
    assert extended(more, own("custom.d")).requirements["custom.d"].statement == "It holds."


def test_the_suite_s_families_are_its_own(contract: Contract) -> None:
    with pytest.raises(ContractError, match=r"status\.mine: the family status is the suite's"):
        extended(contract, own("status.mine"))
    with pytest.raises(ContractError, match=r"status\.200: the family status is the suite's"):
        extended(contract, own("status.200"))
