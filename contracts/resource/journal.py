"""Journal: what a run is about to touch, on disk before it is touched, so that it can be undone however the run ends.

One file a run in the state directory, mode 0600, written whole and synced before the request goes out. It holds no
credential. Liveness is a file lock: a second file beside it is locked for as long as the run's process lives, or who
undoes it is at work. A third one holds what was sent before the last few replacements, which an object may still show:
a read may be that old.
"""

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from contracts.client.errors import TargetError

SUFFIX: Final = ".journal.json"
SENT_SUFFIX: Final = ".sent.jsonl"
KEPT: Final = 16


@dataclass(frozen=True)
class Entry:
    """The object under test of one run.

    `uid` is None until it is known. `original` holds an adopted object's replaceable fields by dotted path, absent
    ones left out; `sent` the same fields of the last replacements: a value that is neither is somebody else's. `whole`
    is the adopted object as it was. `spec`: the derived specification that it is judged by, where one was named.
    `managers`: under which names the run owns fields of it, if under others than its own. `elsewhere`: namespace and
    name of what a request in another namespace may have created, and was not seen to be gone since.
    """

    run_id: str
    url: str
    namespace: str
    name: str
    adopted: bool
    uid: str | None = None
    original: Mapping[str, Any] = field(default_factory=dict)
    sent: tuple[Mapping[str, Any], ...] = ()
    whole: Any = None
    spec: str = ""
    managers: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()


class JournalError(TargetError):
    """The journal cannot be written, so nothing may be touched; the message is one line."""


class Journal:
    """The entry of one run, kept on disk for as long as there is something to undo; any thread may write it.

    `lock_path`: the file that the run's process holds a lock on, or the one that undoes it.
    """

    def __init__(self, directory: Path, entry: Entry) -> None:
        self.entry = entry
        self.path = directory / f"{entry.run_id}{SUFFIX}"
        self.sent_path = directory / f"{entry.run_id}{SENT_SUFFIX}"
        self.lock_path = directory / f"{entry.run_id}.lock"
        self._temporary = self.path.with_suffix(".new")
        self._lock: int | None = None
        self._earlier: set[str] = set()
        self._turn = threading.RLock()  # all threads write the same temporary file, and add to the same entry

    def write(self, **changes: Any) -> None:
        """Change the entry and put it on disk; raises `JournalError` when that cannot be done.

        The journal is then on disk as it was before.
        """
        with self._turn:
            entry = replace(self.entry, **changes)
            try:
                self._write(entry)
            except OSError as error:
                with suppress(OSError):
                    self._temporary.unlink(missing_ok=True)
                raise self._unwritten(error) from None
            self.entry = entry

    def _write(self, entry: Entry) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._lock is None:
            self._lock = self._locked(fcntl.LOCK_EX)  # who only looks whether it is held does not hold it for long
        descriptor = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(entry), stream)
            stream.flush()
            os.fsync(stream.fileno())
        self._temporary.replace(self.path)
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def about_to_send(self, values: Mapping[str, Any]) -> None:
        """Note the replaceable fields of a replacement that is about to be sent.

        The last few stand in the entry; those before them are only added to a file, once each.
        """
        with self._turn:
            if len(self.entry.sent) >= KEPT:
                self._note_earlier(json.dumps(self.entry.sent[0]))
            self.write(sent=(*self.entry.sent[1 - KEPT :], values))

    def _note_earlier(self, line: str) -> None:
        if line in self._earlier:
            return
        try:
            descriptor = os.open(self.sent_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(line + "\n")
        except OSError as error:
            raise self._unwritten(error) from None
        self._earlier.add(line)

    def _unwritten(self, error: OSError) -> JournalError:
        where, why = self.path.parent, error.strerror or error
        return JournalError(
            f"the journal cannot be written to {where}: {why}; nothing is touched without it (XDG_STATE_HOME)"
        )

    def put_back(self) -> None:
        """Note that the object is as it was: from then on what it holds is others', even where the run has sent it."""
        with self._turn:
            self.write(sent=())
            with suppress(OSError):
                self.sent_path.unlink(missing_ok=True)
            self._earlier.clear()

    def take(self) -> bool:
        """Take the lock, until `release`; whether nobody else holds it: the run's process, or one that undoes it."""
        try:
            self._lock = self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks, or one that is read only: then nobody holds it
            return True
        return True

    def _locked(self, how: int) -> int:
        """A descriptor of the lock's file, locked; raises `OSError`.

        Between opening and locking a file it may have been removed (`sweep`, `close`), and who looks would find none.
        """
        while True:
            descriptor = os.open(self.lock_path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, how)
                with suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(descriptor), self.lock_path.stat()):
                        return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def close(self) -> None:
        """Forget the entry: everything is undone. Raises `JournalError` when the file cannot be removed."""
        try:
            for path in (self.path, self._temporary, self.sent_path, self.lock_path):
                path.unlink(missing_ok=True)
        except OSError as error:
            if self.path.exists():
                raise JournalError(f"{self.path} cannot be removed: {error.strerror} (XDG_STATE_HOME)") from None
        self.release()

    def release(self) -> None:
        """Say that the run has ended, whether or not everything is undone."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def in_use(self) -> bool:
        """Whether a process holds the lock: the run's own, or one that undoes it already."""
        try:
            descriptor = os.open(self.lock_path, os.O_WRONLY)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # a file system without locks
            return False
        finally:
            os.close(descriptor)
        return False


def state_directory() -> Path:
    """Where journals live (XDG Base Directory Specification); below the temporary directory for who has no home."""
    base = os.environ.get("XDG_STATE_HOME")
    if not base:
        try:
            base = str(Path.home() / ".local" / "state")
        except RuntimeError:
            base = str(Path(tempfile.gettempdir()) / f"state-{os.getuid()}")
    return Path(base) / "pytorchjob-contract"


def entries(directory: Path) -> list[Journal]:
    """The journals of runs that have not been undone, oldest first, without those that are `unreadable`."""
    found: list[tuple[float, Journal]] = []
    for path in directory.glob(f"*{SUFFIX}"):
        with suppress(OSError):  # its run has ended just now
            if (entry := _entry(path)) is not None:
                found.append((path.stat().st_mtime, Journal(directory, entry)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def unreadable(directory: Path) -> list[Path]:
    """The files that are named like journals and cannot be read as such: damaged, or of another version."""
    found = []
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        with suppress(FileNotFoundError):
            try:
                if _entry(path) is None:
                    found.append(path)
            except PermissionError:
                found.append(path)
    return found


def _entry(path: Path) -> Entry | None:
    """What stands in a journal, None where that is none; raises `OSError` where the file cannot be read."""
    text = path.read_bytes()
    try:
        raw = json.loads(text)
        sent = (*_earlier(path.with_name(path.name.removesuffix(SUFFIX) + SENT_SUFFIX)), *raw["sent"])
        elsewhere = tuple((str(namespace), str(name)) for namespace, name in raw.get("elsewhere", ()))
        return Entry(**{**raw, "sent": sent, "managers": tuple(raw.get("managers", ())), "elsewhere": elsewhere})
    except (ValueError, TypeError, KeyError):
        return None


def _earlier(path: Path) -> Iterator[Mapping[str, Any]]:
    """What was sent before the last few replacements; the last line may have been cut."""
    with suppress(OSError):
        for line in path.read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                value = json.loads(line)
                if isinstance(value, dict):
                    yield value


def sweep(directory: Path) -> None:
    """Remove what is left of runs that were killed before their journal was whole: they had not touched anything."""
    for lock in directory.glob("*.lock"):
        run_id = lock.name.removesuffix(".lock")
        journal = Journal(directory, Entry(run_id, "", "", "", adopted=False))
        if not journal.path.exists() and journal.take():
            with suppress(JournalError):
                if not journal.path.exists():  # its run may have written it before the lock was taken from it
                    journal.close()
            journal.release()


def reread(journal: Journal) -> bool:
    """Take over into a journal what its file holds by now; whether it is still there, and can be read."""
    entry = None
    with suppress(OSError):
        entry = _entry(journal.path)
    journal.entry = entry or journal.entry
    return entry is not None


def left_behind(url: str) -> list[Journal]:
    """The journals of runs against the target at `url` that have ended without undoing what they did, oldest first."""
    return [one for one in entries(state_directory()) if one.entry.url == url and not one.in_use()]
