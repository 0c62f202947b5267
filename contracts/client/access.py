"""How a target is reached and with which credentials, from options, a kubeconfig or a pod."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

from contracts.client import kubeconfig
from contracts.client.connection import Connection
from contracts.client.credentials import NONE, Credential, FileToken, Token
from contracts.client.huawei_aksk import Signature, read_access_keys
from contracts.client.huawei_iam import Account, IamToken
from contracts.settings import pairs
from contracts.settings.options import Settings

SCOPE: Final = ("domain", "project")


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
    with ExitStack() as files:
        cluster = _cluster(settings)
        if cluster:
            files.callback(cluster.close)
        connection = _connection(settings, cluster)
        denied = _credential(settings, connection, "denied_")
        connection = replace(connection, credential=_credential(settings, connection) or cluster or NONE)
        return Access(connection, denied, cluster.loaded.namespace if cluster else None, files.pop_all().close)


def _cluster(settings: Settings) -> kubeconfig.ClusterCredential | None:
    if settings.in_cluster:
        return kubeconfig.from_within()
    if settings.kubeconfig or settings.context:
        return kubeconfig.from_kubeconfig(settings.kubeconfig, settings.context)
    return None


def _connection(settings: Settings, cluster: kubeconfig.ClusterCredential | None) -> Connection:
    """Each option beats what a kubeconfig or a pod says."""
    found = cluster.loaded if cluster else kubeconfig.nothing_loaded()
    authorities, insecure = settings.ca_file, settings.insecure
    if not authorities and not insecure:
        authorities, insecure = found.ssl_ca_cert, not found.verify_ssl
    certificate, key = settings.client_cert, settings.client_key
    if not certificate:
        certificate, key = found.cert_file, found.key_file
    return Connection(
        settings.target or found.host or "",
        auth_header=settings.auth_header,
        ca_file=authorities,
        client_cert=certificate,
        client_key=key,
        insecure=insecure,
        timeout=settings.timeout,
        max_rps=settings.max_rps,
        proxy=found.proxy,
        headers={one.name: one.value for one in settings.header},
        query=pairs.query(settings.query),
        secrets=pairs.secrets(settings.header, settings.query),
        server_name=found.tls_server_name if settings.target in (None, found.host) else None,
    )


def _credential(settings: Settings, way: Connection, prefix: str = "") -> Credential | None:
    """The first that is given of keys, a file of keys, a token, a file of one, and a user of IAM, with this prefix.

    `way`: how the target is reached, and so IAM.
    """
    if settings.access_key and settings.secret_key and not prefix:
        return Signature(settings.access_key, settings.secret_key, settings.security_token)
    keys, token, file = (getattr(settings, prefix + key) for key in ("access_key_file", "token", "token_file"))
    option = f"--{prefix.replace('_', '-')}"
    if keys:
        return read_access_keys(keys, f"{option}access-key-file")
    if token:
        return Token(token, settings.auth_header)
    if file:
        return FileToken(file, f"{option}token-file", settings.auth_header)
    user, password = (getattr(settings, f"{prefix}iam_{key}") for key in ("user", "password"))
    if not user:
        return None
    domain, project = (getattr(settings, f"{prefix}iam_{key}") or getattr(settings, f"iam_{key}") for key in SCOPE)
    iam = replace(way, url=settings.iam_url or "", server_name=None)
    return IamToken(Account(user, domain, project, password), iam, settings.auth_header, option.removeprefix("--"))
