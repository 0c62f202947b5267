"""Environment variables that are named as options and are none: a mistyped one must not let something else be judged.

Pure.
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from contracts.settings.config_file import SettingsError, variables
from contracts.settings.config_name import VARIABLE
from contracts.settings.option import ENVIRONMENT_PREFIX
from contracts.settings.options import BY_KEY

KNOWN: Final = frozenset({VARIABLE, *(option.variable for option in BY_KEY.values())})
# So near is a name to that of an option only where it was meant to be that.
_NEAR: Final = 0.8


def check_variables(environment: Iterable[str], content: object) -> None:
    """Raise `SettingsError` for a variable that was meant to be that of an option; `content`: of the file, or empty."""
    for name in unknown(environment, content):
        word = name.removeprefix(ENVIRONMENT_PREFIX)
        options = {one.removeprefix(ENVIRONMENT_PREFIX): one for one in KNOWN}
        near = difflib.get_close_matches(word, options, 1, _NEAR)
        # Somebody's own variable has a name of ours before its own: the token of one of several endpoints.
        if near and not word.startswith(f"{near[0]}_"):
            raise SettingsError(f"{name}: there is no such option; did you mean {options[near[0]]}?")


def unknown(environment: Iterable[str], content: object) -> list[str]:
    """The variables that are named as ours are, and to which neither an option nor the file refers."""
    referred = {*_referred(content)}
    named = (name for name in environment if name.startswith(ENVIRONMENT_PREFIX))
    return sorted(name for name in named if name not in KNOWN and name not in referred)


def _referred(content: Any) -> Iterator[str]:
    """Every variable that a value of the file refers to, at any depth."""
    if isinstance(content, Mapping):
        content = list(content.values())
    if isinstance(content, Collection) and not isinstance(content, str | bytes):
        for value in content:
            yield from _referred(value)
    else:
        yield from variables(content)
