"""The command `serve`: the reference endpoint with its credentials in files, until interrupted."""

import argparse
import os
import secrets
import shlex
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from contracts.cli.command import command, contract_of
from contracts.client.credentials import read_token
from contracts.settings.config_file import SettingsError
from contracts.settings.options import IMMUTABILITY

EXAMPLES: Final = """\
examples:
  pytorchjob-contract serve --port 8001 --token-file token --denied-token-file viewer-token
  pytorchjob-contract serve --immutability ignore --controller 0.05
  pytorchjob-contract serve --with operator,webhook-stamp,gateway-502

The credentials are read from the two files; a file that does not exist is written with a new one (mode 0600).
"""


def add(commands: Any) -> None:
    """Add the command; its options are named as those of `ReferenceOptions`."""
    parser = command(commands, "serve", "serve the reference endpoint until interrupted", serve, EXAMPLES)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--spec", type=Path, metavar="FILE", help="serve the resource of this derived specification")
    parser.add_argument("--namespace", help="namespace to serve; by default that of the documented example")
    treatment = "what is done with a request that changes an immutable field (default: %(default)s)"
    parser.add_argument("--immutability", choices=IMMUTABILITY, default=IMMUTABILITY[0], help=treatment)
    number: dict[str, Any] = {"type": float, "metavar": "SECONDS"}
    parser.add_argument(
        "--controller", dest="controller_interval", **number, help="interval of simulated status updates"
    )
    parser.add_argument("--latency", default=0.0, **number, help="wait so long before answering")
    parser.add_argument(
        "--with",
        dest="conditions",
        type=lambda text: frozenset(text.split(",")),
        default=frozenset(),
        metavar="CONDITION,…",
        help="conditions of real environments that stand around the endpoint (--list-conditions)",
    )
    parser.add_argument("--list-conditions", action="store_true", help="print what --with takes; serve nothing")
    parser.add_argument("--lenient-metadata", action="store_true", help="store finalizers and ownerReferences")
    documented = "refuse with 400 where an API server would refuse with a status that the page does not list"
    parser.add_argument("--documented-statuses-only", action="store_true", help=documented)
    file: dict[str, Any] = {"type": Path, "metavar": "F"}
    parser.add_argument("--token-file", **file, help="credential of the full user; written if missing")
    parser.add_argument("--denied-token-file", **file, help="credential of the read-only user")
    parser.add_argument("--tls-cert", dest="certificate_file", **file, help="serve https with this certificate (PEM)")
    parser.add_argument("--tls-key", dest="key_file", **file, help="key of the certificate (PEM)")
    signed = "ask each client for a certificate that one of the authorities in this file (PEM) has signed"
    parser.add_argument("--client-ca-file", **file, help=signed)


def serve(options: argparse.Namespace) -> int:
    """Serve and print where, and how to judge it.

    Raises `SettingsError` (an unknown condition), `TargetError` (no credential in a file) or `OSError`.
    """
    # Here, so that a run against a target does not load it.
    from contracts.reference.conditions import CONDITIONS, around
    from contracts.reference.options import Immutability, ReferenceOptions
    from contracts.reference.server import ReferenceEndpoint, serve_forever

    if options.list_conditions:
        width = max(map(len, CONDITIONS))
        for name, one in CONDITIONS.items():
            fails = f" May fail: {one.may_fail}." if one.may_fail else ""
            needs = f" A run needs: {' '.join(map(shlex.quote, one.run_with))}" if one.run_with else ""
            print(f"{name:{width}}  {one.description}{fails}{needs}")
        return 0
    try:
        around(options.conditions)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    contract = contract_of(options.spec)
    with tempfile.TemporaryDirectory(prefix="pytorchjob-contract-") as directory:
        new = Path(directory)
        files = [options.token_file or new / "token", options.denied_token_file or new / "denied-token"]
        options.token, options.denied_token = map(_token, files, ("--token-file", "--denied-token-file"))
        options.immutability = Immutability(options.immutability)
        options.namespace = contract.namespace_of(options.namespace)
        known = [one.name for one in fields(ReferenceOptions)]
        given = {name: value for name, value in vars(options).items() if name in known}

        def announce(endpoint: ReferenceEndpoint) -> None:
            namespace = endpoint.options.namespace if contract.namespaced else ""
            where = endpoint.url + (f" --namespace {namespace}" if namespace else "")
            print(f"serving {endpoint.url}{f' (namespace {namespace})' if namespace else ''}; Ctrl-C ends it")
            credentials = f"--token-file {files[0]} --denied-token-file {files[1]}"
            spec = f" --spec {options.spec}" if options.spec else ""
            print(f"judge it: pytorchjob-contract run --target {where} {credentials}{spec}", flush=True)

        serve_forever(ReferenceOptions(**given), announce)
    return 0


def _token(path: Path, option: str) -> str:
    """The credential in a file; one is made and written where there is no file."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(secrets.token_urlsafe(24) + "\n")
    return read_token(path, option)
