"""`python -m contracts` is the command `pytorchjob-contract`."""

from __future__ import annotations

import sys

from contracts.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
