"""Consent to adopt an object that is at work: its owner may not expect it to be changed meanwhile."""

from __future__ import annotations

import sys

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.spec.contract import ActivityConditions


class ConsentMissing(Exception):
    """The object is at work and its adoption was not allowed; the message is one line that names --yes."""


def at_work(live: Json, activity: ActivityConditions | None) -> str | None:
    """Why the object counts as at work, in words; None when it does not: it has ended, or never was begun."""
    if activity is None:
        return "may be at work, which the specification does not tell (x-activity)"
    conditions = paths.get(live, paths.parse(activity.conditions))
    true = {
        one.get("type")
        for one in (conditions if isinstance(conditions, list) else [])
        if isinstance(one, dict) and one.get("status") == "True"
    }
    if true & activity.ended:
        return None
    return next((meaning for kind, meaning in activity.active.items() if kind in true), None)


def what(path: str, why: str) -> str:
    """What is about to happen to the object at `path`, in one line."""
    return f"{path} {why}, and a run replaces its fields many times before it puts them back"


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
