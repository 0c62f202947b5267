"""Prints outcomes of runs side by side, in Markdown: `python -m tests.foreign.table TITLE=REPORT_DIRECTORY ...`."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def table(columns: dict[str, Path]) -> str:
    """One row a requirement, one column a run."""
    reports = [json.loads((directory / "conformance.json").read_text()) for directory in columns.values()]
    rows = [["requirement", *columns], ["---"] * (len(columns) + 1)]
    for number, requirement in enumerate(reports[0]["requirements"]):
        outcomes = [report["requirements"][number]["outcome"] for report in reports]
        rows.append([f"`{requirement['id']}`", *outcomes])
    rows.append(["requests, seconds", *(f"{r['requests']}, {r['durationSeconds']:.0f}" for r in reports)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print(table({title: Path(directory) for title, directory in given.items()}))
