"""From the settings of a run to how its target is reached: each option beats what a kubeconfig or a pod says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from contracts.client import kubeconfig
from contracts.client.connection import Connection
from contracts.client.credentials import Credential, FileToken, Token
from contracts.client.huawei_aksk import Signature, read_access_keys
from contracts.settings.options import Settings


@dataclass(frozen=True)
class Access:
    """How a target is reached, what may not replace there, and the cluster whose credential is loaded, if one is."""

    connection: Connection
    denied: Credential | None = None
    cluster: kubeconfig.ClusterCredential | None = None

    @property
    def namespace(self) -> str | None:
        """The namespace that a kubeconfig or a pod names."""
        return self.cluster.namespace if self.cluster else None

    def close(self) -> None:
        """Remove the files that were written for it; from then on nothing can be sent any more."""
        if self.cluster:
            self.cluster.close()


def access_of(settings: Settings) -> Access:
    """Read what the settings name. Raises `TargetMisconfigured` with one line that names the option."""
    found = _cluster(settings)
    try:
        connection = _connection(settings, found.connection() if found else Connection(""))
        return Access(connection, _denied(settings), found)
    except BaseException:
        if found:
            found.close()
        raise


def _connection(settings: Settings, found: Connection) -> Connection:
    own_certificate = settings.client_cert is not None
    own_trust = settings.insecure or settings.ca_file is not None
    return replace(
        found,
        url=settings.target or found.url,
        credential=_credential(settings) or found.credential,
        auth_header=settings.auth_header,
        ca_file=settings.ca_file if own_trust else found.ca_file,
        insecure=settings.insecure if own_trust else found.insecure,
        client_cert=settings.client_cert if own_certificate else found.client_cert,
        client_key=settings.client_key if own_certificate else found.client_key,
        timeout=settings.timeout,
        max_rps=settings.max_rps,
        server_name=found.server_name if settings.target in (None, found.url) else None,
    )


def _cluster(settings: Settings) -> kubeconfig.ClusterCredential | None:
    if settings.in_cluster:
        return kubeconfig.from_within()
    if settings.kubeconfig or settings.context:
        return kubeconfig.from_kubeconfig(settings.kubeconfig, settings.context)
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
