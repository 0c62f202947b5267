"""Which configuration file counts; apart from what reads it, so that who only asks for that loads no YAML. Pure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

DEFAULT: Final = "pytorchjob-contract.yaml"
HELP: Final = f"YAML file with these options as keys (default: {DEFAULT}, where there is one)"
VARIABLE: Final = "PYTORCHJOB_CONTRACT_CONFIG"


def choose(given: str | None, environment: Mapping[str, str]) -> Path | None:
    """The file that counts: the one that was given, else the environment's, else the default one where there is one."""
    if named := given or environment.get(VARIABLE):
        return Path(named)
    return Path(DEFAULT) if Path(DEFAULT).is_file() else None
