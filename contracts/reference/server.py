"""A reference endpoint on a socket."""

import asyncio
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from contracts.reference.application import Application
from contracts.reference.behaviour import Behaviour, conformant
from contracts.reference.options import ReferenceOptions
from contracts.reference.resource import Resource, resource_of
from contracts.reference.store import Clock, utc_now
from contracts.spec.load import load_contract

_STOP_AFTER_SECONDS = 10
_CONNECTIONS = count()


class ReferenceEndpoint:
    """An endpoint that serves from its construction until `stop`, in a thread of its own; a context manager.

    `behaviour`: makes the steps it answers by. Raises `OSError` when the address is taken or a certificate file
    unusable (`ssl.SSLError`).
    """

    def __init__(
        self,
        options: ReferenceOptions | None = None,
        *,
        behaviour: Callable[[Resource, ReferenceOptions], Behaviour] = conformant,
        clock: Clock = utc_now,
    ) -> None:
        self.options = options or ReferenceOptions()
        self.resource = resource_of(load_contract(self.options.spec))
        self.token, self.denied_token = self.options.token, self.options.denied_token
        self.namespace, self.denied_namespace = self.options.namespace, self.options.denied_namespace
        application = Application(self.resource, behaviour(self.resource, self.options), self.options, clock)
        self.store = application.store
        self._server = uvicorn.Server(_config(self.options, application))
        self._socket = _listen(self.options)
        self.port: int = self._socket.getsockname()[1]
        serving = {"sockets": [self._socket]}
        self._thread = threading.Thread(target=self._server.run, kwargs=serving, name="reference-endpoint", daemon=True)
        self._thread.start()
        while self._thread.is_alive() and not self._server.started:
            time.sleep(0.001)
        if not self._server.started:
            self.stop()
            raise OSError("the reference endpoint did not start")

    @property
    def url(self) -> str:
        """Scheme, host and port, without a path."""
        scheme = "https" if self.options.certificate_file else "http"
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"{scheme}://{host}:{self.port}"

    @property
    def connections(self) -> int:
        """How many connections clients have open."""
        return len(self._server.server_state.connections)

    def stop(self) -> None:
        """Stops serving and waits until the thread has ended; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join(_STOP_AFTER_SECONDS)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def serve_forever(options: ReferenceOptions, started: Callable[[ReferenceEndpoint], None]) -> None:
    """Serves until SIGINT or SIGTERM, in the main thread; calls `started` once it serves; prints nothing itself."""
    ends = {signal.SIGINT, signal.SIGTERM}
    # Blocked and waited for: a handler might run while this thread holds the lock that the handler needs.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    try:
        with ReferenceEndpoint(options) as endpoint:
            started(endpoint)
            signal.sigwait(ends)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Protocol(H11Protocol):
    """HTTP/1.1 that tells the application which connection it is, how to close it, and whether a certificate counts."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        certificate = bool(tls and tls.getpeercert())
        self.app_state = {**self.app_state, "client_certificate": certificate, "connection": str(next(_CONNECTIONS))}
        self.app_state["close"] = transport.close


def _config(options: ReferenceOptions, application: Application) -> uvicorn.Config:
    config = uvicorn.Config(
        application,
        loop="asyncio",
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,  # the application tells the time by the clock of its store
        proxy_headers=False,
        # Longer than any pause of a run: a client's idle connection must not be closed under its next request.
        timeout_keep_alive=300,
        timeout_graceful_shutdown=1,
        ssl_certfile=options.certificate_file,
        ssl_keyfile=options.key_file,
        ssl_ca_certs=str(options.client_ca_file) if options.client_ca_file else None,
        ssl_cert_reqs=ssl.CERT_OPTIONAL if options.client_ca_file else ssl.CERT_NONE,
    )
    config.load()
    return config


def _listen(options: ReferenceOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.create_server((options.host, options.port), family=family, backlog=128)
    # Its connections inherit it; without it, each answer waits 40 ms for the client's delayed acknowledgement, as
    # asyncio sends small writes at once only on sockets that name their protocol.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
