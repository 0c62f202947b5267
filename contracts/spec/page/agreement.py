"""Whether the path, the tables and the examples of a page tell the same story. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from contracts.spec.page.model import Example, Obstacle, Operation, PageLines, Parameter
from contracts.spec.page.operations import placeholders
from contracts.spec.page.resource_path import is_plural_of

# Objects of the Kubernetes API conventions, which a page about any resource may show.
CONVENTIONAL = frozenset({"Status", "DeleteOptions"})
_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
# What stands behind a collection and is no name that anybody gives.
_UNMARKED = re.compile(r"(/namespaces/namespace(?=/|$)|/[a-z]+s/(?:name|id|[a-z]+(?:[-_](?:id|name)|Id|Name))$)")
# "replace a specified Lamp", "替换指定的Lamp": the words in capitals behind the verb.
_OBJECT_OF_VERB = re.compile(
    r"\b(?:replac|updat|creat|delet|modify|read|query|patch|obtain)(?:e|es|ing|s)? "
    r"(?:(?:an?|the|all|one|specified|existing|specific|given|details|information|about|of) )+"
    r"(?P<name>[A-Z][a-z]\w*(?: [A-Z][a-z]\w*)*)(?= (?:in|of|by|from|object|resource)\b|[.,;]|$)"
    r"|(?:替换|更新|创建|删除|修改|查询|读取)(?:一个|指定的?|已有的?|某个)+\s*(?P<name_zh>[A-Z][A-Za-z0-9]+)"
)


def kind_of(api_version: str | None, requests: Sequence[Example], responses: Sequence[Example]) -> str | None:
    """Give the kind that the examples of the path's API version show, or else any example; None where none does."""
    shown = [one.value for one in (*requests, *responses) if isinstance(one.value, dict)]
    kinds = [(value.get("kind"), value.get("apiVersion")) for value in shown]
    usable = [(kind, version) for kind, version in kinds if isinstance(kind, str) and _of_resource(kind)]
    same = [kind for kind, version in usable if version == api_version]
    return next(iter([*same, *(kind for kind, _ in usable)]), None)


def kinds_named(texts: Sequence[str], plural: str) -> Iterator[str]:
    """Give the words of a title and other texts that are the kind of the path's resource."""
    for text in texts:
        for word in _KIND.findall(text):
            # A word in the plural may be that of several objects ("Listing Pods").
            if word.lower() != plural.lower() and _of_resource(word) and is_plural_of(plural, word):
                yield word


def foreign_kinds(texts: Iterable[tuple[str, PageLines]], plural: str) -> Iterator[tuple[str, PageLines]]:
    """Give the kinds other than the path's of which sentences say that the operation is done to them."""
    for text, source in texts:
        for match in _OBJECT_OF_VERB.finditer(text):
            words = (match["name"] or match["name_zh"]).split()
            runs = (
                "".join(words[first:last]) for first in range(len(words)) for last in range(first + 1, len(words) + 1)
            )
            if not any(is_plural_of(plural, run) for run in runs) and not any(kinds_named([text], plural)):
                yield " ".join(words), source


def placeholders_unmarked(shown: Sequence[Operation]) -> Iterator[Obstacle]:
    """Give the paths that name a parameter without a mark of one, as where only its slant shows it."""
    for one in shown:
        if match := _UNMARKED.search(one.path):
            yield Obstacle(one.source.first_line, "a path that marks its parameters, as in {name}", match[1])


def is_conventional(example: Example) -> bool:
    """Whether an example shows an object of the conventions, and not one of the resource."""
    return isinstance(example.value, dict) and example.value.get("kind") in CONVENTIONAL


def version_of(shown: Sequence[Example]) -> str | None:
    """Give the apiVersion of all examples that have one; None where they differ or none has."""
    found = {one.value.get("apiVersion") for one in shown if isinstance(one.value, dict)} - {None}
    version = found.pop() if len(found) == 1 else None
    return version if isinstance(version, str) else None


def parameters_agree(shown: Sequence[Operation], parameters: Sequence[Parameter]) -> Iterator[Obstacle]:
    """Give where the path and the table of its parameters differ; nothing where there is no such table."""
    in_path = [one for one in parameters if one.location == "path"]
    wanted, names = sorted(placeholders(shown)), sorted(one.name for one in in_path)
    if in_path and wanted != names:
        yield Obstacle(shown[0].source.first_line, f"the path parameters {names}", str(wanted))
    for one in in_path:
        if one.mandatory is False:
            yield Obstacle(one.source.first_line, "a path parameter to be mandatory", one.name)


def examples_agree(
    api_version: str | None, kind: str | None, method: str, requests: Sequence[Example], responses: Sequence[Example]
) -> Iterator[Obstacle]:
    """Give the examples whose apiVersion is not the path's, or whose kinds differ where one object is written."""
    for one in (*requests, *responses):
        if not isinstance(one.value, dict):
            continue
        line, shown = one.source.first_line, one.value.get("kind")
        if shown is not None and not (isinstance(shown, str) and _KIND.fullmatch(shown)):
            yield Obstacle(line, "a kind in capitals and letters", str(shown))
        elif shown is not None and shown not in (kind, *CONVENTIONAL) and method in ("PUT", "POST", "PATCH"):
            yield Obstacle(line, f"one and the same kind in all examples, {kind}", str(shown))
        version = one.value.get("apiVersion")
        if shown is not None and shown == kind and version is not None and api_version and version != api_version:
            yield Obstacle(line, f"apiVersion {api_version!r} as in the path", str(version))


def _of_resource(kind: str) -> bool:
    return _KIND.fullmatch(kind) is not None and kind not in CONVENTIONAL
