"""Our rules inside a plain Schemathesis run: `SCHEMATHESIS_HOOKS=contracts.schemathesis_hooks schemathesis run …`.

Importing the package registers its hooks and checks, as Schemathesis expects of a module of hooks.
"""

import contracts.schemathesis_hooks.checks  # noqa: F401 - which imports the hooks
