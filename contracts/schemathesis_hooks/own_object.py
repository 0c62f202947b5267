"""The object that a Schemathesis run works on: its own, created before the first request and deleted after the last."""

import atexit
import os
import sys
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import schemathesis

from contracts.client.access import access_of
from contracts.client.client import Client
from contracts.client.connection import Connection
from contracts.client.credentials import Credential
from contracts.client.errors import TargetError
from contracts.judge.model import Scope
from contracts.resource.journal import state_directory
from contracts.resource.lifecycle import ResourceUnderTest
from contracts.resource.new_object import new_object
from contracts.run import signals
from contracts.run.evidence import EvidenceStore
from contracts.run.examiner import Examiner
from contracts.run.secrets import masker_of
from contracts.settings.resolve import resolve
from contracts.spec.contract import Contract

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
PROFILE: Final = "kubernetes"


class Headers(Credential):
    """The headers that Schemathesis was given, all of which may be secret."""

    def secrets(self) -> frozenset[str]:
        """Their values, and what follows a scheme's name in them."""
        return frozenset(part for value in self._fixed.values() for part in (value, value.partition(" ")[2]) if part)


@dataclass(frozen=True)
class Given:
    """How Schemathesis reaches its target, as far as our own requests have to do the same."""

    url: str
    namespace: str | None
    headers: Mapping[str, str]
    verify: bool | str | None
    certificate: str | tuple[str, str] | None
    timeout: float | None
    proxy: str | None
    seed: int

    @classmethod
    def of(cls, operation: Operation) -> "Given":
        """What was given on the command line and in schemathesis.toml."""
        config = operation.schema.config
        headers = config.headers_for(operation=operation)
        if basic := config.auth_for(operation=operation):
            headers["Authorization"] = f"Basic {b64encode(':'.join(basic).encode()).decode()}"
        namespace = config.parameters.get("namespace", config.parameters.get("path.namespace"))
        return cls(
            operation.schema.get_base_url(),
            namespace if isinstance(namespace, str) else None,
            headers,
            config.tls_verify_for(operation=operation),
            config.request_cert_for(operation=operation),
            config.request_timeout_for(operation=operation),
            config.proxy_for(operation=operation),
            config.seed,
        )

    def connection(self, found: Connection) -> Connection:
        """The same connection for requests of our own; what Schemathesis was not given is as it was `found`."""
        if self.headers:
            found = replace(found, credential=Headers(self.headers))
        if self.verify is not None:
            authorities = self.verify if isinstance(self.verify, str) else None
            found = replace(found, insecure=self.verify is False, ca_file=authorities)
        if self.certificate is not None:
            certificate, key = (self.certificate, None) if isinstance(self.certificate, str) else self.certificate
            found = replace(found, client_cert=certificate, client_key=key)
        return replace(found, timeout=self.timeout or found.timeout, proxy=self.proxy or found.proxy)


class OwnObject:
    """One object on the target, from its creation to its end; `lock` is held while requests of our own are under way.

    Raises `TargetError` where it cannot be created, and `SettingsError` for a variable that cannot be read.
    """

    def __init__(self, contract: Contract, given: Given) -> None:
        settings = replace(resolve({"target": given.url}, os.environ), name=None)
        namespace = contract.namespace_of(given.namespace, settings.namespace)
        self.lock = threading.RLock()
        self.headers = given.headers
        self.scope = Scope(contract, PROFILE)
        self.seed = given.seed
        self.evidence = EvidenceStore()
        self._access = access_of(settings)  # its files are there for as long as it is held
        self.client = Client(given.connection(self._access.connection), masker_of(settings, contract, namespace))
        new = new_object(contract, settings)
        self.job = ResourceUnderTest(self.scope, self.client, namespace, None, state_directory(), new=new)
        self.examiner = Examiner(self.scope, self.client, self.job, self.evidence)
        self.ended = False
        atexit.register(self._finish_at_exit)
        self.job.preflight()
        self.job.start()

    @property
    def parameters(self) -> dict[str, str]:
        """The path parameters of every request."""
        return {"namespace": self.job.namespace, "name": self.job.name}

    def finish(self) -> None:
        """Delete the object, once; raises `TargetError` when it is left behind. Nothing is sent from then on."""
        with self.lock, signals.ignored():
            if self.ended:
                return
            self.ended = True
            self.client.lift_limits()
            try:
                self.job.finish()
            finally:
                self.client.close()
                self._access.close()

    def _finish_at_exit(self) -> None:
        """Delete it where the run was interrupted; what is left is told, and undone by the command `restore`."""
        try:
            self.finish()
        except TargetError as error:
            print(self.left_behind(error), file=sys.stderr)
        finally:
            self.job.release()

    def left_behind(self, error: TargetError) -> str:
        """What to say where the object is still there."""
        undo = f"pytorchjob-contract restore --target {self.client.public_url}"
        return f"{self.client.mask(str(error))}; to undo it: {undo}"
