"""Signatures over records: by the right key of the very record, and nothing else."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from contracts.cli.main import main
from contracts.report import record as json_report
from contracts.report.files import ReportError
from contracts.report.trust import signature

from .samples import SOUND

Key = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def private(path: Path, key: Key, password: bytes | None = None) -> Path:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    return path


def public(path: Path, key: Key) -> Path:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    path.write_bytes(key.public_key().public_bytes(encoding, form))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    key = ed25519.Ed25519PrivateKey.generate()
    return private(tmp_path / "key.pem", key), public(tmp_path / "public.pem", key)


def test_signed_record_is_verified(tmp_path: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    record = json_report.write(SOUND, tmp_path)
    assert main(["report", "sign", str(tmp_path), "--key", str(keys[0])]) == 0
    assert capsys.readouterr().out.strip() == f"{record}.sig"
    assert main(["report", "verify", str(record), "--public-key", str(keys[1])]) == 0
    assert capsys.readouterr().err == ""


def test_edited_record_is_noticed_also_with_a_new_digest(
    tmp_path: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    record = json_report.write(SOUND, tmp_path)
    signature.sign(record, keys[0])
    edited = json.loads(record.read_text())
    edited["implementation"]["organization"] = "Somebody Else"
    edited[json_report.DIGEST] = json_report.digest(edited)
    record.write_text(json.dumps(edited))
    assert main(["report", "verify", str(record)]) == 0, "a digest can be made anew"
    assert main(["report", "verify", str(record), "--public-key", str(keys[1])]) == 3
    assert "not of this record" in capsys.readouterr().err


def test_other_signatures_are_refused(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    record = json_report.write(SOUND, tmp_path)
    assert "no signature" in str(signature.check(json_report.stored(record), keys[1]))
    signature.sign(record, keys[0])
    stranger = public(tmp_path / "other.pem", ed25519.Ed25519PrivateKey.generate())
    assert "not by this key" in str(signature.check(json_report.stored(record), stranger))
    file = tmp_path / "conformance.json.sig"
    changed = bytearray(base64.b64decode(file.read_text()))
    changed[3] ^= 1
    file.write_text(base64.b64encode(changed).decode())
    assert "not by this key" in str(signature.check(json_report.stored(record), keys[1]))
    file.write_text("not base64!")
    assert "this is no signature" in str(signature.check(json_report.stored(record), keys[1]))


def test_keys_that_cannot_be_used(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    record = json_report.write(SOUND, tmp_path)
    other = ec.generate_private_key(ec.SECP256R1())
    locked = private(tmp_path / "locked.pem", ed25519.Ed25519PrivateKey.generate(), b"canary-password")
    (tmp_path / "text.pem").write_text("canary-key")
    for file, said in (
        (private(tmp_path / "curve.pem", other), "no Ed25519 key"),
        (locked, "encrypted"),
        (tmp_path / "text.pem", "no PEM file"),
        (tmp_path / "absent.pem", "cannot be read"),
        (keys[1], "no PEM file"),
    ):
        with pytest.raises(ReportError, match=said) as caught:
            signature.sign(record, file)
        assert "--key" in str(caught.value)
        assert "canary" not in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(ReportError, match="no Ed25519 public key"):
        signature.check(json_report.stored(record), public(tmp_path / "curve-public.pem", other))
    assert not (tmp_path / "conformance.json.sig").exists()


def test_edited_record_is_not_signed(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    record = json_report.write(SOUND, tmp_path)
    record.write_text(record.read_text().replace('"7.1"', '"7.2"'))
    with pytest.raises(ReportError, match="not signed, since"):
        signature.sign(record, keys[0])


def test_without_the_extra(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    record = json_report.write(SOUND, tmp_path)
    main = "from contracts.cli.main import main; sys.exit(main(sys.argv[1:]))"
    hidden = f"import sys; sys.modules['cryptography'] = None; {main}"
    for arguments in (["sign", "--key", str(keys[0])], ["verify", "--public-key", str(keys[1])]):
        line = [sys.executable, "-c", hidden, "report", *arguments, str(record)]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 3, done.stderr
        assert "pytorchjob-contract[sign]" in done.stderr
        assert "Traceback" not in done.stderr
