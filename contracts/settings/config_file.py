"""The configuration file: YAML with option names as keys, `${VAR}` taken from the environment, secrets only so."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from contracts.settings.pairs import Substituted

_REFERENCE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class SettingsError(Exception):
    """An option cannot be used as it was given; the message is one line that names it."""


class _Strict(yaml.SafeLoader):
    """YAML where no mapping has a key twice, of which the last would count without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; raises `yaml.constructor.ConstructorError` for a key that is there twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value} is there twice", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def expanded(
    content: Mapping[Any, Any],
    where: str,
    origin: str,
    environment: Mapping[str, str],
    names: Sequence[str],
    secrets: Sequence[str],
    several: Collection[str] = (),
) -> dict[str, Any]:
    """Options as a file gives them, with every `${VAR}` replaced; of those that `several` names a list of texts.

    `names`: the keys that there are; `secrets`: those whose value must be one `${VAR}` and nothing else, so that no
    secret is ever written into a file that is shared. Raises `SettingsError`, which begins with `where` or `origin`.
    """
    for key in content:
        if key not in names and key not in secrets:
            near = difflib.get_close_matches(str(key), [*names, *secrets], 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"{where}: unknown key {key!r}{hint}")
    found = {}
    for key, value in content.items():
        if key in several and value is not None:
            items = value if isinstance(value, list) else [value]
            found[key] = [_marked(f"{origin}: {key}", item, environment) for item in items]
        else:
            read = partial(_expanded, secret=True) if key in secrets else _marked
            found[key] = read(f"{origin}: {key}", value, environment)
    return found


def _marked(origin: str, value: Any, environment: Mapping[str, str]) -> Any:
    """A value, which says of itself whether a variable is in it."""
    text = _expanded(origin, value, environment, secret=False)
    return Substituted(text, value, partial(_filled, environment=environment)) if variables(value) else text


def variables(value: object) -> list[str]:
    """The environment variables that a value refers to."""
    return _REFERENCE.findall(value) if isinstance(value, str) else []


def load(path: Path, option: str) -> dict[Any, Any]:
    """The mapping in a YAML file; raises `SettingsError`, which begins with the option that named the file."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        # Not the whole message: it quotes the line, which may hold what should not have been written there.
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        words = ", ".join(filter(None, (error.context, error.problem)))
        raise SettingsError(f"{option}: {path}: {' '.join(words.split())}{where}") from None
    except RecursionError:
        raise SettingsError(f"{option}: {path}: nested too deeply") from None
    except OSError as error:
        raise SettingsError(f"{option}: {path}: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{option}: {path}: {' '.join(str(error).split())}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError(f"{option}: {path}: expected option names with values")
    return plain_keys(content)


def plain_keys(content: Mapping[Any, Any]) -> dict[Any, Any]:
    """A mapping with the key `yes` as it was written: YAML 1.1 reads it as true."""
    return {"yes" if key is True else key: value for key, value in content.items()}


def _expanded(origin: str, value: Any, environment: Mapping[str, str], secret: bool) -> Any:
    if secret and value is not None and not (isinstance(value, str) and _REFERENCE.fullmatch(value)):
        raise SettingsError(
            f"{origin}: a secret does not belong into a file; write ${{VAR}} to take it from a variable"
        )
    if not isinstance(value, str):
        if isinstance(value, Collection):  # not shown: with anchors a few lines can make one of any length
            raise SettingsError(f"{origin}: expected one value")
        return value
    for name in _REFERENCE.findall(value):
        if name not in environment:
            raise SettingsError(f"{origin}: the environment variable {name} is not set")
    if "${" in _REFERENCE.sub("", value):
        raise SettingsError(f"{origin}: expected ${{VAR}}, with a variable's name in braces")
    return _filled(value, environment)


def _filled(text: str, environment: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda match: environment[match.group(1)], text)
