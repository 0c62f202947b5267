"""How the documented operation is told what a client wants: by the whole object, or by what is to change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from contracts.jsonvalue import merge_patch, paths, strict
from contracts.jsonvalue.paths import MISSING, Json
from contracts.spec.fields import VERSION

MERGE_PATCH: Final = "application/merge-patch+json"


@dataclass(frozen=True)
class Write:
    """A method and the media type of its bodies: PUT with the object, or PATCH with a merge patch (RFC 7396)."""

    method: str
    media_type: str = "application/json"

    @property
    def is_patch(self) -> bool:
        """Whether a body says what is to change, and everything else stays."""
        return self.method == "PATCH"

    @property
    def prefix(self) -> str:
        """What stands before the ids of requirements about it; those about a replacement stand bare."""
        return "update/" if self.is_patch else ""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers that tell the media type."""
        return {"Content-Type": self.media_type}

    def body(self, before: Json, wanted: Json, *, pinned: bool = False) -> bytes:
        """The body that asks for an object to be made of the one that is stored `before`.

        `pinned`: also a patch names the version of the object, so that it is refused once another write came between.
        """
        if not self.is_patch:
            return strict.encode(wanted)
        patch = merge_patch.difference(before, wanted)
        version = paths.get(wanted, VERSION)
        return strict.encode(paths.put(patch, VERSION, version) if pinned and version is not MISSING else patch)

    def asked_for(self, before: Json, value: Json) -> Json:
        """The object that a body of this value asks for."""
        return merge_patch.apply(before, value) if self.is_patch else value

    def meant(self, before: Json, wanted: Json) -> Json:
        """The object that the body for `wanted` asks for: to a patch null is absence."""
        return merge_patch.apply(before, merge_patch.difference(before, wanted)) if self.is_patch else wanted


WHOLE: Final = Write("PUT")


def write_of(method: str, types: Collection[str]) -> Write | None:
    """How an operation of this method, with bodies of these media types, is told; None where that is not known."""
    if method == WHOLE.method:
        return WHOLE
    return Write(method, MERGE_PATCH) if method == "PATCH" and MERGE_PATCH in types else None
