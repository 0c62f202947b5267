"""Environment variables that are named as options and are none: a mistyped one must not let something else be judged.

Pure.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Final

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
    referred = _referred(content)
    named = (name for name in environment if name.startswith(ENVIRONMENT_PREFIX))
    return sorted(name for name in named if name not in KNOWN and name not in referred)


def _referred(content: object) -> set[str]:
    """Every variable that a value of the file refers to; what anchors repeat is looked at once."""
    found, seen, waiting = set[str](), set[int](), [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Collection) and not isinstance(one, str | bytes):
            if id(one) not in seen:
                seen.add(id(one))
                waiting += one.values() if isinstance(one, Mapping) else one
        else:
            found.update(variables(one))
    return found
