"""What a run is told: one table of options, merged from command line, environment, file and defaults.

An option counts as given when it was given, not when it is true: `--seed 0` beats a file's `seed: 7`.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

ENVIRONMENT_PREFIX: Final = "PYTORCHJOB_CONTRACT_"
PROFILES: Final = ("kubernetes", "document")
IMMUTABILITY: Final = ("refuse-403", "refuse-400", "refuse-422", "ignore")


class SettingsError(Exception):
    """An option cannot be used as it was given; the message is one line that names it."""


@dataclass(frozen=True)
class Option:
    """One option of a run: `name` as on the command line without dashes, `read` makes a value of what was given."""

    name: str
    read: Callable[[Any], Any]
    help: str
    default: Any = None
    metavar: str = ""
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The option's name as a Python name."""
        return self.name.replace("-", "_")

    @property
    def is_switch(self) -> bool:
        """Whether the option takes no value on the command line."""
        return self.read is _switch


@dataclass(frozen=True)
class Settings:
    """The options of one run, all decided. Times are seconds; see `OPTIONS` for what each one means."""

    target: str | None
    namespace: str | None
    name: str | None
    profile: str
    token_file: Path | None
    denied_token_file: Path | None
    denied_namespace: str | None
    auth_header: str | None
    ca_file: Path | None
    client_cert: Path | None
    client_key: Path | None
    insecure: bool
    max_rps: float | None
    workers: int
    timeout: float
    time_budget: float | None
    examples: int
    seed: int
    report_dir: Path
    plan: bool
    yes: bool
    require_complete: bool
    immutability: str
    controller: float | None
    fault: str | None


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(value).strip().lower() not in words:
        raise ValueError("expected true or false")
    return words[str(value).strip().lower()]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected a text that is not empty")
    return value


def _path(value: Any) -> Path:
    return Path(_text(str(value))).expanduser()


def _positive(value: Any) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError("expected a number above 0")
    return number


def _count(value: Any) -> int:
    number = int(str(value))
    if number < 1:
        raise ValueError("expected a whole number of at least 1")
    return number


def _seed(value: Any) -> int:
    number = int(str(value))
    if not 0 <= number < 2**64:
        raise ValueError("expected a whole number of at least 0")
    return number


def _url(value: Any) -> str:
    parts = urlsplit(_text(value))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an http:// or https:// URL")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a credential does not belong into a URL; use --token-file")
    if parts.query or parts.fragment:
        raise ValueError("expected a URL without query and fragment")
    return str(value).rstrip("/")


OPTIONS: Final[tuple[Option, ...]] = (
    Option(
        "target", _url, "base URL of the endpoint; without it a reference endpoint is started and judged", None, "URL"
    ),
    Option(
        "namespace", _text, "namespace of the object under test; by default that of the documented example", None, "NS"
    ),
    Option("name", _text, "adopt this existing object and put it back, instead of creating one", None, "NAME"),
    Option("profile", _text, "judge the page and the API conventions, or the page alone", "kubernetes", "", PROFILES),
    Option("token-file", _path, "file with the credential that may replace the object", None, "F"),
    Option("denied-token-file", _path, "file with a valid credential that may not replace it (for 403)", None, "F"),
    Option("denied-namespace", _text, "a namespace in which the credential may not write (for 403)", None, "NS"),
    Option(
        "auth-header",
        _text,
        "send credentials as they are in this header instead of Authorization: Bearer",
        None,
        "NAME",
    ),
    Option("ca-file", _path, "certificates (PEM) of the authorities to trust", None, "F"),
    Option("client-cert", _path, "client certificate (PEM)", None, "F"),
    Option("client-key", _path, "key (PEM) of the client certificate", None, "F"),
    Option("insecure", _switch, "do not verify the endpoint's certificate", False),
    Option("max-rps", _positive, "at most so many requests a second", None, "N"),
    Option("workers", _count, "processes that share the cases, each with a job of its own", 1, "N"),
    Option("timeout", _positive, "seconds to wait for an answer", 30.0, "S"),
    Option("time-budget", _positive, "seconds after which no new case is begun", None, "S"),
    Option("examples", _count, "generated examples for each property", 25, "N"),
    Option("seed", _seed, "number that decides everything generated; random when not given", None, "N"),
    Option("report-dir", _path, "directory for the reports", Path("reports"), "DIR"),
    Option("plan", _switch, "send nothing but GETs, and list what a run would send", False),
    Option("yes", _switch, "adopt the job that --name names also when it is running", False),
    Option("require-complete", _switch, "exit with 1 also when something was skipped", False),
    Option(
        "immutability",
        _text,
        "what the reference endpoint does with an immutable change",
        "refuse-403",
        "",
        IMMUTABILITY,
    ),
    Option("fault", _text, "give the reference endpoint this fault, to see it caught", None, "NAME"),
    Option("controller", _positive, "let a controller write the reference endpoint's objects so often", None, "S"),
)
BY_KEY: Final = {option.key: option for option in OPTIONS}


def resolve(given: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings of a run.

    `given`: values of the command line by option key, None where not given. `environment`: the variables
    PYTORCHJOB_CONTRACT_<OPTION>. `file`: a YAML file with option names as keys. The first of these that gives an
    option decides it.
    Raises `SettingsError`: a value that cannot be used, an unknown key, options that contradict each other.
    """
    values: dict[str, Any] = {}
    from_file = _read_file(file) if file else {}
    for option in OPTIONS:
        variable = ENVIRONMENT_PREFIX + option.key.upper()
        sources = (
            (f"--{option.name}", given.get(option.key)),
            (variable, environment.get(variable)),
            (f"{file}: {option.name}", from_file.get(option.name)),
        )
        origin, value = next(((where, value) for where, value in sources if value is not None), ("", option.default))
        values[option.key] = _read(option, origin, value)
    if values["seed"] is None:
        values["seed"] = random.SystemRandom().randrange(2**32)
    settings = Settings(**{field.name: values[field.name] for field in fields(Settings)})
    _check(settings)
    return settings


def _read(option: Option, origin: str, value: Any) -> Any:
    if not origin:
        return value
    try:
        read = option.read(value)
    except (ValueError, TypeError) as error:
        reason = str(error) if str(error).startswith(("expected", "a credential")) else f"cannot read {value!r}"
        raise SettingsError(f"{origin}: {reason}") from None
    if option.choices and read not in option.choices:
        raise SettingsError(f"{origin}: {read!r} is none of {', '.join(option.choices)}")
    return read


def _read_file(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"--config: {path}: {' '.join(str(error).split())}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(f"--config: {path}: expected option names with values")
    content = {"yes" if key is True else key: value for key, value in content.items()}  # YAML 1.1 reads yes as true
    names = [option.name for option in OPTIONS]
    for key in content:
        if key not in names:
            near = difflib.get_close_matches(str(key), names, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"--config: {path}: unknown key {key!r}{hint}")
    return content


def _check(settings: Settings) -> None:
    if settings.target is None:
        for key in ("name", "token_file", "denied_token_file", "denied_namespace", "ca_file", "client_cert"):
            if getattr(settings, key) is not None:
                raise SettingsError(f"--{key.replace('_', '-')} needs --target")
    elif settings.controller is not None or settings.immutability != "refuse-403" or settings.fault:
        raise SettingsError("--controller, --immutability and --fault are for the reference endpoint, not for --target")
    if settings.client_key and not settings.client_cert:
        raise SettingsError("--client-key needs --client-cert")
    if settings.workers > 1 and settings.name:
        raise SettingsError("--name adopts one job, which several workers cannot share; leave out --workers")
    if settings.insecure and settings.ca_file:
        raise SettingsError("--insecure and --ca-file exclude each other")
