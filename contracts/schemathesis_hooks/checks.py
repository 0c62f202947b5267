"""One check for each family of requirements, so that schemathesis.toml can turn it off (`[checks.NAME]`)."""

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure, FailureGroup

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.report import words
from contracts.report.finding import Finding
from contracts.schemathesis_hooks.hooks import SESSION


class ContractFailure(Failure):
    """A finding of ours as a failure of Schemathesis; two are the same when requirement, rule and path are."""

    __slots__ = ("key",)
    kind_title = "Contract broken"

    def __init__(self, *, operation: str | None, title: str, message: str, key: str) -> None:
        super().__init__(operation=operation, title=title, message=message)
        self.key = key

    @property
    def _unique_key(self) -> str:  # as the failures of Schemathesis itself say what makes two the same
        return self.key


def failure(finding: Finding, operation: str) -> ContractFailure:
    """A finding in our words, as a failure of an operation."""
    requirement = SESSION.contract.requirements[finding.requirement]
    lines = (
        words.message(finding),
        "",
        f"Requirement: {requirement.statement}",
        f"Expected: {words.expected(finding.expected)}",
        f"Observed: {words.observed(finding.observed)}",
    )
    key = " ".join((finding.requirement, finding.rule, paths.render(finding.path)))
    text = SESSION.masked("\n".join(lines))
    return ContractFailure(operation=operation, title=finding.requirement, message=text, key=key)


def _register(family: str) -> None:
    def check(
        _context: schemathesis.CheckContext, _response: schemathesis.Response, case: schemathesis.Case[Any]
    ) -> None:
        known = SESSION.contract.requirements
        findings = [one for one in SESSION.verdict(case).findings if known[one.requirement].family == family]
        if findings:
            raise FailureGroup([failure(one, case.operation.label) for one in findings])

    check.__name__ = f"contract_{family}"
    check.__doc__ = SESSION.contract.families[family]
    schemathesis.check(check)


for _family in SESSION.contract.families:
    _register(_family)


@schemathesis.check
class contract_cleanup:  # noqa: N801 - the name of the check
    """The run's own object is deleted in the end."""

    def after_run(self, _context: schemathesis.CheckContext) -> None:
        """Delete it; one that is left is a failure, which says how to undo it."""
        try:
            SESSION.finish()
        except TargetError as error:
            raise AssertionError(SESSION.left_behind(error)) from None
