"""An object that a page shows as YAML, with the lines of its members; nothing that JSON has no word for. Pure."""

import math
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from contracts.jsonvalue.paths import Path

_OPENS: Final = re.compile(r"(?:---|(?:apiVersion|kind|metadata|spec|data)\s*:(?:\s.*)?)")
_ALIAS: Final = re.compile(r"(?m)(?:^|[\s:\[,-])[&*]\w")
_PLAIN: Final = frozenset({"str", "int", "float", "bool", "null"})
_DEEPEST: Final = 64


class NotYaml(ValueError):
    """What is no such YAML, in one line; `line`: from 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(" ".join(message.split()))
        self.line = line


def opens_yaml(text: str) -> bool:
    """Whether a line can be the first of an object of the API."""
    return _OPENS.fullmatch(text.rstrip()) is not None


def parse(text: str) -> tuple[Any, list[tuple[Path, int, int]]]:
    """Give the value, and for each member of an object its path, the line of its name and its last line (from 0).

    Raises NotYaml.
    """
    if _ALIAS.search(text):
        raise NotYaml("it has aliases")
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        places: list[tuple[Path, int, int]] = []
        if not isinstance(node, yaml.MappingNode):
            raise NotYaml("it is no object")
        return _value(loader, node, (), places), places
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYaml(f"it is not YAML: {getattr(error, 'problem', error)}", mark.line if mark else 0) from None
    except (RecursionError, ValueError, OverflowError) as error:
        raise error if isinstance(error, NotYaml) else NotYaml(str(error)) from None
    finally:
        loader.dispose()


def _value(loader: yaml.SafeLoader, node: yaml.Node, path: Path, places: list[tuple[Path, int, int]]) -> Any:
    if len(path) > _DEEPEST:
        raise NotYaml("it is nested too deep", node.start_mark.line)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, one, (*path, index), places) for index, one in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return dict(_members(loader, node, path, places))
    kind = node.tag.rpartition(":")[2]
    if kind not in _PLAIN:
        # A date, as an example: in JSON it is a text.
        return str(node.value)
    value = loader.construct_object(node)
    if isinstance(value, float) and not math.isfinite(value):
        raise NotYaml("a number that JSON has not", node.start_mark.line)
    return value


def _members(
    loader: yaml.SafeLoader, node: yaml.MappingNode, path: Path, places: list[tuple[Path, int, int]]
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key, inner in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in seen:
            raise NotYaml("an object holds a key twice, or one that is no text", key.start_mark.line)
        seen.add(key.value)
        end = inner.end_mark.line - (
            1 if inner.end_mark.column == 0 and inner.end_mark.line > key.start_mark.line else 0
        )
        places.append(((*path, key.value), key.start_mark.line, end))
        yield key.value, _value(loader, inner, (*path, key.value), places)
