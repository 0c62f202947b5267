"""Whether files hold the certificates and keys that they are given for: a handshake would say less of it."""

import ssl

from contracts.settings.config_file import SettingsError
from contracts.settings.options import Settings


def check_certificates(settings: Settings) -> None:
    """Raise `SettingsError` naming the option of a regular file that holds no certificate, or no key to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    certificate, key = settings.client_cert, settings.client_key
    if settings.ca_file and settings.ca_file.is_file():
        try:
            context.load_verify_locations(settings.ca_file)
        except (ssl.SSLError, ValueError):
            raise SettingsError(f"--ca-file: {settings.ca_file} holds no certificate in PEM form") from None
    if certificate and certificate.is_file() and (key is None or key.is_file()):
        try:
            # A password cannot be asked for where nobody sits.
            context.load_cert_chain(certificate, key, password=lambda: b"")
        except (ssl.SSLError, ValueError):
            holding = f"{certificate} and --client-key: {key} hold" if key else f"{certificate} holds"
            problem = "no certificate with its key in PEM form, without a password"
            raise SettingsError(f"--client-cert: {holding} {problem}") from None
