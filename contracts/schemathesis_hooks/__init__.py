"""Our rules inside a plain Schemathesis run: `SCHEMATHESIS_HOOKS=contracts.schemathesis_hooks schemathesis run …`.

Importing the package registers its hooks and checks, as Schemathesis expects of a module of hooks.
"""

from contracts.schemathesis_hooks import checks, hooks

__all__ = ["checks", "hooks"]
