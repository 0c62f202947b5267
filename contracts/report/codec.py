"""Frozen dataclasses ↔ JSON values: camelCase keys, arrays for tuples, ISO 8601 in UTC for times. Pure.

One converter for the record and for what is sent between processes. A key that is absent is read as the field's
default, and one that no field has is left out.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, TypeVar, get_origin

from cattrs import Converter
from cattrs.errors import StructureHandlerNotFoundError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from contracts.report.error_text import one_line
from contracts.report.files import ReportError

# Characters of a message of an error.
LONGEST_MESSAGE: Final = 200
T = TypeVar("T")


def to_json(value: object) -> Any:
    """The value as JSON: keys of a dataclass in the order of its fields, those of open maps sorted, as text.

    Text that UTF-8 cannot carry (a lone surrogate that a target sent as an escape) is written as its escape.
    """
    return _converter().unstructure(value)


def from_json(kind: type[T], raw: object) -> T:
    """The value of a type that a JSON value holds; `ReportError`, in one line, when it holds none."""
    try:
        return _converter().structure(raw, kind)
    except KeyError as error:
        raise ReportError(f"no {error.args[0]}") from error
    except (ArithmeticError, AttributeError, TypeError, ValueError, StructureHandlerNotFoundError) as error:
        raise ReportError(one_line(str(error), LONGEST_MESSAGE)) from error


def dumps(value: object) -> str:
    """The value as JSON text, to be sent to another process of the run."""
    return json.dumps(to_json(value))


def loads(text: str, kind: type[T]) -> T:
    """The value that `dumps` made a text of."""
    return from_json(kind, json.loads(text))


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False)

    def encoded_map(values: Mapping[Any, object]) -> dict[str, object]:
        return {_text(str(key)): converter.unstructure(values[key]) for key in sorted(values)}

    # By the value's own class, whatever the field's annotation says: a field of type `object` holds any JSON value.
    converter.register_unstructure_hook_func(lambda kind: _is_a(kind, Mapping), encoded_map)
    converter.register_unstructure_hook_func(
        lambda kind: _is_a(kind, (tuple, list)), lambda values: [*map(converter.unstructure, values)]
    )
    converter.register_unstructure_hook(str, _text)
    converter.register_unstructure_hook(datetime, lambda time: time.astimezone(UTC).isoformat().replace("+00:00", "Z"))
    converter.register_unstructure_hook_factory(
        is_dataclass, lambda kind: make_dict_unstructure_fn(kind, converter, **_renamed(kind))
    )
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_structure_hook_func(lambda kind: kind is object, lambda value, _: value)
    converter.register_structure_hook_factory(
        is_dataclass, lambda kind: make_dict_structure_fn(kind, converter, **_renamed(kind))
    )
    return converter


def _is_a(kind: Any, base: type | tuple[type, ...]) -> bool:
    plain = get_origin(kind) or kind
    return isinstance(plain, type) and issubclass(plain, base)


def _renamed(kind: Any) -> dict[str, Any]:
    return {part.name: override(rename=_camel_case(part.name)) for part in fields(kind)}


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _text(value: str) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
