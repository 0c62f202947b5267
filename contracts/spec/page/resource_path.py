"""What a path says about the resource that it leads to (Kubernetes API concepts: resource URIs). Pure."""

import re
from dataclasses import dataclass
from typing import Final

# /api/VERSION/… for the core group, /apis/GROUP/VERSION/… for every other one.
API: Final = re.compile(r"/api/(?P<core>[^/{]+)/|/apis/(?P<group>[^/{]+/[^/{]+)/")


@dataclass(frozen=True)
class ResourcePath:
    """Group (empty for the core group), the resource's name in the plural, its path up to there, and what follows.

    `name`: of the parameter that names one object; `rest`: of a subresource.
    """

    group: str
    plural: str
    collection: str
    name: str = ""
    rest: str = ""

    @property
    def is_item(self) -> bool:
        """Whether the path leads to one object."""
        return bool(self.name) and not self.rest


def resource_path(path: str) -> ResourcePath:
    """Give the parts of a path; of one outside of such an API the last name that is no parameter is the resource's."""
    match = API.search(path + "/")
    root = path[: match.end()] if match else "/"
    steps = path[len(root) :].strip("/").split("/")
    start = 0
    if not match:
        start = max((index for index, step in enumerate(steps) if not step.startswith("{")), default=0)
    elif steps[0] == "namespaces" and len(steps) > 2 and steps[1] != "{name}":
        start = 2
    if match:
        # What is within several others is what the last of them is ("projects/{…}/clusters/{…}/nodes/{…}").
        within = [index for index in range(start, len(steps) - 1, 2) if _leads_on(steps[start : index + 2])]
        start = within[-1] if len(within) > 1 else start
    group = (match["group"] or "").partition("/")[0] if match else ""
    after = steps[start + 1 :]
    collection = root.rstrip("/") + "/" + "/".join(steps[: start + 1])
    named = bool(after) and after[0].startswith("{")
    return ResourcePath(
        group, steps[start], collection, after[0].strip("{}") if named else "", "/".join(after[1:] if named else after)
    )


def _leads_on(steps: list[str]) -> bool:
    """Whether names and parameters take turns; a path behind a proxy is none of these."""
    turns = all(step.startswith("{") == bool(index % 2) for index, step in enumerate(steps))
    return turns and steps[-1] != "{path}"


def is_plural_of(plural: str, kind: str) -> bool:
    """Whether a resource's name is that of a kind, in the plural as Kubernetes forms it, or the same word."""
    word = kind.lower()
    forms = {word, word + "s", word + "es", word.removesuffix("y") + "ies"}
    return plural.lower().replace("-", "").replace("_", "") in forms
