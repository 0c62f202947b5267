"""Tokens of Huawei Cloud's IAM: fetched, renewed, refused, and never seen again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.client.credentials import NONE
from contracts.client.errors import CredentialUnusable, TargetMisconfigured, TargetUnavailable
from contracts.reference.checks import FULL_USER

from ..command import Command, Finished, expect_error
from ..tls import Tls
from . import iam as fake
from .accounts import Connect, Start, one_line, refused_variants, status
from .iam import PASSWORD, VARIABLES, VIEWER, VIEWERS_PASSWORD, Iam, options


@pytest.fixture
def iam(tls: Tls) -> Iterator[Iam]:
    with fake.served(tls) as served:
        yield served


def test_a_token_is_fetched_once_and_shown_to_the_target(start: Start, connect: Connect, iam: Iam) -> None:
    endpoint = start(iam.who)
    target = connect(VARIABLES, target=endpoint.url, **options(iam))
    assert [status(target, endpoint) for _ in range(3)] == [404] * 3
    assert len(iam.asked) == 1
    assert status(target, endpoint, credential=NONE) == 401
    assert refused_variants(target, endpoint) >= 7
    [token] = iam.tokens
    shown = target.send("GET", f"{endpoint.resource.collection_path.format(namespace='x')}/y").headers
    assert shown["X-Auth-Token"] == "$TOKEN"
    assert target.mask(f"{token} {PASSWORD} {token[:2000]}") == "$TOKEN $TOKEN $TOKEN"


def test_a_header_that_was_named_carries_it(start: Start, connect: Connect, iam: Iam) -> None:
    endpoint = start(lambda request: iam.tokens[request.headers["x-mine"]])
    assert status(connect(VARIABLES, target=endpoint.url, auth_header="X-Mine", **options(iam)), endpoint) == 404


def test_a_token_is_renewed_before_it_expires(
    start: Start, connect: Connect, iam: Iam, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = start(iam.who)
    target = connect(VARIABLES, target=endpoint.url, **options(iam))
    now = time.monotonic()
    assert status(target, endpoint) == 404
    monkeypatch.setattr(time, "monotonic", lambda: now + iam.seconds - 70)
    assert status(target, endpoint) == 404
    assert len(iam.asked) == 1
    monkeypatch.setattr(time, "monotonic", lambda: now + iam.seconds - 50)
    iam.revoke()
    assert [status(target, endpoint) for _ in range(3)] == [404] * 3
    assert len(iam.asked) == 2


def test_a_token_that_the_target_refuses_is_renewed_once(start: Start, connect: Connect, iam: Iam) -> None:
    endpoint = start(iam.who)
    target = connect(VARIABLES, target=endpoint.url, **options(iam))
    iam.revoke()
    assert status(target, endpoint) == 404
    assert len(iam.asked) == 2
    iam.asked.clear()
    refusing = start()  # knows no token of IAM
    target = connect(VARIABLES, target=refusing.url, **options(iam))
    assert [status(target, refusing) for _ in range(4)] == [401] * 4
    # at the beginning, and once more; not with every request that is refused
    assert len(iam.asked) == 2


def test_never_more_than_one_is_fetched_at_a_time(start: Start, connect: Connect, iam: Iam) -> None:
    endpoint = start(iam.who)
    target = connect(VARIABLES, target=endpoint.url, **options(iam))
    iam.revoke()
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(status(target, endpoint))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [404] * 8
    assert (len(iam.asked), iam.most_at_once) == (2, 1)


@pytest.mark.parametrize(
    ("more", "variables"),
    [
        ({}, {"PYTORCHJOB_CONTRACT_IAM_PASSWORD": "wrong-0123456789"}),
        ({"iam_domain": "other"}, VARIABLES),
        ({"iam_project": "0123456789abcdef0123456789abcdef"}, VARIABLES),
    ],
)
def test_a_refused_user_is_told_of_with_the_option(
    connect: Connect, iam: Iam, more: dict[str, str], variables: dict[str, str]
) -> None:
    with pytest.raises(CredentialUnusable, match=r"^--iam-user: IAM refuses the user .*401") as caught:
        connect(variables, target="https://target.example", **{**options(iam), **more})
    one_line(caught.value, PASSWORD, "wrong-0123456789")
    assert "$TOKEN" in str(caught.value)
    assert len(iam.asked) == 1


def test_a_refused_second_user_is_told_of_as_that(connect: Connect, iam: Iam) -> None:
    with pytest.raises(CredentialUnusable, match=r"^--denied-iam-user: .*--denied-iam-project"):
        connect(
            {**VARIABLES, "PYTORCHJOB_CONTRACT_DENIED_IAM_PASSWORD": "x"},
            target="https://target.example",
            **options(iam, denied_iam_user=VIEWER),
        )


def test_an_iam_that_cannot_answer_now_is_asked_again(start: Start, connect: Connect, iam: Iam) -> None:
    iam.answers = [503, 429, 500]
    endpoint = start(iam.who)
    assert status(connect(VARIABLES, target=endpoint.url, **options(iam)), endpoint) == 404
    iam.answers = [503] * 9
    with pytest.raises(TargetUnavailable, match=r"^--iam-url: .*503") as caught:
        connect(VARIABLES, target=endpoint.url, **options(iam))
    one_line(caught.value, PASSWORD)


@pytest.mark.parametrize(
    ("url", "more", "problem", "words"),
    [
        ("https://127.0.0.1:9", {}, TargetUnavailable, r"not reachable: .*\(--iam-url\)"),
        (None, {"ca_file": ""}, TargetMisconfigured, "its certificate is not trusted.*--ca-file"),
        ("LOCALHOST", {}, TargetMisconfigured, r"its certificate is for another host \(--iam-url\)"),
        ("PATH", {}, TargetMisconfigured, "IAM gives no token: 404, no such API"),
    ],
)
def test_what_keeps_from_iam_is_never_blamed_on_the_target(
    connect: Connect,
    iam: Iam,
    tls: Tls,
    url: str | None,
    more: dict[str, str],
    problem: type[Exception],
    words: str,
) -> None:
    known = {"LOCALHOST": iam.url.replace("127.0.0.1", "localhost"), "PATH": iam.url + "/x"}
    chosen = options(iam, iam_url=known.get(url or "", url or iam.url))
    if more:
        chosen["ca_file"] = str(tls.client)
    with pytest.raises(problem, match=f"^--iam-url: https://.*{words}") as caught:
        connect(VARIABLES, target="https://target.example", **chosen)
    assert "--target" not in one_line(caught.value, PASSWORD)


def test_insecure_is_for_iam_too(start: Start, connect: Connect, iam: Iam, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = start(iam.who)
    target = connect(VARIABLES, target=endpoint.url, **options(iam), in_cluster="false", insecure="true")
    assert status(target, endpoint) == 404


def arguments(iam: Iam, url: str, namespace: str, tls: Tls, **more: str) -> list[str]:
    given = {**options(iam), **more, "target": url, "namespace": namespace, "ca_file": str(tls.ca)}
    return [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]


def expect_nothing_secret(done: Finished, iam: Iam, *more: str) -> None:
    files = [path for path in done.directory.parent.rglob("*") if path.is_file()]
    kept = done.output + "".join(path.read_text(errors="replace") for path in files)
    for secret in (PASSWORD, VIEWERS_PASSWORD, *more, *iam.tokens):
        assert secret not in kept
        assert secret[: len(secret) // 2] not in kept


def test_a_run_as_a_user_and_another_who_may_not(
    run: Command, start: Start, iam: Iam, tls: Tls, tmp_path: Path
) -> None:
    endpoint = start(iam.who)
    given = arguments(iam, endpoint.url, endpoint.namespace, tls, denied_iam_user=VIEWER, workers="2")
    told = ("--har=run.har", "-v", "--", "-vv", "--showlocals", "-k", "correct_replacement or credential")
    done = run(*given, *told, environment={**VARIABLES, "TMPDIR": str(tmp_path)})
    assert done.status == 0, done.output
    assert {done.outcomes[f"status.{code}"] for code in (200, 401, 403)} == {"passed"}
    assert {body["auth"]["identity"]["password"]["user"]["name"] for body in iam.asked} == {fake.USER, VIEWER}
    expect_nothing_secret(done, iam)
    assert "/v3/auth/tokens" not in done.output


def test_a_run_whose_findings_are_shown_again_gives_no_token_away(
    run: Command, start: Start, iam: Iam, tls: Tls
) -> None:
    endpoint = start(lambda request: iam.tokens.get(request.headers.get("x-auth-token", ""), FULL_USER))
    given = arguments(iam, endpoint.url, endpoint.namespace, tls)
    done = run(*given, "--har=findings", "--", "-k", "no_valid_credential or labels", environment=VARIABLES)
    assert done.status == 1, done.output
    scripts = [one.read_text() for one in (done.directory / "reproduce").iterdir()]
    assert any("X-Auth-Token: " in text and ': "${TOKEN:?' in text for text in scripts)
    expect_nothing_secret(done, iam)


def test_a_wrong_password_ends_a_run_as_a_credential_does(run: Command, iam: Iam, tls: Tls) -> None:
    wrong = {"PYTORCHJOB_CONTRACT_IAM_PASSWORD": "Wrong-0123456789"}
    done = run(*arguments(iam, "https://127.0.0.1:9", "x", tls), environment=wrong)
    expect_error(done, "--iam-user: IAM refuses the user", "401", kind="credential")
    expect_nothing_secret(done, iam, "Wrong-0123456789")
    down = run(*arguments(iam, "https://127.0.0.1:9", "x", tls, iam_url="https://127.0.0.1:9"), environment=wrong)
    expect_error(down, "--iam-url: https://127.0.0.1:9: not reachable", kind="unreachable")


def test_what_is_in_effect_is_shown_without_asking_for_a_token(run: Command, iam: Iam, tls: Tls) -> None:
    shown = run(*arguments(iam, "https://target.example", "x", tls), "--show-config", environment=VARIABLES)
    assert shown.status == 0
    assert iam.asked == []
    lines = {line.split()[0]: line for line in shown.output.splitlines()}
    assert "***" in lines["iam-password"]
    expect_nothing_secret(shown, iam)
