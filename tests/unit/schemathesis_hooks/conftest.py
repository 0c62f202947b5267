"""To import the hooks registers them in the whole process: here they are taken away again, from all other tests."""

from __future__ import annotations

from schemathesis.checks import CHECKS
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

KNOWN = set(CHECKS.get_all_names())

import contracts.schemathesis_hooks  # noqa: E402 - registers

GLOBAL_HOOK_DISPATCHER.unregister_all()
for _name in set(CHECKS.get_all_names()) - KNOWN:
    assert _name.startswith("contract_"), contracts.schemathesis_hooks
    CHECKS.unregister(_name)
