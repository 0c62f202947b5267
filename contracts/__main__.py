"""`python -m contracts` is the command `pytorchjob-contract`."""

import sys

from contracts.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
