"""The digest of a record: what shows that it was changed after it was written. Pure.

It is no signature: who changes a record on purpose can make a new one.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

KEY = "digest"


def digest(record: Mapping[str, Any]) -> str:
    """`sha256:` and the hash of everything in a record but its digest, as JSON with sorted keys and no white space."""
    rest = {key: value for key, value in record.items() if key != KEY}
    text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def problem(record: Mapping[str, Any]) -> str | None:
    """Why a record is not the one that was written, in a line; None when it is."""
    if KEY not in record:
        return "the record has no digest: it may have been changed"
    if record[KEY] != digest(record):
        return "the record's digest is another one: it was changed after it was written"
    return None
