"""Certificates for tests over TLS, by an authority made here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme

HOST = "target.example"


@dataclass(frozen=True)
class Tls:
    """Files of an authority, and of what it has signed for server (with its key) and client."""

    ca: Path
    server: Path
    client: Path
    key: Path


def certificates(directory: Path) -> Tls:
    """Make an authority, and have it sign certificates for this machine (but not as localhost) and for a tester."""
    files = Tls(*(directory / f"{name}.pem" for name in ("ca", "server", "client", "key")))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(files.ca)
    authority.issue_cert("127.0.0.1", HOST).private_key_and_cert_chain_pem.write_to_path(files.server)
    client = authority.issue_cert("tester@example.com")
    client.cert_chain_pems[0].write_to_path(files.client)
    client.private_key_pem.write_to_path(files.key)
    return files
