"""Options of a reference endpoint."""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Immutability(StrEnum):
    """How a change outside the replaceable fields is treated; the page leaves it open (section Function)."""

    REFUSE_403 = "refuse-403"
    REFUSE_400 = "refuse-400"
    REFUSE_422 = "refuse-422"
    IGNORE = "ignore"


@dataclass(frozen=True)
class ReferenceOptions:
    """Options of one endpoint; raises `ValueError` with one line when they contradict each other.

    `token` may do everything in `namespace`, `denied_token` may only get and list there; in any other namespace,
    `denied_namespace` among them, both are forbidden everything, as with a role binding in one namespace. Tokens
    that are not given are random and never shown by `repr`.
    `controller_interval`: seconds after which the controller writes every job's status again; None: only once.
    `lenient_metadata`: finalizers and ownerReferences can be replaced too, with their consequences.
    `documented_statuses_only`: a replacement refused with a status that the page does not document is refused
    with 400.
    `collection_delay`: seconds after which an object without any living owner is garbage-collected.
    `spec`: the derived specification that is served, by default the one that ships.
    `conditions`: names of conditions of real environments, that are laid around the endpoint.
    `latency`: seconds that every request waits before it is looked at, as behind a slow gateway.
    """

    immutability: Immutability = Immutability.REFUSE_403
    token: str = field(default_factory=secrets.token_urlsafe, repr=False)
    denied_token: str = field(default_factory=secrets.token_urlsafe, repr=False)
    namespace: str = "contract-test"
    denied_namespace: str = "contract-denied"
    controller_interval: float | None = None
    lenient_metadata: bool = False
    documented_statuses_only: bool = False
    collection_delay: float = 0.2
    latency: float = 0.0
    conditions: frozenset[str] = frozenset()
    spec: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
    certificate_file: Path | None = None
    key_file: Path | None = None
    client_ca_file: Path | None = None

    def __post_init__(self) -> None:
        interval = self.controller_interval
        problems = (
            (not self.token or not self.denied_token, "a token is empty"),
            (self.token == self.denied_token, "both tokens are the same"),
            (self.namespace == self.denied_namespace, "both namespaces are the same"),
            (not self.latency >= 0, "the latency is below 0"),
            (not 0 <= self.port <= 65535, f"port {self.port} is not between 0 and 65535"),
            (interval is not None and not interval > 0, "the controller's interval is not above 0"),
            (self.key_file and not self.certificate_file, "a key without a certificate"),
            (self.client_ca_file and not self.certificate_file, "client certificates need a server certificate"),
        )
        for wrong, message in problems:
            if wrong:
                raise ValueError(message)
