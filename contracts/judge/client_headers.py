"""What clients and the proxies before a server say of themselves and of a request in its headers. Pure."""

from collections.abc import Mapping
from typing import Final

# The method that is meant, by clients behind simple proxies and by proxies that ask who may pass.
OVERRIDES: Final = (
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-Original-Method",
    "X-Forwarded-Method",
)
# Clients of an API that are no people at a shell: controllers, and scripts in pages.
CONTROLLER: Final[Mapping[str, str]] = {"User-Agent": "job-operator/v1.8.1 (linux/amd64) kubernetes/controller"}
BROWSER: Final[Mapping[str, str]] = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept-Language": "de-CH, de;q=0.9, en;q=0.5",
    "X-Requested-With": "XMLHttpRequest",
}
