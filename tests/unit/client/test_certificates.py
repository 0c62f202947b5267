"""Files with certificates and keys that hold none are told of before anything is sent."""

from pathlib import Path

import pytest
import trustme

from contracts.client.certificates import check_certificates
from contracts.settings.config_file import SettingsError
from contracts.settings.resolve import resolve

TARGET = {"target": "https://t.example"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    mine = authority.issue_cert("me@example.com")
    authority.cert_pem.write_to_path(directory / "authority")
    mine.cert_chain_pems[0].write_to_path(directory / "certificate")
    mine.private_key_pem.write_to_path(directory / "key")
    mine.private_key_and_cert_chain_pem.write_to_path(directory / "both")
    (directory / "text").write_text("no certificate\n")
    return directory


@pytest.mark.parametrize(
    "given",
    [{"ca_file": "authority"}, {"client_cert": "both"}, {"client_cert": "certificate", "client_key": "key"}],
)
def test_certificates(files: Path, given: dict[str, str]) -> None:
    check_certificates(resolve({**TARGET, **{key: str(files / name) for key, name in given.items()}}, {}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ca_file": "key"}, "--ca-file: {}/key holds no certificate in PEM form"),
        ({"ca_file": "text"}, "--ca-file: {}/text holds no certificate in PEM form"),
        ({"client_cert": "certificate"}, "--client-cert: {}/certificate holds no certificate with its key"),
        (
            {"client_cert": "key", "client_key": "certificate"},
            "--client-cert: {0}/key and --client-key: {0}/certificate hold no certificate with its key",
        ),
    ],
)
def test_no_certificates(files: Path, given: dict[str, str], said: str) -> None:
    settings = resolve({**TARGET, **{key: str(files / name) for key, name in given.items()}}, {})
    with pytest.raises(SettingsError) as caught:
        check_certificates(settings)
    assert str(caught.value).startswith(said.format(files))
