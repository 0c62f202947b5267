"""Directives and roles that docutils does not know, and what is read of them: Sphinx has many more."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from docutils import nodes, utils
from docutils.parsers.rst import Directive, directives, roles

# Of Sphinx; shown is the text before the target.
ROLES: Final = (
    "ref",
    "doc",
    "term",
    "guilabel",
    "menuselection",
    "file",
    "command",
    "option",
    "download",
    "numref",
    "any",
)


# The class of a node that holds the words on a tab, and the directives that make one.
TAB: Final = "words-on-a-tab"
_TABS: Final = frozenset({"tab", "tab-item", "group-tab"})


@contextmanager
def any_directive() -> Iterator[None]:
    """Within, a directive that docutils does not know (Sphinx has many more) is what stands in it."""
    known = directives.directive

    def found(name: str, *context: Any) -> Any:
        directive, said = known(name, *context)
        return (directive, said) if directive is not None else (_Operation if name[:5] == "http:" else _Plain, [])

    directives.directive = found  # type: ignore[assignment]
    try:
        yield
    finally:
        directives.directive = known


class _Plain(Directive):
    """Its argument and its content, as if they stood there without it."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = None

    def run(self) -> list[nodes.Node]:
        """Give the argument as a paragraph, and the content; raises docutils' error where that is in another file."""
        if "include" in self.name:
            raise self.error(f'The file of the directive "{self.name}" is not read.')
        container = nodes.container()
        words = self.words()
        if words:
            said = nodes.rubric(words, words, classes=[TAB]) if self.name in _TABS else nodes.paragraph(words, words)
            said.line = self.lineno
            container += said
        self.state.nested_parse(self.content, self.content_offset, container)
        return list(container.children)

    def words(self) -> str:
        """What stands behind its name."""
        return " ".join(self.arguments)


class _Operation(_Plain):
    """An operation as sphinxcontrib-httpdomain writes it: `.. http:put:: /apis/{name}`."""

    def words(self) -> str:
        """Method and path, with braces around the parameters."""
        path = re.sub(r"\((?:\w+:)?(\w+)\)", r"{\1}", " ".join(self.arguments))
        return f"{self.name.partition(':')[2].upper()} {path}"


class _Typed(Directive):
    """Text that stands as it was typed; its first line is told by the directive's content."""

    has_content = True
    optional_arguments = 9
    option_spec: ClassVar[Any] = None

    def run(self) -> list[nodes.Node]:
        """Give the content as it is."""
        block = nodes.literal_block("\n".join(self.content), "\n".join(self.content))
        block.line = self.content_offset + 1
        return [block]


def register() -> None:
    """Make docutils know what is read in a way of its own."""
    for name in ROLES:
        roles.register_local_role(name, _shown)
    for name in ("code", "code-block", "sourcecode", "highlight", "prompt"):
        directives.register_directive(name, _Options)


class _Options(_Typed):
    """The same, with any options."""

    option_spec: ClassVar[Any] = dict.fromkeys(
        ("linenos", "lineno-start", "caption", "name", "class", "emphasize-lines", "force"), directives.unchanged
    )


def _shown(_name: str, _raw: str, text: str, *_rest: Any) -> Any:
    shown = utils.unescape(text).partition(" <")[0].strip()
    return [nodes.inline(text, shown)], []
