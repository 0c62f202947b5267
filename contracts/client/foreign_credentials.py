"""Credentials that no target has given: made up, under other schemes, in other headers, as a proxy would name a user.

A target may ignore such a header, or refuse it in some way; what it may not do is let the request pass for it.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

from contracts.client.credentials import ANONYMOUS, AUTHORIZATION, NONE, Credential, Variant
from contracts.masking.encodings import near_misses

# A header that is not understood may be a bad request, too.
REFUSALS: Final = (*ANONYMOUS, 400)
USER: Final = "contract-unknown"
# The group that a Kubernetes API server lets do everything.
ADMINISTRATORS: Final = "system:masters"

# What is no token, and found nevertheless: where none is configured, by a pattern, by a query that is put together; and
# one that is longer than a column or a buffer.
TRICKS: Final[Mapping[str, str]] = {
    "says that there is none": "undefined",
    "is null": "null",
    "is a pattern of SQL": "%",
    "ends a text of SQL": "' OR '1'='1",
    "is long": f"{USER}-" * 350,
}

# Headers by which a proxy in front tells who asks, and by which a client asks to be somebody else.
IDENTITIES: Final[Mapping[str, Mapping[str, str]]] = {
    "the user of a front proxy": {"X-Remote-User": USER, "X-Remote-Group": ADMINISTRATORS},
    "the user of a gateway": {
        "X-Forwarded-User": USER,
        "X-Forwarded-Email": f"{USER}@example.com",
        "X-Forwarded-Preferred-Username": USER,
        "X-Forwarded-Groups": ADMINISTRATORS,
        "X-Auth-Request-User": USER,
        "X-Auth-Request-Groups": ADMINISTRATORS,
        "X-WebAuth-User": USER,
        "Remote-User": USER,
    },
    "an address of the inside": {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
    "an impersonated user": {"Impersonate-User": USER, "Impersonate-Group": ADMINISTRATORS},
}


def foreign_credentials() -> Mapping[str, Variant]:
    """What is no credential of any target, by names that say how it is shown."""
    wrong = near_misses(USER)["unknown"]
    token = b64encode(f"{USER}:{wrong}".encode()).decode()
    digest = f'username="{USER}", realm="contract", nonce="0", uri="/", response="{"0" * 32}"'
    signature = f"Access={USER}, SignedHeaders=host, Signature={'0' * 64}"
    shown = {
        "a Basic credential that is made up": {AUTHORIZATION: f"Basic {token}"},
        "a Digest credential that is made up": {AUTHORIZATION: f"Digest {digest}"},
        "a Negotiate credential that is made up": {AUTHORIZATION: f"Negotiate {token}"},
        "a signature that is made up": {AUTHORIZATION: f"SDK-HMAC-SHA256 {signature}"},
        "an unsigned JSON Web Token": {AUTHORIZATION: f"Bearer {_unsigned()}"},
        "a wrong token beyond ASCII": {AUTHORIZATION: f"Bearer {wrong}\u00e9"},
        **{f"a token that {what}": {AUTHORIZATION: f"Bearer {text}"} for what, text in TRICKS.items()},
        "a wrong token in X-Auth-Token": {"X-Auth-Token": wrong},
        "a wrong key in X-Api-Key": {"X-Api-Key": wrong},
    }
    return {
        **{name: Variant(Credential(headers), REFUSALS) for name, headers in shown.items()},
        **{name: Variant(NONE, REFUSALS, headers=headers) for name, headers in IDENTITIES.items()},
    }


def _unsigned() -> str:
    """A token of which the algorithm is none (RFC 7519, 6)."""
    claims = f'{{"sub":"{USER}","groups":["{ADMINISTRATORS}"],"exp":4102444800}}'
    head, body = (
        urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in ('{"alg":"none","typ":"JWT"}', claims)
    )
    return f"{head}.{body}."
