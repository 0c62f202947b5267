"""Which options the line about a refusal names."""

from __future__ import annotations

import pytest

from contracts.resource import hints

ADMISSION = 'admission webhook "policy.example.com" denied the request'


@pytest.mark.parametrize(
    ("status", "message", "options"),
    [
        (403, f"{ADMISSION}: image docker.io/x is not from registry.example.com", "--image, --object"),
        (403, f"{ADMISSION}: spec.template.spec.nodeSelector must be set", "--object"),
        (403, f"{ADMISSION}: metadata.name must start with a-", f"{hints.CREATE}, --object"),
        (403, f"{ADMISSION}: label team is required", "--labels, --object"),
        (403, 'User "x" cannot create resource "jobs" in the namespace "a"', hints.CREATE),
        (403, "exceeded quota: jobs, requested: 1, used: 2, limited: 2", "--namespace, or --name"),
        (404, 'namespaces "a" not found', "--namespace, or --name"),
        (404, "the server could not find the requested resource", "--namespace, --target, or --name"),
        (400, "header X-Project-Id is missing", "--header"),
        (400, "the query parameter tenant is missing", "--query"),
        (403, "", "--token-file, --namespace, or --name"),
        (422, "", "--object"),
        (401, "", "--token-file, --auth-header"),
        (401, "Incorrect IAM authentication information: x-auth-token not found", "--token-file, --auth-header"),
        (401, "the header X-Auth-Token is missing", "--token-file, --auth-header, --header"),
        (418, "", "--target"),
    ],
)
def test_the_options_that_may_help_with_a_creation(status: int, message: str, options: str) -> None:
    assert options in hints.options(status, message, "--target", creating=True)


def test_a_read_is_not_helped_by_what_is_created() -> None:
    assert hints.options(403, "images", "--x") == "--token-file, --namespace"
    assert hints.options(400, "missing header X-Project-Id", "--x") == "--header"
    assert hints.options(400, "", "--x") == "--x"


def test_the_option_of_the_credential_is_named() -> None:
    assert hints.options(401, "", credential="--iam-user") == "--iam-user, --auth-header"
    assert hints.options(403, "", credential="--iam-user") == "--iam-user, --namespace"


def test_a_header_that_is_missing_is_not_the_credential() -> None:
    assert hints.is_of_the_request(403, "X-Project-Id is missing or unknown")
    assert hints.is_of_the_request(403, "parameter tenant is missing")
    for status, message in ((401, "X-Project-Id is missing"), (403, "X-Auth-Token is invalid"), (403, "forbidden")):
        assert not hints.is_of_the_request(status, message)
