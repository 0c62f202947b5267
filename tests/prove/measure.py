"""One run of the command, measured: what it was up against, what it said, after how much."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from contracts.jsonvalue import paths
from contracts.reference.conditions import CONDITIONS
from contracts.reference.http_request import Route
from contracts.reference.options import Immutability
from tests.e2e.command import CLEAN
from tests.e2e.endpoint import age, node_pool_object, put_job_in_use, served
from tests.faults import faulty
from tests.faults.support.changes import changes
from tests.prove.spared import never_sent
from tests.prove.subjects import Subject

LIMIT = 600
NO_STATUS = -1
SERVERS = ("resourceVersion", "generation", "managedFields")
UNTOLD = "not told"
# Of a run that could not be made; and how many reads come before the first replacement of an adopted job.
ERROR = 3
LOOKS = 2
# Faults that another writer's change of somebody's job looks like, so that the run keeps it and ends.
LIKE_ANOTHER_WRITER = {
    "accepted-labels-undone-later": "somebody else has changed",
    "exchanged-when-labels-change": "somebody has deleted it",
}
# What nobody can give back to an object that was made anew.
ITS_UID = "told: metadata.uid"
# Faults that a webhook looks like, so that what it writes is told of as the server's own addition.
LIKE_A_WEBHOOK = frozenset({"clean-pod-policy-noted-in-the-template"})
# What a run says that ends with the first change of somebody's job that may have done harm.
DAMAGED = "in a way that harms it"
# Before the ids of requirements about an update, of which the catalogue of faults has the bare ones.
UPDATE = "update/"


@dataclass(frozen=True)
class Measured:
    """The outcome of one run. `harm`: what became of an adopted job that is not as it was; empty where it is.

    `never_sent`: what would have shown the fault, and somebody's job is never sent, as the run says. `offsets`: each
    case that failed, and after how many requests of its own. `whole`: whether the run went on after its first failed
    case; what else it would have found is not known otherwise.
    """

    subject: Subject
    status: int
    failed: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]
    requests: int
    seconds: float
    first: tuple[int, float] | None
    change: str
    error: str
    harm: str = ""
    never_sent: tuple[str, ...] = ()
    offsets: tuple[tuple[str, int], ...] = ()
    whole: bool = True

    @property
    def caught(self) -> bool:
        """Whether the run says that the contract is broken."""
        return self.status == 1 and bool(self.failed)

    @property
    def attributed(self) -> bool:
        """Whether one of the requirements that the fault breaks is among those that failed."""
        return self.caught and bool(set(self.failed) & set(self.subject.breaks))

    @property
    def ended_by_damage(self) -> bool:
        """Whether the run on an adopted job ended with the first change that was stored: chance decides of which field.

        No plain attempt can tell then whether the circumstances in which it was stored had part in it.
        """
        families = {family for name in (*self.failed, *self.subject.breaks) for family in [name.partition(".")[0]]}
        return self.subject.adopt and self.caught and DAMAGED in self.error and families == {"immutable"}

    @property
    def right(self) -> bool:
        """Whether the run said what it had to, and harmed nobody's job without a word."""
        if self.harm.startswith(UNTOLD):
            return False
        if self.subject.fault:
            return self.attributed or bool(self.never_sent) or self.ended_by_damage
        failed = set(self.failed)
        return failed <= self.subject.allowed and self.status == (1 if failed else 0)


def measure(subject: Subject, *, whole: bool = True) -> Measured:
    """Make the run in a process of its own, with the default budget; one that takes longer than `LIMIT` is an error.

    `whole` false: a fault's run ends with its first failed case, unless that is no requirement that the fault breaks.
    """
    try:
        if not whole and subject.fault and not subject.adopt:
            begun = replace(_measure(subject, "--", "-x"), whole=False)
            if begun.attributed:
                return begun
        return _measure(subject)
    except subprocess.TimeoutExpired:
        return Measured(subject, NO_STATUS, (), (), 0, float(LIMIT), None, "", f"not done after {LIMIT} s")


def _measure(subject: Subject, *pytest: str) -> Measured:
    with tempfile.TemporaryDirectory(prefix="prove-") as name:
        directory = Path(name)
        arguments = [f"--seed={subject.seed}", f"--report-dir={directory}"]
        arguments += [f"--spec={subject.spec}"] * bool(subject.spec)
        arguments += [option for one in subject.conditions for option in CONDITIONS[one].run_with]
        if "node-selector" in subject.conditions:
            arguments.append(f"--object={node_pool_object(directory)}")
        if subject.adopt:
            return _measure_adopted(subject, arguments, directory)
        arguments += subject.options
        arguments += [f"--fault={subject.fault}"] * bool(subject.fault)
        arguments += [f"--with={','.join(subject.conditions)}"] * bool(subject.conditions)
        done = _call([sys.executable, "-m", "contracts", "run", *arguments, *pytest], directory)
        return _read(subject, done, directory / "conformance.json")


def _measure_adopted(subject: Subject, arguments: list[str], directory: Path) -> Measured:
    """Make the run on a job of somebody else, a week old and at work, and compare the job with what it was."""
    modes = [option.partition("=")[2] for option in subject.options if option.startswith("--immutability=")]
    options = {"conditions": frozenset(subject.conditions), "immutability": Immutability([*modes, "refuse-403"][0])}
    behaviour = faulty(subject.fault) if subject.fault else None
    with served(directory, behaviour, **options) as target:
        name = put_job_in_use(target.endpoint)
        age(target.endpoint, name, cleanPodPolicy="Running")
        route = Route(target.endpoint.namespace, name)
        before = _kept(target.endpoint.store.get(route))
        adopting = [*target.arguments, f"--name={name}", "--yes"]
        done = _call([sys.executable, "-m", "contracts", "run", *arguments, *adopting], directory)
        after = target.endpoint.store.get(route)
    harm = damage(before, None if after is None else _kept(after), done.stdout)
    found = replace(_read(subject, done, directory / "conformance.json"), harm=harm)
    if subject.fault and not_adopted(found):
        return replace(found, never_sent=("anything, as it cannot be read",))
    if ended_by_another_writer(found):
        return replace(found, never_sent=("anything more after what another writer may have done",))
    if subject.fault in LIKE_A_WEBHOOK and harm.startswith("told"):
        return replace(found, never_sent=("anything of what comes with each write",))
    if subject.fault is None or found.attributed or found.status != 0:
        return found
    return replace(found, never_sent=_never_sent(subject, directory))


def not_adopted(found: Measured) -> bool:
    """Whether a run has left a job alone that it could not read: it has sent nothing, told so, and harmed nothing."""
    return found.status == ERROR and 0 < found.requests <= LOOKS and bool(found.error) and not found.harm


def ended_by_another_writer(found: Measured) -> bool:
    """Whether a run has kept what it took for another writer's change, and ended; true only of faults that look so."""
    said = LIKE_ANOTHER_WRITER.get(found.subject.fault or "")
    return said is not None and found.status == ERROR and said in found.error and found.harm in ("", ITS_UID)


def _never_sent(subject: Subject, directory: Path) -> tuple[str, ...]:
    """What the run on the adopted job has left out, where nothing else shows the fault on a job of the run's own."""
    own = directory / "own"
    own.mkdir()
    arguments = [f"--seed={subject.seed}", f"--report-dir={own}", f"--fault={subject.fault}"]
    _call([sys.executable, "-m", "contracts", "run", *arguments], own)
    records = [json.loads((one / "conformance.json").read_text(encoding="utf-8")) for one in (own, directory)]
    return never_sent(records[0], records[1], subject.breaks)


def _kept(stored: Any) -> Any:
    """A job without what the server counts and keeps for itself."""
    kept = {key: value for key, value in stored["metadata"].items() if key not in SERVERS}
    return {**stored, "metadata": kept}


def damage(before: Any, after: Any, said: str) -> str:
    """What of an adopted job is not as it was, and whether what the run `said` names it; empty where nothing is."""
    if after is None:
        return f"{UNTOLD}: the job is gone"
    lost = sorted({paths.render(change.path[:2]) for change in changes(before, after)})
    untold = [field for field in lost if field not in said]
    if untold:
        return f"{UNTOLD}: {', '.join(untold)}"
    return f"told: {', '.join(lost)}" if lost else ""


def _call(command: Sequence[str], directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(command),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
        cwd=directory,
        env=CLEAN,
        check=False,
    )


def _read(subject: Subject, done: subprocess.CompletedProcess[str], file: Path) -> Measured:
    if not file.exists():
        return Measured(subject, done.returncode, (), (), 0, 0.0, None, "", done.stdout[-500:])
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    rows = [{**row, "id": in_catalogue(row["id"])} for row in record["requirements"]]
    first = record.get("firstFinding")
    errors = [f"{row['id']}: {row['reason']}" for row in rows if row["outcome"] == "error"]
    return Measured(
        subject=subject,
        status=done.returncode,
        failed=tuple(row["id"] for row in rows if row["outcome"] == "failed"),
        cases=tuple((row["id"], case["id"]) for row in rows for case in row["cases"] if case["outcome"] == "failed"),
        offsets=_offsets(rows),
        requests=record["requests"],
        seconds=record["durationSeconds"],
        first=(first["requests"], first["seconds"]) if first else None,
        change=_smallest(subject, rows),
        error="; ".join([(record["error"] or {}).get("message", ""), *errors[:3]]).strip("; "),
    )


def in_catalogue(requirement: str) -> str:
    """A requirement as the catalogue of faults names it, of another operation or of another kind's replicas too."""
    return re.sub(r"^immutable\.[a-z]+-replica-specs$", "immutable.replica-specs", requirement.removeprefix(UPDATE))


def _offsets(rows: list[dict[str, Any]]) -> tuple[tuple[str, int], ...]:
    """After how many requests each case that failed has first found something, whatever that is about."""
    told = [(case["id"], case["firstFinding"]) for row in rows for case in row["cases"] if case["outcome"] == "failed"]
    return tuple(sorted(dict(sorted(told, reverse=True)).items()))


def _smallest(subject: Subject, rows: list[dict[str, Any]]) -> str:
    """The smallest change of the object that a finding about the fault shows, as JSON Patch in a line."""
    changes = [
        finding["change"]
        for row in rows
        if row["id"] in subject.breaks
        for finding in row["findings"]
        if finding.get("change")
    ]
    if not changes:
        return ""
    smallest = min(changes, key=lambda change: (len(change), len(json.dumps(change))))
    words = [" ".join((one["op"], one["path"], json.dumps(one["value"]) if "value" in one else "")) for one in smallest]
    return "; ".join(word.strip()[:90] for word in words[:3])
