"""What pytest is about to tell, with secrets masked."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.masking.masker import Masker


def harmless(error: Exception, secrets: Masker) -> Exception:
    """The error itself, or one that says the same with the secrets in it masked."""
    said = f"{type(error).__name__}: {error}"
    masked = secrets.mask(said)
    return error if masked == said else RuntimeError(masked)


def mask_report(report: pytest.TestReport, secrets: Masker) -> None:
    """Mask a test report before plugins write it: its text, and what was printed and logged meanwhile."""
    report.sections = [(name, secrets.mask(text)) for name, text in report.sections]
    if isinstance(report.longrepr, tuple):
        path, line, message = report.longrepr
        report.longrepr = (path, line, secrets.mask(message))
    elif report.longrepr is not None:
        text = str(report.longrepr)
        masked = secrets.mask(text)
        if masked != text:
            report.longrepr = masked


def mask_traceback(representation: Any, secrets: Masker) -> None:
    """Mask the lines of a traceback as pytest has it ready to be printed, chained ones too; in place."""
    chain = getattr(representation, "chain", None) or [(getattr(representation, "reprtraceback", None), None, None)]
    for traceback, _, _ in chain:
        for entry in getattr(traceback, "reprentries", ()):
            entry.lines[:] = [secrets.mask(line) for line in entry.lines]
            shown_locals = getattr(entry, "reprlocals", None)
            if shown_locals is not None:
                shown_locals.lines[:] = [secrets.mask(line) for line in shown_locals.lines]
