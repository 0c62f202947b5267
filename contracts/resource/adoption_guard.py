"""Whether a job may be adopted that is at work: its owner may not expect it to be changed under his hands."""

from __future__ import annotations

import sys
from typing import Final

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json

# Kubeflow Training Operator v1, JobConditionType: the last of them that is "True" is the job's state.
RUNNING: Final = "Running"
CREATED: Final = "Created"
ENDED: Final = frozenset({"Succeeded", "Failed"})


class ConsentMissing(Exception):
    """Nobody has allowed to touch the object; the message is one line that names --yes."""


def at_work(live: Json) -> str | None:
    """Why the job counts as at work, in words; None when it does not: it has ended, or never was begun."""
    conditions = paths.get(live, ("status", "conditions"))
    true = {
        one.get("type")
        for one in (conditions if isinstance(conditions, list) else [])
        if isinstance(one, dict) and one.get("status") == "True"
    }
    if true & ENDED:
        return None
    if RUNNING in true:
        return "is running"
    return "was created and has neither succeeded nor failed" if CREATED in true else None


def what(path: str, why: str) -> str:
    """What is about to happen to the job at `path`, in one line."""
    return (
        f"{path} {why}, and a run replaces its labels, annotations and run policy many times before it puts them back"
    )


def question(path: str, why: str) -> str:
    """What a person is asked."""
    return f"{what(path, why)}. Adopt it? [y/N] "


def ask(text: str) -> bool:
    """The answer of the person at the terminal; no where there is none."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(text)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
