"""What became of an object that was sent to be created: it is refused, or what of it is missing, and was added."""

from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from contracts.client.errors import TargetError
from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json, Path
from contracts.judge.stored import Default, ServerAdded
from contracts.report.error_kinds import ErrorKind

# Refusals of a creation that another object would meet as well.
NO_MATTER_OF_CONTENT: Final = (401, 404, 405, 409, 429)


class CreationRefused(TargetError):
    """The target does not create an object as it was sent; `status`: what it answered."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            self.kind = ErrorKind.CREDENTIAL


def dropped(sent: Json, stored: Json) -> tuple[str, ...]:
    """What of an object that was sent is not stored, as dotted paths; of lists of another length the list."""
    found = paths.differences(sent, stored)
    lost = (
        one for one in found if one.before is not MISSING and (one.after is MISSING or isinstance(one.before, list))
    )
    return tuple(paths.render(one.path) for one in lost)


def seen_added(known: ServerAdded, replaceable: Iterable[Path], sent: Json, stored: Json) -> ServerAdded:
    """What is known to be the server's own, with what it has added to the replaceable fields that were sent."""
    added = known
    for path in replaceable:
        given, now = paths.get(sent, path), paths.get(stored, path)
        if isinstance(now, dict):
            own = given if isinstance(given, dict) else {}
            added = replace(added, paths=added.paths | {(*path, key) for key in now if key not in own})
        elif now is not MISSING and given is MISSING:
            added = added.also_default(path, Default(now))
    return added
