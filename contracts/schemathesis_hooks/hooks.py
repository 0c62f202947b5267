"""The hooks, in the order in which Schemathesis calls them. After Ctrl+C the object is deleted at exit.

Which requests there are: the documented example and cases of our own (examples), boundaries and malformed data
(coverage), random data (fuzzing); a single operation has no links to follow (stateful). Each is sent through
`before_call`. What checks of Schemathesis send by themselves are copies of such a request.
"""

from typing import Any, Final

import schemathesis

from contracts.schemathesis_hooks.document import prepared
from contracts.schemathesis_hooks.session import Session

SESSION: Final = Session()
# Checks that judge by the generated data alone; ours know what of it was sent, and what may be ignored.
DATA_CHECKS: Final = frozenset(("positive_data_acceptance", "negative_data_rejection"))
# Checks that know of the body of an error only what the overlay says; ours know what conforms beside it.
BODY_CHECKS: Final = frozenset(("response_schema_conformance", "content_type_conformance"))


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Apply the overlays."""
    changed = prepared(raw_schema, SESSION.contract)
    raw_schema.clear()
    raw_schema.update(changed)


@schemathesis.hook
def after_load_schema(_context: schemathesis.HookContext, schema: schemathesis.BaseSchema) -> None:
    """Follow no redirect, which could lead to another object."""
    schema.config.max_redirects = 0
    for config in schema.config.operations.operations:
        config.max_redirects = 0


@schemathesis.hook
def before_add_examples(context: schemathesis.HookContext, examples: list[schemathesis.Case[Any]]) -> None:
    """Send cases of our own beside the examples, after the documented one: the last of the list is sent first."""
    if context.operation is not None:
        examples[:0] = SESSION.beside_examples(context.operation)


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Drop methods that the specification lacks: DELETE would delete the object."""
    return bool(case.method.lower() == case.operation.method.lower())


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _kwargs: dict[str, Any]) -> None:
    """Make a request about the run's own object of the generated case."""
    SESSION.about_to_send(case)


@schemathesis.hook
def after_call(
    _context: schemathesis.HookContext, case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    """Read back and judge, before anything else is sent."""
    SESSION.sent(case, response)


@schemathesis.hook
def filter_failure(
    _context: schemathesis.HookContext, failure: Any, case: schemathesis.Case[Any], response: schemathesis.Response
) -> bool:
    """Drop what Schemathesis says where the answer is right for what was sent, and of the bodies of errors."""
    checks = set(failure.checks)
    if checks & DATA_CHECKS:
        return SESSION.verdict(case).wrongly_answered
    if "not_a_server_error" in checks:
        return response.status_code not in SESSION.contract.convention_statuses  # asked to come back later
    return not (checks & BODY_CHECKS and response.status_code >= 400)
