"""How a cluster is reached, from a kubeconfig file or from within a pod, read by the official client's loaders.

They know what kubectl knows: contexts, data and files of certificates, tokens, files of tokens, exec plugins. What they
write to disk (certificates that stand in the file as data) goes into a directory of our own and is removed in the end.
"""

import logging
import re
import tempfile
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import yaml

from contracts.client.credentials import ANONYMOUS, AUTHORIZATION, Credential, Outgoing, Token, Variant
from contracts.client.errors import CredentialUnusable, TargetMisconfigured
from contracts.masking.encodings import near_misses

LOADED: Final = ("host", "ssl_ca_cert", "cert_file", "key_file", "tls_server_name", "proxy", "namespace")
API_KEY: Final = "BearerToken"
BY_HAND: Final = "(run the plugin by hand to see why: its words may hold a secret, so they are not shown)"
REFRESH_SECONDS: Final = 10.0
SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")


def nothing_loaded() -> Any:
    """How a cluster is reached, before a loader has said so: the attributes that it may set."""
    return SimpleNamespace(api_key={}, refresh_api_key_hook=None, verify_ssl=True, **dict.fromkeys(LOADED))


class ClusterCredential(Credential):
    """The Authorization header that a loader gives; looked for again when it expires, and after a 401.

    `load` sets the attributes of its first argument (`nothing_loaded`) and writes files into the directory, its second;
    `loaded` is what it has set. Raises `TargetMisconfigured` naming `option`.
    """

    option: ClassVar[str] = "--kubeconfig"

    def __init__(self, load: Callable[[Any, str], None], option: str) -> None:
        self._load = load
        self._option = option
        self._lock = threading.Lock()
        self._secrets: set[str] = set()
        # mkdtemp: for nobody but this user, as is each file in it; removed also when nobody closes it.
        self._directory = tempfile.TemporaryDirectory(prefix="pytorchjob-contract-")
        try:
            self._look(anew=True)
        except BaseException:
            self.close()
            raise

    def headers(self, _request: Outgoing) -> Mapping[str, str]:
        """The header, from an exec plugin or a pod's file again when it has expired."""
        with self._lock:
            # Not with every request: a plugin whose tokens are short-lived would be run each time.
            if time.monotonic() - self._looked >= REFRESH_SECONDS:
                self._look()
            return {AUTHORIZATION: self._header} if self._header else {}

    def secrets(self) -> frozenset[str]:
        """Every token or password so far."""
        with self._lock:
            return frozenset(self._secrets)

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Load everything anew; whether that gave another header."""
        with self._lock:
            if refused.get(AUTHORIZATION) == self._header:
                self._look(anew=True)
            return self._header is not None and refused.get(AUTHORIZATION) != self._header

    def variants(self) -> Mapping[str, Variant]:
        """An incomplete header, and tokens or passwords that are almost the one."""
        scheme, _, token = (self._header or "").partition(" ")
        if scheme.lower() == "bearer":
            return Token(token).variants()
        if not self._header:
            return {}
        found = {"an empty credential": Variant(Credential({AUTHORIZATION: ""}), ANONYMOUS)}
        user, _, password = b64decode(token).decode().partition(":") if scheme.lower() == "basic" else ("", "", "")
        for name, other in near_misses(password).items() if password else ():
            shown = b64encode(f"{user}:{other}".encode()).decode()
            found[f"a password that is wrong ({name})"] = Variant(Credential({AUTHORIZATION: f"{scheme} {shown}"}))
        return found

    def close(self) -> None:
        """Remove what the loader wrote."""
        self._directory.cleanup()

    def _look(self, *, anew: bool = False) -> None:
        """Have the header that is valid now, of everything loaded `anew` or of what is loaded already."""
        if anew:
            loaded = nothing_loaded()
            with self._in_words():
                self._load(loaded, self._directory.name)
            server = urlsplit(loaded.host or "")
            if server.scheme not in ("http", "https") or not server.hostname or "@" in server.netloc:
                raise TargetMisconfigured(f"{self._option}: its server is no http:// or https:// URL")
            self.loaded = loaded
        with self._in_words():
            if self.loaded.refresh_api_key_hook:
                self.loaded.refresh_api_key_hook(self.loaded)
        scheme, _, token = str(self.loaded.api_key.get(API_KEY) or "").strip().partition(" ")
        self._header = None
        if token := token.strip():
            self._secrets.add(token)
            if scheme.lower() == "basic":
                self._secrets.add(b64decode(token).decode().partition(":")[2])
            self._header = f"{'Bearer' if scheme.lower() == 'bearer' else scheme} {token}"
        self._looked = time.monotonic()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Raise what the loaders raise, or only log, as one line with the option; nobody shall see what they log."""
        from kubernetes.config import ConfigException

        logged: list[str] = []

        def keep(record: logging.LogRecord) -> bool:
            if threading.get_ident() == record.thread:
                logged.append(record.getMessage())
                return False
            return True

        root, silent = logging.getLogger(), logging.NullHandler()
        root.addFilter(keep)
        root.addHandler(silent)  # or logging.error would set up a handler of its own
        words = ""
        try:
            yield
        except (OSError, UnicodeDecodeError) as error:
            path = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
            words = path + _line(getattr(error, "strerror", None) or "this is no text")
        except yaml.YAMLError:
            words = "this is no YAML"
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            words = "this is no kubeconfig that can be used"  # the error's own words may show what is secret
        except ConfigException as error:
            words = _line(str(error))
        finally:
            root.removeFilter(keep)
            root.removeHandler(silent)
        # The loader goes on without a credential when a plugin fails, and only logs why.
        if words or logged:
            problem = TargetMisconfigured if words else CredentialUnusable
            raise problem(f"{self._option}: {words or _line(logged[0])}") from None


def from_kubeconfig(path: Path | None, context: str | None) -> ClusterCredential:
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

    return ClusterCredential(load, option)


def from_within() -> ClusterCredential:
    """The cluster that this pod runs in, with its service account. Raises `TargetMisconfigured` elsewhere."""
    from kubernetes.config import incluster_config

    def load(loaded: Any, _directory: str) -> None:
        token, authority = SERVICE_ACCOUNT / "token", SERVICE_ACCOUNT / "ca.crt"
        incluster_config.InClusterConfigLoader(str(token), str(authority)).load_and_set(loaded)
        with suppress(OSError, UnicodeDecodeError):
            loaded.namespace = (SERVICE_ACCOUNT / "namespace").read_text(encoding="utf-8").strip()

    return ClusterCredential(load, "--in-cluster")


def _line(text: str) -> str:
    # What a plugin says, or answers instead of a version, may be a token; it is known by nobody yet, so not masked.
    text = re.sub(r"^(exec: process returned -?\d+)\..*", rf"\1 {BY_HAND}", text, flags=re.DOTALL)
    text = re.sub(r"^(exec: plugin api version) .*( does not match )", r"\1\2", text, flags=re.DOTALL)
    # The loader names an entry by all that it holds, its token too.
    return " ".join(re.sub(r"\{.*\}?", "…", text, flags=re.DOTALL).split())[:200]
