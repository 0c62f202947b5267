"""The command `serve`: the reference endpoint with its credentials in files, until interrupted."""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contracts.cli.command import command
from contracts.client.credentials import read_token
from contracts.client.errors import TargetMisconfigured
from contracts.settings.options import IMMUTABILITY
from contracts.spec.load import load_contract

if TYPE_CHECKING:
    from contracts.reference.server import ReferenceEndpoint

EXAMPLES: Final = """\
examples:
  pytorchjob-contract serve --port 8001 --token-file token --denied-token-file viewer-token
  pytorchjob-contract serve --immutability ignore --controller 0.05

The credentials are read from the two files; a file that does not exist is written with a new one (mode 0600).
"""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = command(commands, "serve", "serve the reference endpoint until interrupted", serve, EXAMPLES)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--namespace", help="namespace to serve; by default that of the documented example")
    parser.add_argument("--immutability", choices=IMMUTABILITY, default=IMMUTABILITY[0], help="treatment of changes")
    parser.add_argument("--controller", type=float, metavar="SECONDS", help="interval of simulated status updates")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="wait so long before answering")
    parser.add_argument("--lenient-metadata", action="store_true", help="store finalizers and ownerReferences")
    parser.add_argument("--documented-statuses-only", action="store_true", help="answer undocumented ones as 400")
    parser.add_argument("--token-file", type=Path, metavar="F", help="credential of the full user; written if missing")
    parser.add_argument("--denied-token-file", type=Path, metavar="F", help="credential of the read-only user")
    parser.add_argument("--tls-cert", type=Path, metavar="F", help="serve https with this certificate (PEM)")
    parser.add_argument("--tls-key", type=Path, metavar="F", help="key of the certificate (PEM)")
    parser.add_argument("--client-ca-file", type=Path, metavar="F", help="ask for client certificates of these")


def serve(options: argparse.Namespace, _rest: Sequence[str]) -> int:
    """Serve as the command line says; prints where, and how to judge it. Raises `OSError` when it cannot listen."""
    # Here, so that a run against a target does not load it.
    from contracts.reference.options import Immutability, ReferenceOptions
    from contracts.reference.server import serve_forever

    contract = load_contract()
    with tempfile.TemporaryDirectory(prefix="pytorchjob-contract-") as directory:
        files = [
            getattr(options, key) or Path(directory) / key.replace("_file", "").replace("_", "-")
            for key in ("token_file", "denied_token_file")
        ]
        try:
            token, denied_token = map(_token, files, ("--token-file", "--denied-token-file"))
        except TargetMisconfigured as error:
            raise ValueError(str(error)) from None
        endpoint_options = ReferenceOptions(
            immutability=Immutability(options.immutability),
            token=token,
            denied_token=denied_token,
            namespace=options.namespace or contract.example_request["metadata"]["namespace"],
            controller_interval=options.controller,
            latency=options.latency,
            lenient_metadata=options.lenient_metadata,
            documented_statuses_only=options.documented_statuses_only,
            host=options.host,
            port=options.port,
            certificate_file=options.tls_cert,
            key_file=options.tls_key,
            client_ca_file=options.client_ca_file,
        )
        serve_forever(endpoint_options, lambda endpoint: _announce(endpoint, files))
    return 0


def _token(path: Path, option: str) -> str:
    """The credential in a file; one is made and written where there is no file."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(secrets.token_urlsafe(24) + "\n")
    return read_token(path, option)


def _announce(endpoint: ReferenceEndpoint, files: list[Path]) -> None:
    print(f"serving {endpoint.url} (namespace {endpoint.options.namespace}); Ctrl-C ends it")
    print(
        f"judge it: pytorchjob-contract run --target {endpoint.url} --namespace {endpoint.options.namespace} "
        f"--token-file {files[0]} --denied-token-file {files[1]}",
        flush=True,
    )
