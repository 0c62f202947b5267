"""Findings of a sample of the catalogue's faults, replayed: still there on the faulty endpoint, gone on a sound one?

    python -m tests.replays --sample 10 [--first K] [--only TEXT] [--workers N]

Exit status 1 unless the first finding of every run is.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.endpoint import served
from tests.faults import FAULTS

LIMIT = 300
STILL, GONE = 1, 0
# What shows them only an endpoint can be given that lets clients put finalizers or owners on an object.
LENIENT = frozenset({"finalizers-lost", "owner-references-lost", "check-skipped-while-deleted"})


@dataclass(frozen=True)
class Result:
    """How the run of a fault and the two replays of its first finding have ended, and after how many requests."""

    fault: str
    finding: str
    run: int
    faulty: int
    sound: int
    requests: tuple[int, int] = (0, 0)
    said: str = ""

    @property
    def right(self) -> bool:
        """Whether it is still there on the faulty endpoint, and gone on the sound one."""
        return (self.faulty, self.sound) == (STILL, GONE)


def main() -> int:
    """Run, replay twice, as often as asked; print a line each."""
    parser = argparse.ArgumentParser(prog="tests.replays", description=__doc__)
    parser.add_argument("--sample", type=int, default=10, metavar="N", help="every Nth fault (default: 10)")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="the first of them")
    parser.add_argument("--only", default="", metavar="TEXT", help="faults whose name holds this")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="runs at a time")
    options = parser.parse_args()
    chosen = [name for name in sorted(FAULTS)[options.first :: options.sample] if options.only in name]
    started, results = time.monotonic(), []
    with ThreadPoolExecutor(options.workers) as pool:
        for one in pool.map(replayed, chosen):
            results.append(one)
            mark = "ok   " if one.right else "WRONG"
            print(
                f"{len(results)}/{len(chosen)} {mark} {one.fault}: {one.finding}, requests {one.requests}", flush=True
            )
            if not one.right:
                print(f"  run {one.run}, faulty {one.faulty}, sound {one.sound}\n{one.said}", flush=True)
    still, gone = (sum(getattr(one, where) == due for one in results) for where, due in (("faulty", 1), ("sound", 0)))
    total = len(results)
    print(f"still there {still} of {total}, gone {gone} of {total}, {time.monotonic() - started:.0f} s")
    return 0 if results and all(one.right for one in results) else 1


def replayed(fault: str) -> Result:
    """The run of a fault, and its first finding replayed on the faulty and on a sound endpoint."""
    with tempfile.TemporaryDirectory(prefix="replays-") as name:
        directory = Path(name)
        run = _call("run", f"--fault={fault}", f"--report-dir={directory}")
        record = json.loads((directory / "conformance.json").read_text())
        found = [
            (requirement["id"], one["id"]) for requirement in record["requirements"] for one in requirement["findings"]
        ]
        if not found:
            return Result(fault, "none", run.returncode, -1, -1, said=run.stdout[-500:])
        requirement, finding = found[0]
        faulty = _call("replay", str(directory), finding, f"--output={directory / 'faulty.json'}")
        with served(directory, lenient_metadata=fault in LENIENT) as target:
            sound = _call("replay", str(directory), finding, f"--output={directory / 'sound.json'}", *target.arguments)
        requests = (_requests(directory / "faulty.json"), _requests(directory / "sound.json"))
        said = f"{faulty.stdout}{faulty.stderr}{sound.stdout}{sound.stderr}"
    return Result(
        fault, f"#{finding} {requirement}", run.returncode, faulty.returncode, sound.returncode, requests, said
    )


def _requests(file: Path) -> int:
    return int(json.loads(file.read_text())["replayed"][0]["requests"]) if file.exists() else -1


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "contracts", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)


if __name__ == "__main__":
    sys.exit(main())
