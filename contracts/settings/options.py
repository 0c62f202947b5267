"""The table of a run's options, and how the text of each is read. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

PROFILES: Final = ("kubernetes", "document")
IMMUTABILITY: Final = ("refuse-403", "refuse-400", "refuse-422", "ignore")


@dataclass(frozen=True)
class Option:
    """One option of a run: `name` as on the command line without dashes, `read` makes a value of what was given.

    `short`: what the command takes as well; pytest, which has letters of its own, does not.
    """

    name: str
    read: Callable[[Any], Any]
    help: str
    default: Any = None
    metavar: str = ""
    choices: tuple[str, ...] = ()
    short: str = ""

    @property
    def key(self) -> str:
        """The option's name as a Python name."""
        return self.name.replace("-", "_")

    @property
    def is_switch(self) -> bool:
        """Whether the option takes no value on the command line."""
        return self.read is _switch


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


def _name(value: Any) -> str:
    """A name that is one segment of a path, and of no other than the one that it looks like."""
    text = _text(value)
    if text in (".", "..") or not text.isprintable() or set(text) & set(" /?#%\\"):
        raise ValueError("expected a name without spaces and any of / ? # % \\")
    return text


def _secret(value: Any) -> str:
    # The message shows nothing of the value.
    if not isinstance(value, str) or not value.strip() or not value.strip().isprintable():
        raise ValueError("expected one credential on one line")
    return value.strip()


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
        "namespace", _name, "namespace of the object under test; by default that of the documented example", None, "NS"
    ),
    Option("name", _name, "adopt this existing object and put it back, instead of creating one", None, "NAME"),
    Option("profile", _text, "judge the page and the API conventions, or the page alone", "kubernetes", "", PROFILES),
    Option("kubeconfig", _path, "take server, namespace, trust and credential from this kubeconfig file", None, "F"),
    Option(
        "context", _text, "the kubeconfig's context, by default its current one; alone: of kubectl's file", None, "C"
    ),
    Option("in-cluster", _switch, "take them from the service account of the pod that this runs in", False),
    Option("token-file", _path, "file with the credential that may replace the object", None, "F"),
    Option("denied-token-file", _path, "file with a valid credential that may not replace it (for 403)", None, "F"),
    Option("access-key-file", _path, "file with the access key and secret key that sign requests", None, "F"),
    Option("denied-access-key-file", _path, "file with a valid pair of keys that may not replace it", None, "F"),
    Option("denied-namespace", _name, "a namespace in which the credential may not write (for 403)", None, "NS"),
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
    Option("implementation", _text, "what is judged, for the reports: its name", None, "NAME"),
    Option("implementation-version", _text, "what is judged, for the reports: its version", None, "V"),
    Option("organization", _text, "who offers it, for the reports", None, "NAME"),
    Option("contact", _text, "whom to ask about it, for the reports: an address or a URL", None, "TEXT"),
    Option("baseline", _path, "record of an earlier run to compare this one with in the end", None, "FILE"),
    Option("waivers", _path, "YAML file with the deviations that are known and accepted for now", None, "FILE"),
    Option("har", _path, "write every request and answer into this file (HAR 1.2), secrets masked", None, "FILE"),
    Option("exchanges", _switch, "tell of every request on standard error, a line each", False, short="v"),
    Option("verdict-only", _switch, "print the verdict alone", False, short="q"),
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
# Never on a command line, where others see them: variables and `${VAR}` in a file only.
SECRETS: Final[tuple[Option, ...]] = (
    Option("token", _secret, "the credential that may replace the object"),
    Option("denied-token", _secret, "a valid credential that may not replace it (for 403)"),
    Option("access-key", _secret, "the access key that signs requests"),
    Option("secret-key", _secret, "the secret key that goes with it"),
    Option("security-token", _secret, "what goes with a temporary pair of keys"),
)
BY_KEY: Final = {option.key: option for option in (*OPTIONS, *SECRETS)}
