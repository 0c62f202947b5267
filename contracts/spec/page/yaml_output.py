"""How a specification is written: block-style YAML, the same bytes for the same specification. Pure."""

from typing import Any

import yaml

from contracts.spec.page.known_tables import Place
from contracts.spec.page.model import PageLines


def to_yaml(specification: dict[str, Any]) -> str:
    """Write a specification as block-style YAML in the order of its keys, ended by one newline."""
    text: str = yaml.dump(
        specification, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110
    )
    return text


def x_source(source: PageLines) -> dict[str, Any]:
    """Give the value of `x-source`: section and lines of the page."""
    return {"section": source.section, "lines": [source.first_line, source.last_line]}


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key and writes equal values out in full, for people who read the file."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        # PyYAML reads the line breaks that only Unicode knows as blanks unless they are escaped.
        style = '"' if any(character in data for character in "\x85\u2028\u2029") else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def represent_place(self, data: Place) -> yaml.MappingNode:
        return self.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)


_Dumper.add_representer(str, _Dumper.represent_str)
_Dumper.add_representer(Place, _Dumper.represent_place)
