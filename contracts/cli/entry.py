"""Where the command begins: most of its first second goes into imports, and Ctrl-C ends these in one line, too."""

import sys

INTERRUPTED = 2


def main() -> int:
    """Run the command; gives its exit status."""
    try:
        from contracts.cli import main as command

        return command.main()
    except KeyboardInterrupt:
        print("pytorchjob-contract: interrupted", file=sys.stderr)
        return INTERRUPTED
