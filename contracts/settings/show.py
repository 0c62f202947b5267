"""What is in effect: every option, its value and where that came from, and the line that gives it; no secrets. Pure."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.report.model import Setting
from contracts.settings.option import Option, Topic
from contracts.settings.options import BY_KEY, Settings
from contracts.settings.pairs import HIDDEN, Pair


def text(settings: Settings, origins: Mapping[str, str], file: Path | None) -> str:
    """A line for each option (name, value, source), under the file that was read; no secret is in it."""
    rows = []
    for key, option in BY_KEY.items():
        value = "random" if (key, origins[key]) == ("seed", "default") else _shown(settings, key)
        rows.append((option.name, value, _source(origins[key])))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{name:{widths[0]}}  {value:{widths[1]}}  {source}" for name, value, source in rows]
    return "\n".join([f"configuration file: {file or 'none'}", *lines])


def command(settings: Settings) -> str:
    """The line for a shell that makes the run again: its seed, and every option that decides what is judged.

    In place of a secret stands a variable of the shell that the reader has to set.
    """
    words = ["pytorchjob-contract", "run"]
    for key, option in BY_KEY.items():
        value: Any = getattr(settings, key)
        if _is_hidden(option, value):
            words.insert(0, f'{option.variable}="${key.upper()}"')
        elif option.scope is not Topic.OUTPUT and value != option.default:
            words += _given(option, value)
    return " ".join(words)


def restore_command(settings: Settings, url: str, file: Path | None) -> str:
    """The line for a shell that undoes what a run with these settings has left behind on the target at `url`.

    It holds how the target is reached, not the credential itself; `file`: the configuration file that may tell that.
    """
    words = ["pytorchjob-contract", "restore", f"--target={shlex.quote(url)}"]
    if file and any(_is_hidden(option, getattr(settings, key)) for key, option in BY_KEY.items()):
        words.append(f"--config={shlex.quote(str(file.absolute()))}")
    for key, option in BY_KEY.items():
        value: Any = getattr(settings, key)
        told = option.scope in (Topic.CONNECTION, Topic.CREDENTIAL) and key != "target"
        if told and value != option.default and not _is_hidden(option, value):
            words += _given(option, value.absolute() if isinstance(value, Path) else value)
    return " ".join(words)


def configuration(settings: Settings) -> tuple[Setting, ...]:
    """Every option that has a value, in the order of the options; in place of a secret stands that there is one."""
    return tuple(
        Setting(option.name, _shown(settings, key), getattr(settings, key) != option.default)
        for key, option in BY_KEY.items()
        if getattr(settings, key) not in (None, ())
    )


def _is_hidden(option: Option, value: Any) -> bool:
    """Whether an option has a value that no command line may show."""
    if option.several:
        return any(isinstance(one, Pair) and not one.given for one in value)
    return option.secret and value is not None


def _shown(settings: Settings, key: str) -> str:
    value: Any = getattr(settings, key)
    if value in (None, ()):
        return "-"
    if BY_KEY[key].secret:
        return HIDDEN
    return str(value).lower() if isinstance(value, bool) else _text(value)


def _given(option: Option, value: Any) -> list[str]:
    if option.is_switch:
        return [f"--{option.name}"]
    texts = [one.given if isinstance(one, Pair) else str(one) for one in value] if option.several else [_text(value)]
    return [f"--{option.name}={shlex.quote(text)}" for text in texts]


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(one.shown if isinstance(one, Pair) else str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _source(origin: str) -> str:
    if origin.startswith("--"):
        return f"command line {origin}"
    return origin if ":" in origin or origin == "default" else f"environment {origin}"
