"""Names by which the parts of the plugin find each other. Loaded in every session of pytest."""

from typing import Final

# What the plugin that holds the session is registered as.
SESSION: Final = "contract-session"
# A test that uses this fixture, or one that does, is a case of ours; markers and `job` may be somebody else's.
RUN: Final = "contract_run"
# Of what a worker is told by the process that started it, and tells that in the end; and of the report of a case.
KEY: Final = "contract"
