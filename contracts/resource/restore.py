"""Undo what an interrupted run left behind, by its journal."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as File
from typing import Final

from contracts.client.client import Client
from contracts.client.errors import LeftBehind, TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.model import Scope
from contracts.judge.stored import NOTHING
from contracts.resource.guarded import same_or_nothing
from contracts.resource.journal import Entry, Journal, reread
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.spec.fields import UID
from contracts.spec.load import load_contract

FORGET: Final = "delete that file"


def restore(journal: Journal, target: Client) -> str:
    """Bring the target back to where it was before the journal's run; gives what was done, in a line.

    A created job is deleted when it carries the journal's uid, or the run's label where the uid never came to be
    known. An adopted one gets its replaceable fields back, but for what somebody else has changed since, key by key in
    maps. Raises `TargetError` when the target cannot be asked, the object is another one now, or the run is at work, or
    undone by somebody else already; the journal then stays.
    Raises it too, and forgets the journal, when an adopted one is not as it was afterwards.
    """
    if not journal.take():
        raise TargetError(f"{journal.path}: its run is at work, or undone by another process; it is left alone")
    try:
        if not reread(journal):
            return f"{journal.path}: is undone already"
        return _restored(journal, journal.entry, target)
    finally:
        journal.release()


def _restored(journal: Journal, entry: Entry, target: Client) -> str:
    scope = Scope(load_contract(File(entry.spec) if entry.spec else None), "kubernetes")
    job = ResourceUnderTest(scope, target, entry.namespace, entry.name, run_id=entry.run_id)
    lost: list[str] = []
    foreign: list[Path] = []
    added: list[Path] = []
    left: list[str] = []
    live = job.see(entry.original, entry.sent, entry.uid) if entry.adopted else job.read()
    uid = paths.get(live, UID)
    if live is MISSING and entry.adopted:
        said = "it is not there, and the journal is kept"
        raise TargetError(f"{job.path}: {said}: where somebody has deleted it, {FORGET}")
    if live is MISSING:
        done = f"{job.path}: is gone already"
    elif not (uid == entry.uid if entry.uid is not None else job.is_labelled(live)):
        said = "another object has this name now; it is left alone"
        raise TargetError(f"{job.path}: {said}, and so is the journal: where somebody has made it anew, {FORGET}")
    elif entry.adopted:
        live = job.confirmed() if entry.sent else live
        job.managers.names = entry.managers or job.managers.names
        original, foreign = with_foreign(entry.original, entry.sent, job.replaceable_of(live))
        lost = job.put_back(original, entry.whole if entry.whole is not None else MISSING)
        foreign = [path for path in foreign if path not in job.added.paths]
        added = [path for path in job.added.paths if _had(entry.original, path) is MISSING]
        done = f"{job.path}: put back as it was"
    else:
        job.delete_uid(str(uid))
        done = f"{job.path}: deleted"
    _discard_leftovers(job, entry)
    journal.close()
    if foreign:
        left.append(f"what is kept: somebody else has changed {', '.join(map(paths.render, foreign))}")
    if lost:
        left.append(f"what has changed for good: {', '.join(lost)}")
    if added:
        left.append(f"what the server adds to every write: {', '.join(sorted(map(paths.render, added)))}")
    if left:
        raise TargetError(f"{job.path}: put back but for {'; and for '.join(left)}")
    return done


def _discard_leftovers(job: ResourceUnderTest, entry: Entry) -> None:
    """Delete what the run has created beside its object; raises `LeftBehind` where that does not go."""
    for namespace, name in entry.elsewhere:
        job.leftovers.may_create(name, namespace)
    job.leftovers.discard_neighbours(entry.name)
    if remaining := job.leftovers.discard_listed():
        raise LeftBehind(f"{job.collection}: {', '.join(remaining)} could not be deleted")


def with_foreign(
    original: Mapping[str, Json], sent: Sequence[Mapping[str, Json]], stored: Mapping[str, Json]
) -> tuple[dict[str, Json], list[Path]]:
    """The replaceable fields to put back, by dotted path, and the paths at which somebody else's value is kept.

    Somebody else's is what is neither the owner's nor what the run has `sent`: of a map, key by key.
    """
    merged, foreign = dict(original), list[Path]()
    for name in {**original, **stored, **{name: None for one in sent for name in one}}:
        versions, now = [one.get(name, MISSING) for one in (original, *sent)], stored.get(name, MISSING)
        if any(same_or_nothing(one, now) for one in versions):
            continue
        if all(isinstance(one, dict) or one in NOTHING for one in (now, versions[0])):
            # what was sent and is no map was to be refused, and is not what stands there
            known = [one for one in versions if isinstance(one, dict) or one in NOTHING]
            now, *maps = (one if isinstance(one, dict) else {} for one in (now, *known))
            theirs = {key: value for key, value in now.items() if not _holds(maps, key, value)}
            gone = {key for key in maps[0] if key not in now and all(key in one for one in maps)}
            kept = {key: value for key, value in maps[0].items() if key not in gone}
            merged[name] = {**kept, **theirs}
            foreign += [(*paths.parse(name), key) for key in (*theirs, *sorted(gone))]
        else:
            merged[name] = now
            foreign.append(paths.parse(name))
    return {name: value for name, value in merged.items() if value is not MISSING}, foreign


def _had(original: Mapping[str, Json], path: Path) -> Json:
    """What an object with these replaceable fields, by dotted path, had at a path."""
    value: Json = {}
    for name, item in original.items():
        value = paths.put(value, paths.parse(name), item)
    return paths.get(value, path)


def _holds(maps: Iterable[Mapping[str, Json]], key: str, value: Json) -> bool:
    return any(key in one and paths.same(one[key], value) for one in maps)
