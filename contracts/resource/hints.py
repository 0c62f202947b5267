"""Which options help where a target refuses something before anything can be judged. Pure."""

import re
from typing import Final

UNAUTHENTICATED: Final = 401
CREATE: Final = "--name to use one that exists"
# What a refusal speaks of, and the options that change just that; in this order, the first two count.
_SPOKEN_OF: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"\bnamespaces? .*not found", ("--namespace", CREATE)),
    (r"cannot create|not allowed to create|not permitted to create", (CREATE, "--namespace", "--token-file")),
    (r"quota|exceeded", ("--namespace", CREATE)),
    (r"\bmetadata\.name\b", (CREATE,)),
    (r"\bimages?\b|registry", ("--image", "--object")),
    (r"\blabels?\b", ("--labels", "--object")),
    (r"node ?selector|tolerations?|affinity|annotations?|resources?\.|\bspec\.|required field", ("--object",)),
    (r"admission|denied the request|violat|polic(y|ies)", ("--object", CREATE)),
)
_OF_REQUESTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"\bheaders?\b|\bx-(?!(?:auth|security|subject)-token)[a-z][a-z-]+", ("--header",)),
    (r"\bquery\b|\bparameters?\b|\btenant", ("--query",)),
)
_CREATING: Final = {
    401: ("--token-file", "--auth-header"),
    403: ("--token-file", "--namespace", CREATE),
    404: ("--namespace", "--target", CREATE),
    405: ("--namespace", "--target", CREATE),
    400: ("--object",),
    422: ("--object",),
}
_READING: Final = {
    401: ("--token-file", "--auth-header"),
    403: ("--token-file", "--namespace"),
    404: ("--namespace", "--name", "--target"),
    405: ("--namespace", "--name", "--target"),
}


def is_of_the_request(status: int, message: str) -> bool:
    """Whether a refusal speaks of a header or a parameter that every request lacks, and not of the credential."""
    return status != UNAUTHENTICATED and any(re.search(one, message, re.IGNORECASE) for one, _ in _OF_REQUESTS)


def options(
    status: int, message: str, default: str = "", *, creating: bool = False, credential: str = "--token-file"
) -> str:
    """The options that may help, most likely first, as they stand in a line; `default` where nothing is known.

    `credential`: the option that gives it.
    """
    spoken = _OF_REQUESTS if not creating else (*_SPOKEN_OF, *_OF_REQUESTS)
    groups = [group for pattern, group in spoken if re.search(pattern, message, re.IGNORECASE)][:2]
    found = dict.fromkeys(option for group in groups for option in group)
    if not found or status == UNAUTHENTICATED:
        found = dict.fromkeys((*(_CREATING if creating else _READING).get(status, ()), *found))
    *others, last = (credential if one == "--token-file" else one for one in found or (default,))
    if others and last == CREATE:
        return f"{', '.join(others)}, or {last}"
    return ", ".join((*others, last))
