"""What holds for all tests of the project."""

from __future__ import annotations

import signal

# A shell has its jobs in the background ignore Ctrl-C, and all that they start:
# tests that interrupt something would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
