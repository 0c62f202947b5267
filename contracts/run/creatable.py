"""Asks a target how many objects may be there at a time: a worker needs one of its own, and a quota may allow fewer."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from contracts.client.errors import TargetError
from contracts.run import signals
from contracts.run.run import Run
from contracts.settings.config_file import SettingsError

if TYPE_CHECKING:
    from contracts.resource.lifecycle import ResourceUnderTest
    from contracts.settings.options import Settings


def creatable(settings: Settings, wanted: int) -> tuple[int, str, int]:
    """How many objects can be created at a time, at most `wanted`, why no more, and how many requests that took.

    All are deleted again, which counts as little as other cleaning up. It is 0 where the target cannot be judged at
    all, which a run says as well.
    """
    try:
        run = Run(settings)
    except SettingsError:
        return 0, "", 0
    jobs: list[ResourceUnderTest] = []
    why = ""
    try:
        jobs.append(run.reach())
        jobs[0].preflight()
        jobs[0].create()
        while len(jobs) < wanted:
            jobs.append(run.another())
            jobs[-1].create()
    except TargetError as error:
        why = run.secrets.mask(str(error))
    finally:
        spent = run.requests
        with signals.ignored(), ExitStack() as undo:
            undo.callback(run.close)
            for job in jobs:
                undo.callback(job.release)
                undo.callback(_finish, run, job)
    return max(0, len(jobs) - bool(why)), why, spent


def _finish(run: Run, job: ResourceUnderTest) -> None:
    """Delete what was created; what cannot be is left to `restore`, as the journal tells."""
    run.target.lift_limits()
    with suppress(TargetError):
        job.finish()
