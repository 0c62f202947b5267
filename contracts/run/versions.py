"""The versions of what judges: the interpreter, the platform, the libraries that send and check."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

LIBRARIES: Final = ("hypothesis", "jsonschema-rs", "pytest", "requests", "schemathesis", "urllib3")


def versions() -> dict[str, str]:
    """Version by name; a library that is not installed is left out."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    return found | {name: number for name in LIBRARIES if (number := _version(name))}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
