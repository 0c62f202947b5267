"""Signatures over records: Ed25519, beside the record as `….sig`."""

import base64
import binascii
import hashlib
from pathlib import Path
from typing import Any, Final

from contracts.report.files import ReportError, write_whole
from contracts.report.record import Stored, digest, stored
from contracts.report.trust.consistency import problems

SUFFIX: Final = ".sig"
# Says what is signed, so that no signature can be shown for something else.
CONTEXT: Final = "pytorchjob-contract/v1 record "
HOW: Final = "openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out public.pem"


def sign(path: Path, key_file: Path) -> Path:
    """Sign the record in a file or directory and give the path of its signature, `….sig` beside it.

    Raises `ReportError`: the record cannot be read, contradicts itself or was edited; the key cannot be used (what it
    holds is in no message).
    """
    record = stored(path)
    if wrong := problems(record):
        raise ReportError(f"{path}: not signed, since {wrong[0]}")
    signature = _key(key_file, "--key", private=True).sign(_signed(record))
    return write_whole(_signature_file(record), base64.b64encode(signature).decode("ascii") + "\n")


def is_signed(record: Stored) -> bool:
    """Whether there is a signature beside a record, by whomever."""
    return _signature_file(record).exists()


def fingerprint(public_key_file: Path) -> str:
    """The beginning of the SHA-256 of a public key, by which people tell keys apart; raises `ReportError`."""
    raw = _key(public_key_file, "--public-key", private=False).public_bytes_raw()
    return f"sha256:{hashlib.sha256(raw).hexdigest()[:16]}"


def check(record: Stored, public_key_file: Path) -> str | None:
    """What is wrong with the signature of a record, in a line; None when nothing is.

    Raises `ReportError` when the key cannot be read.
    """
    key = _key(public_key_file, "--public-key", private=False)
    from cryptography.exceptions import InvalidSignature

    file = _signature_file(record)
    try:
        signature = base64.b64decode(file.read_bytes().strip(), validate=True)
    except OSError:
        return f"{file}: there is no signature (report sign)"
    except (binascii.Error, ValueError):
        return f"{file}: this is no signature"
    try:
        key.verify(signature, _signed(record))
    except InvalidSignature:
        return f"{file}: the signature is not by this key, or not of this record"
    return None


def _signature_file(record: Stored) -> Path:
    return record.file.with_name(record.file.name + SUFFIX)


def _signed(record: Stored) -> bytes:
    return (CONTEXT + digest(record.content)).encode("ascii")


def _key(path: Path, option: str, *, private: bool) -> Any:
    """The Ed25519 key in a PEM file; `cryptography` comes with an extra, so that it is imported here."""
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ed25519
        from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
    except ImportError:
        raise ReportError(f"{option} needs the extra: pip install 'pytorchjob-contract[sign]'") from None
    try:
        content = path.read_bytes()
        key = load_pem_private_key(content, password=None) if private else load_pem_public_key(content)
    except OSError as error:
        raise ReportError(f"{path}: cannot be read ({error.strerror}) ({option})") from None
    except TypeError:
        raise ReportError(f"{path}: the key is encrypted; decrypt it first ({option})") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ReportError(f"{path}: this is no PEM file with such a key ({option})") from None
    if private and not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ReportError(f"{path}: this is no Ed25519 key ({option}); {HOW}")
    if not private and not isinstance(key, ed25519.Ed25519PublicKey):
        raise ReportError(f"{path}: this is no Ed25519 public key ({option})")
    return key
