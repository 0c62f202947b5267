"""What the command `report` does with a stored report: show it, or say what is wrong with it."""

from pathlib import Path

from contracts.report.consistency import inconsistencies
from contracts.report.files import ReportError
from contracts.report.record import FILE_NAME, changed_since, load
from contracts.report.text.summary import summary
from contracts.report.visible import visible


def show(path: Path, colour: bool = False, width: int = 80) -> str:
    """The terminal summary of the report in a file or directory, ending in a newline.

    A report that contradicts itself is shown with a warning for each contradiction. Raises `ReportError` when there
    is no whole report to show.
    """
    report = load(path)
    text = summary(report, colour, width, str(path / FILE_NAME if path.is_dir() else path))
    warnings = "".join(f"warning: {visible(problem)}\n" for problem in inconsistencies(report))
    return text + warnings


def verify(path: Path) -> tuple[str, ...]:
    """What is wrong with the report in a file or directory, one line each; empty when nothing is."""
    try:
        changed = changed_since(path)
        return (*inconsistencies(load(path)), *((changed,) if changed else ()))
    except ReportError as error:
        return (str(error),)
