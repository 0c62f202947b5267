"""What a target says of itself: one short request, of which nothing depends."""

import re
from collections.abc import Mapping
from typing import Final

from contracts.client.client import Client
from contracts.judge.model import Response

PATH: Final = "/version"
SECONDS: Final = 5.0
MOST_MEMBERS: Final = 12
LONGEST: Final = 200
LARGEST_BODY: Final = 16 * 1024
# Of every object of the API, which says nothing of the server.
_NO_VERSION: Final = "apiVersion"
_VERSION: Final = re.compile(r"version$", re.IGNORECASE)


def asked(client: Client) -> Mapping[str, str]:
    """What the target answers to GET /version; nothing where it has no such answer."""
    answer = client.ask(PATH, SECONDS)
    return described(answer) if answer is not None else {}


def described(answer: Response) -> Mapping[str, str]:
    """The texts of an answer that is an object with a version (`gitVersion`, `version`, …), cut short; else nothing."""
    if answer.status != 200 or len(answer.body) > LARGEST_BODY or not isinstance(answer.value, dict):
        return {}
    texts = {name: text for name, text in answer.value.items() if isinstance(text, str) and text}
    if not any(_VERSION.search(name) and name != _NO_VERSION for name in texts):
        return {}
    return {name[:LONGEST]: text[:LONGEST] for name, text in list(texts.items())[:MOST_MEMBERS]}
