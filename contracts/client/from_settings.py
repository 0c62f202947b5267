"""From the settings of a run to how its target is reached: each option beats what a kubeconfig or a pod says."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.client import kubeconfig
from contracts.client.connection import Connection
from contracts.client.credentials import Credential, FileToken, Token
from contracts.client.huawei_aksk import Signature, read_access_keys
from contracts.settings.options import Settings


@dataclass(frozen=True)
class Access:
    """How a target is reached, what may not replace there, and the namespace that a kubeconfig or a pod names.

    `close` removes the files that were written for it; from then on nothing can be sent any more.
    """

    connection: Connection
    denied: Credential | None = None
    namespace: str | None = None
    close: Callable[[], None] = lambda: None


def access_of(settings: Settings) -> Access:
    """Read what the settings name. Raises `TargetMisconfigured` with one line that names the option."""
    cluster = _cluster(settings)
    try:
        connection = _connection(settings, cluster.connection() if cluster else Connection(""))
        keys, token, file = settings.denied_access_key_file, settings.denied_token, settings.denied_token_file
        denied = _credential("denied-", keys, token, file, settings)
    except BaseException:
        if cluster:
            cluster.close()
        raise
    return Access(connection, denied, cluster.namespace, cluster.close) if cluster else Access(connection, denied)


def _connection(settings: Settings, found: Connection) -> Connection:
    own_certificate = settings.client_cert is not None
    own_trust = settings.insecure or settings.ca_file is not None
    return replace(
        found,
        url=settings.target or found.url,
        credential=_own_credential(settings) or found.credential,
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


def _own_credential(settings: Settings) -> Credential | None:
    if settings.access_key and settings.secret_key:
        return Signature(settings.access_key, settings.secret_key, settings.security_token)
    return _credential("", settings.access_key_file, settings.token, settings.token_file, settings)


def _credential(
    option: str, keys: Path | None, token: str | None, file: Path | None, settings: Settings
) -> Credential | None:
    """The first that is given of a file of keys, a token, and a file of a token; `option`: how their options begin."""
    if keys:
        return read_access_keys(keys, f"--{option}access-key-file")
    if token:
        return Token(token, settings.auth_header)
    return FileToken(file, f"--{option}token-file", settings.auth_header) if file else None
