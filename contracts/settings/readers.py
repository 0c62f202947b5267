"""How what was given for an option becomes its value; each raises `ValueError` or `TypeError` for what cannot. Pure."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from contracts.jsonvalue import paths

# Each is a process of some 100 MB with an object of its own; more than these wait for each other.
MOST_WORKERS: Final = 32
# More than a year: no record of a nightly run is looked for that is older.
MOST_HOURS: Final = 10_000
# What is given in place of a HAR's path for one that holds the exchanges of findings alone.
FINDINGS: Final = Path("findings")
_TRUE: Final = ("1", "true", "yes", "on")
_FALSE: Final = ("0", "false", "no", "off")


def switch(value: Any) -> bool:
    """True or false, as such or as one of the usual words."""
    word = str(value).strip().lower()
    if word not in (*_TRUE, *_FALSE):
        raise ValueError("expected true or false")
    return word in _TRUE


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected a text that is not empty")
    return str(value)


def name(value: Any) -> str:
    """A name that is one segment of a path, and of no other than the one that it looks like."""
    given = text(value)
    if given in (".", "..") or not given.isprintable() or set(given) & set(" /?#%\\"):
        raise ValueError("expected a name without spaces and any of / ? # % \\")
    return given


def field(value: Any) -> str:
    """The path of a field, or of a key of a map: `spec.a`, `metadata.labels[KEY]`."""
    given = text(value).strip()
    path = paths.parse(given)
    if not all(step != "" for step in path) or ("/" in given and "[" not in given):
        raise ValueError(f"expected a path such as spec.a or metadata.labels[KEY], found {given!r}")
    return paths.render(path)


def secret(value: Any) -> str:
    """A credential on one line; the error shows nothing of it."""
    if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
        raise ValueError("expected one credential on one line")
    return value.strip()


def path(value: Any) -> Path:
    """A path, `~` being the user's home directory."""
    return Path(text(str(value))).expanduser()


def har(value: Any) -> Path:
    """The path of a HAR, or `FINDINGS`; a file that is called so is given by another path, such as ./findings."""
    given = path(value)
    return given.absolute() if given == FINDINGS and str(value) != str(FINDINGS) else given


def positive(value: Any) -> float:
    """A finite number above 0."""
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError("expected a number above 0")
    return number


def hours(value: Any) -> timedelta:
    """A time that is given as a number of hours."""
    number = positive(value)
    if number > MOST_HOURS:
        raise ValueError(f"expected at most {MOST_HOURS} hours")
    return timedelta(hours=number)


def count(value: Any) -> int:
    """A whole number of at least 1."""
    number = int(str(value))
    if number < 1:
        raise ValueError("expected a whole number of at least 1")
    return number


def workers(value: Any) -> int:
    """A whole number of processes that a machine can hold, and a target can bear objects of."""
    number = count(value)
    if number > MOST_WORKERS:
        raise ValueError(f"expected a whole number of at most {MOST_WORKERS}")
    return number


def seed(value: Any) -> int:
    """A whole number of 64 bits without sign."""
    number = int(str(value))
    if not 0 <= number < 2**64:
        raise ValueError("expected a whole number of at least 0")
    return number
