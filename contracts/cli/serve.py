"""The command `serve`: the reference endpoint with its credentials in files, until interrupted."""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from contracts.client.errors import TargetMisconfigured
from contracts.client.token_file import read_token
from contracts.reference.options import Immutability, ReferenceOptions
from contracts.reference.server import ReferenceEndpoint, serve_forever
from contracts.spec.load import load_contract

EXAMPLES: Final = """\
examples:
  pytorchjob-contract serve --port 8001 --token-file token --denied-token-file viewer-token
  pytorchjob-contract serve --immutability ignore --controller 0.05

The credentials are read from the two files; a file that does not exist is written with a new one (mode 0600).
"""


def run(options: argparse.Namespace) -> int:
    """Serve as the command line says; prints where, and how to judge it. Raises `OSError` when it cannot listen."""
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
