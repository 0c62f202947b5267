"""Results of a worker as JSON text, for the process that writes the record."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from cattrs.preconf.json import make_converter

_Value = TypeVar("_Value")
_CONVERTER: Final = make_converter()
_CONVERTER.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)


def dumps(value: Any) -> str:
    """A dataclass as JSON text; text that UTF-8 cannot carry is escaped."""
    return _CONVERTER.dumps(value)


def loads(text: str, kind: type[_Value]) -> _Value:
    """The value that `dumps` made a text of."""
    return _CONVERTER.loads(text, kind)
