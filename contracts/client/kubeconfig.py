"""How a cluster is reached, from a kubeconfig file or from within a pod, read by the official client's loaders.

They know what kubectl knows: contexts, data and files of certificates, tokens, files of tokens, exec plugins. What they
write to disk (certificates that stand in the file as data) goes into a directory of our own and is removed in the end.
"""

from __future__ import annotations

import logging
import re
import tempfile
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from contracts.client.credentials import AUTHORIZATION, Credential, Fixed, Outgoing, wrong_tokens
from contracts.client.errors import TargetMisconfigured

LOADED: Final = ("host", "ssl_ca_cert", "cert_file", "key_file", "tls_server_name", "proxy")
API_KEY: Final = "BearerToken"
BY_HAND: Final = "(run the plugin by hand to see why: its words may hold a secret, so they are not shown)"
REFRESH_SECONDS: Final = 10.0
SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True)
class Cluster:
    """What a kubeconfig's context, or a pod, says of how its cluster is reached."""

    url: str
    namespace: str | None
    credential: ClusterCredential
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    server_name: str | None = None
    proxy: str | None = field(default=None, repr=False)


class ClusterCredential(Credential):
    """The Authorization header that a loader gives; looked for again when it expires, and after a 401.

    `load` sets the attributes of what it is given, and writes into the directory it is given.
    Raises `TargetMisconfigured` naming `option`.
    """

    def __init__(self, load: Callable[[Any, str], None], option: str) -> None:
        self._load = load
        self._option = option
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        # mkdtemp: for nobody but this user, as is each file in it; removed also when nobody closes it.
        self._directory = tempfile.TemporaryDirectory(prefix="pytorchjob-contract-")
        try:
            self.loaded = self._loaded()
        except BaseException:
            self._directory.cleanup()
            raise
        self._header = self._current()
        self._looked = time.monotonic()

    @property
    def given(self) -> bool:
        """Whether there is a header; a client certificate is the connection's."""
        return self._header is not None

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The header, from an exec plugin or a pod's file again when it has expired."""
        with self._lock:
            # Not with every request: a plugin whose tokens are short-lived would be run each time.
            if time.monotonic() - self._looked >= REFRESH_SECONDS:
                self._header = self._current()
                self._looked = time.monotonic()
            return {AUTHORIZATION: self._header} if self._header else {}

    def secrets(self) -> frozenset[str]:
        """Every token or password so far."""
        with self._lock:
            return frozenset(self._secrets)

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Load everything anew; whether that gave another header."""
        with self._lock:
            if refused.get(AUTHORIZATION) == self._header:
                self.loaded = self._loaded()
                self._header = self._current()
                self._looked = time.monotonic()
            return self._header is not None and refused.get(AUTHORIZATION) != self._header

    def wrong(self) -> Mapping[str, Credential]:
        """An incomplete header, and tokens that are almost the one."""
        scheme, _, token = (self._header or "").partition(" ")
        if scheme.lower() != "bearer":
            return {"an empty credential": Fixed({AUTHORIZATION: ""})} if self.given else {}
        return {name: Fixed(headers) for name, headers in wrong_tokens(token, None).items()}

    def close(self) -> None:
        """Remove what the loader wrote."""
        self._directory.cleanup()

    def _loaded(self) -> SimpleNamespace:
        loaded = SimpleNamespace(api_key={}, refresh_api_key_hook=None, verify_ssl=True, **dict.fromkeys(LOADED))
        with self._in_words() as logged:
            self._load(loaded, self._directory.name)
        if logged:
            # The loader goes on without a credential when a plugin fails, and only logs why.
            raise TargetMisconfigured(f"{self._option}: {_line(logged[0])}")
        return loaded

    def _current(self) -> str | None:
        with self._in_words() as logged:
            if self.loaded.refresh_api_key_hook:
                self.loaded.refresh_api_key_hook(self.loaded)
        if logged:
            raise TargetMisconfigured(f"{self._option}: {_line(logged[0])}")
        scheme, _, token = str(self.loaded.api_key.get(API_KEY) or "").strip().partition(" ")
        token = token.strip()
        if not token:
            return None
        self._secrets.add(token)
        if scheme.lower() == "basic":
            self._secrets.add(b64decode(token).decode().partition(":")[2])
        return f"{'Bearer' if scheme.lower() == 'bearer' else scheme} {token}"

    @contextmanager
    def _in_words(self) -> Iterator[list[str]]:
        """What the loaders raise as one line with the option, and what they log, which nobody shall see, as a list."""
        logged: list[str] = []

        def keep(record: logging.LogRecord) -> bool:
            if threading.get_ident() == record.thread:
                logged.append(record.getMessage())
                return False
            return True

        root, silent = logging.getLogger(), logging.NullHandler()
        root.addFilter(keep)
        root.addHandler(silent)  # or logging.error would set up a handler of its own
        try:
            yield logged
        except (OSError, UnicodeDecodeError) as error:
            path = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
            text = getattr(error, "strerror", None) or "this is no text"
            raise TargetMisconfigured(f"{self._option}: {path}{_line(text)}") from None
        except yaml.YAMLError:
            raise TargetMisconfigured(f"{self._option}: this is no YAML") from None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # Their messages may show what is secret.
            raise TargetMisconfigured(f"{self._option}: this is no kubeconfig that can be used") from None
        except Exception as error:
            if type(error).__name__ != "ConfigException":
                raise
            raise TargetMisconfigured(f"{self._option}: {_line(str(error))}") from None
        finally:
            root.removeFilter(keep)
            root.removeHandler(silent)


def from_kubeconfig(path: Path | None, context: str | None) -> Cluster:
    """The cluster of a kubeconfig's context, by default the current one; without `path`, of the file of kubectl.

    Raises `TargetMisconfigured` naming the option.
    """
    from kubernetes.config import kube_config

    option = "--kubeconfig" if path else "--context"
    if path and not path.is_file():
        raise TargetMisconfigured(f"{option}: there is no file {path}")
    file = str(path) if path else kube_config.KUBE_CONFIG_DEFAULT_LOCATION

    def load(loaded: Any, directory: str) -> None:
        merged = kube_config.KubeConfigMerger(file).config
        loader = kube_config.KubeConfigLoader(merged, context, config_base_path=None, temp_file_path=directory)
        loader.load_and_set(loaded)
        loaded.namespace = loader.current_context["context"].get("namespace")

    credential = ClusterCredential(load, option)
    return _cluster(credential, credential.loaded.namespace, option)


def from_within() -> Cluster:
    """The cluster that this pod runs in, with its service account. Raises `TargetMisconfigured` elsewhere."""
    from kubernetes.config import incluster_config

    def load(loaded: Any, _directory: str) -> None:
        token, authority = SERVICE_ACCOUNT / "token", SERVICE_ACCOUNT / "ca.crt"
        incluster_config.InClusterConfigLoader(str(token), str(authority)).load_and_set(loaded)

    credential = ClusterCredential(load, "--in-cluster")
    try:
        namespace = (SERVICE_ACCOUNT / "namespace").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        namespace = ""
    return _cluster(credential, namespace or None, "--in-cluster")


def _cluster(credential: ClusterCredential, namespace: str | None, option: str) -> Cluster:
    loaded = credential.loaded
    parts = urlsplit(loaded.host or "")
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        credential.close()
        raise TargetMisconfigured(f"{option}: its server is no http:// or https:// URL")
    authority, certificate, key = (
        Path(name) if name else None for name in (loaded.ssl_ca_cert, loaded.cert_file, loaded.key_file)
    )
    return Cluster(
        loaded.host,
        namespace,
        credential,
        ca_file=authority,
        client_cert=certificate,
        client_key=key,
        insecure=not loaded.verify_ssl,
        server_name=loaded.tls_server_name,
        proxy=loaded.proxy,
    )


def _line(text: str) -> str:
    # What a plugin says, or answers instead of a version, may be a token; it is known by nobody yet, so not masked.
    text = re.sub(r"^(exec: process returned -?\d+)\..*", rf"\1 {BY_HAND}", text, flags=re.DOTALL)
    text = re.sub(r"^(exec: plugin api version) .*( does not match )", r"\1\2", text, flags=re.DOTALL)
    # The loader names an entry by all that it holds, its token too.
    return " ".join(re.sub(r"\{.*\}?", "…", text, flags=re.DOTALL).split())[:200]
