"""What cases ask of a second object of the run's own."""

import time
from typing import Final

from contracts.casekit.job import Job
from contracts.jsonvalue.paths import MISSING

# Seconds: how long an object may take to go, and how often it is looked at.
PATIENCE: Final = 5.0
INTERVAL: Final = 0.05


def expect_alone(job: Job) -> None:
    """Raise what skips a case that needs a second object, which is not made beside one that was adopted."""
    if job.adopted:
        raise job.not_tried("no second object is made beside one that was adopted", "a second object")


def is_gone(job: Job, path: str) -> bool:
    """Whether the object at a path is gone, at once or after a while."""
    until = time.monotonic() + PATIENCE
    while job.stored_at(path) is not MISSING:
        if time.monotonic() > until:
            return False
        time.sleep(INTERVAL)
    return True
