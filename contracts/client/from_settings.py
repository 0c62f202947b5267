"""From the settings of a run to how its target is reached: each option beats what a kubeconfig or a pod says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contracts.client import kubeconfig as cluster
from contracts.client.connection import Connection
from contracts.client.credentials import Credential, Token
from contracts.client.huawei_aksk import Signature, read_access_keys
from contracts.client.kubeconfig import Cluster
from contracts.client.token_file import FileToken
from contracts.settings.options import Settings


@dataclass(frozen=True)
class Access:
    """How a target is reached, what may not replace there, and the namespace that goes with it, where one does."""

    connection: Connection
    denied: Credential | None = None
    cluster: Cluster | None = None

    @property
    def namespace(self) -> str | None:
        """The namespace that a kubeconfig or a pod names."""
        return self.cluster.namespace if self.cluster else None

    def close(self) -> None:
        """Remove the files that were written for it; from then on nothing can be sent any more."""
        if self.cluster:
            self.cluster.credential.close()


def access_of(settings: Settings) -> Access:
    """Read what the settings name. Raises `TargetMisconfigured` with one line that names the option."""
    found = _cluster(settings)
    try:
        return Access(_connection(settings, found), _denied(settings), found)
    except BaseException:
        if found:
            found.credential.close()
        raise


def _connection(settings: Settings, found: Cluster | None) -> Connection:
    own = _credential(settings)
    certificate, key = settings.client_cert, settings.client_key
    if certificate is None and found is not None:
        certificate, key = found.client_cert, found.client_key
    insecure, authority = settings.insecure, settings.ca_file
    if found is not None and not insecure and authority is None:
        insecure, authority = found.insecure, found.ca_file
    return Connection(
        url=settings.target or (found.url if found else ""),
        auth_header=settings.auth_header,
        ca_file=authority,
        client_cert=certificate,
        client_key=key,
        insecure=insecure,
        timeout=settings.timeout,
        max_rps=settings.max_rps,
        credential=own or (found.credential if found else None),
        proxy=found.proxy if found else None,
        server_name=found.server_name if found and settings.target in (None, found.url) else None,
    )


def _cluster(settings: Settings) -> Cluster | None:
    if settings.in_cluster:
        return cluster.from_within()
    if settings.kubeconfig or settings.context:
        return cluster.from_kubeconfig(settings.kubeconfig, settings.context)
    return None


def _credential(settings: Settings) -> Credential | None:
    if settings.access_key and settings.secret_key:
        return Signature(settings.access_key, settings.secret_key, settings.security_token)
    if settings.access_key_file:
        return read_access_keys(settings.access_key_file, "--access-key-file")
    return _token(settings.token, settings.token_file, "--token-file", settings.auth_header)


def _denied(settings: Settings) -> Credential | None:
    if settings.denied_access_key_file:
        return read_access_keys(settings.denied_access_key_file, "--denied-access-key-file")
    return _token(settings.denied_token, settings.denied_token_file, "--denied-token-file", settings.auth_header)


def _token(value: str | None, file: Path | None, option: str, header: str | None) -> Credential | None:
    if value:
        return Token(value, header)
    return FileToken(file, option, header) if file else None
