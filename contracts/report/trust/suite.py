"""Which suite judges: its version, its commit, and a digest of the code that decides what a record says."""

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from contracts import __version__
from contracts.report.tested import DIRTY, Suite

PACKAGE: Final = Path(__file__).resolve().parents[2]
# What a wheel holds inside the package lies elsewhere in a checkout (pyproject.toml, force-include).
MOVED: Final = {"openapi": ("openapi",), "cases": ("tests", "contract")}
# Code, cases, rules and specifications, and what the formats are written with; no byte code, no editor's files.
SUFFIXES: Final = frozenset({".py", ".yaml", ".json", ".jinja", ".css", ".ini"})

LIBRARIES: Final = (
    *("hypothesis", "jinja2", "jsonschema-rs", "markupsafe", "pytest", "pyyaml", "requests", "schemathesis", "urllib3"),
)


@cache
def installed() -> Suite:
    """The suite that this process runs, as it is on disk when that is asked first."""
    return Suite(__version__, commit(PACKAGE.parent), judge())


def judge(package: Path = PACKAGE) -> str | None:
    """`sha256:` and a digest of the code, the same for a checkout, an editable install and a wheel of one commit.

    None where there are no files to read, as in an archive.
    """
    try:
        found = files(package)
        return f"sha256:{digest(found)}" if found else None
    except OSError:
        return None


def files(package: Path = PACKAGE) -> Mapping[str, Path]:
    """The files of the code, by their place in the wheel's package."""
    places = {"": package}
    for name, steps in MOVED.items():
        if not (package / name).is_dir():
            places[f"{name}/"] = package.parent.joinpath(*steps)
    return {
        prefix + path.relative_to(place).as_posix(): path for prefix, place in places.items() for path in _below(place)
    }


def digest(found: Mapping[str, Path]) -> str:
    """SHA-256 over names and contents, in the order of the names; raises `OSError` for a file that cannot be read."""
    whole = hashlib.sha256()
    for name in sorted(found):
        whole.update(f"{name}\0".encode())
        whole.update(hashlib.sha256(found[name].read_bytes()).digest())
    return whole.hexdigest()


def versions() -> dict[str, str]:
    """Interpreter, platform, and the libraries that send, check and write; one that is not installed is left out."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _below(place: Path) -> Iterator[Path]:
    for path in place.rglob("*"):
        if path.suffix in SUFFIXES and not path.name.startswith(".") and path.is_file():
            yield path


def commit(root: Path) -> str | None:
    """The commit of the checkout in a directory, `-dirty` where it was changed; None where there is no checkout.

    New files count where they judge.
    """
    if not (root / ".git").exists():
        return None
    try:
        found = _git(root, "rev-parse", "HEAD").strip()
        judging = [PACKAGE.name, *("/".join(steps) for steps in MOVED.values())]
        changes = _git(root, "status", "--porcelain", "--untracked-files=no") or _git(
            root, "status", "--porcelain", "--", *judging
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return found + DIRTY if changes else found


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]
    # A hook that starts a run tells of its own repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True, env=environment)  # noqa: S603
    return done.stdout
