"""The secrets of a run: what its options give, so that nothing shows them."""

import json
from contextlib import suppress

from contracts.client.credentials import read_token
from contracts.client.errors import TargetError
from contracts.masking.masker import Masker
from contracts.settings import pairs
from contracts.settings.options import SECRETS, Settings
from contracts.spec.contract import Contract


def masker_of(settings: Settings, contract: Contract, namespace: str) -> Masker:
    """What masks the secrets that the options of a run give; what the specification says is none."""
    names = (settings.target, namespace, settings.name, settings.denied_namespace, *contract.requirements)
    masker = Masker(f"{json.dumps(contract.spec.overlaid, default=str)} {names}")
    for option in SECRETS:
        masker.add(getattr(settings, option.key) or "")
    for value in pairs.secrets(settings.header, settings.query):
        masker.add(value)
    for path in (settings.token_file, settings.denied_token_file):
        # Known before anything can go wrong; a file that cannot be read is told of when it is needed.
        with suppress(TargetError):
            masker.add(read_token(path, "") if path else "")
    return masker
