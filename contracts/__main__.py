"""The command `pytorchjob-contract`, also as `python -m contracts`.

Most of its first second goes into imports; Ctrl-C ends these in one line, too.
"""

import os
import sys

INTERRUPTED = 2


def main() -> int:
    """Run the command; gives its exit status."""
    try:
        from contracts.cli import main as command

        status = command.main()
    except KeyboardInterrupt:
        print("pytorchjob-contract: interrupted", file=sys.stderr, flush=True)
        # Python itself would end by the signal where it came in code that is made of text, as dataclasses are.
        os._exit(INTERRUPTED)
    if status == INTERRUPTED:
        exec("pass")  # noqa: S102 - lets Python forget that it would end by the signal
    return status


if __name__ == "__main__":
    sys.exit(main())
