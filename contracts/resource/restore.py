"""Undo what an interrupted run left behind, by its journal."""

from pathlib import Path

from contracts.client.client import Client
from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Scope
from contracts.resource.adopted import same_or_nothing
from contracts.resource.journal import Journal
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.spec.fields import UID
from contracts.spec.load import load_contract


def restore(journal: Journal, target: Client) -> str:
    """Bring the target back to where it was before the journal's run; gives what was done, in a line.

    A created job is deleted when it carries the journal's uid, or the run's label where the uid never came to be
    known. An adopted one gets its replaceable fields back when they are as the run left them. Anything else is
    left alone. Raises `TargetError` when the target cannot be asked or something is somebody else's now; the
    journal then stays. Raises it too, and forgets the journal, when an adopted one is not as it was afterwards.
    """
    entry = journal.entry
    scope = Scope(load_contract(Path(entry.spec) if entry.spec else None), "kubernetes")
    job = ResourceUnderTest(scope, target, entry.namespace, entry.name, run_id=entry.run_id)
    lost: list[str] = []
    live = job.read()
    uid = paths.get(live, UID)
    if live is MISSING:
        done = f"{job.path}: is gone already"
    elif not (uid == entry.uid if entry.uid is not None else job.is_labelled(live)):
        raise TargetError(f"{job.path}: another object has this name now; it is left alone")
    elif entry.adopted:
        _check_unchanged(journal, job, live)
        lost = job.put_back(entry.original, entry.whole if entry.whole is not None else MISSING)
        done = f"{job.path}: put back as it was"
    else:
        job.delete_uid(str(uid))
        done = f"{job.path}: deleted"
    job.leftovers.discard_neighbours(entry.name)
    journal.close()
    if lost:
        raise TargetError(f"{job.path}: put back but for what has changed for good: {', '.join(lost)}")
    return done


def _check_unchanged(journal: Journal, job: ResourceUnderTest, live: Json) -> None:
    """Refuse to overwrite what somebody else has changed since: a value that is neither the original nor the run's."""
    versions, stored = (journal.entry.original, *journal.entry.sent), job.replaceable_of(live)
    changed = [
        name
        for name in sorted(job.contract.replaceable)
        if not any(same_or_nothing(one.get(name, MISSING), stored.get(name, MISSING)) for one in versions)
    ]
    if changed:
        raise TargetError(f"{job.path}: somebody else has changed {', '.join(changed)}; it is left alone")
