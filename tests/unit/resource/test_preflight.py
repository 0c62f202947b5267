"""Whether a target can be judged at all, in one line where it cannot."""

from __future__ import annotations

import pytest

from contracts.client.errors import TargetError
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge.model import Response
from contracts.resource.lifecycle import ResourceUnderTest
from tests.unit.resource.fake_target import HTML, FakeTarget, always, job_on, problem, said


def test_preflight_accepts_an_absent_object_and_sends_one_read(target: FakeTarget) -> None:
    job_on(target).preflight()
    assert [method for method, _, _ in target.log] == ["GET"]


def test_preflight_accepts_the_object_to_adopt(target: FakeTarget, adopted: ResourceUnderTest) -> None:
    adopted.preflight()
    assert adopted.path in target.objects


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (problem(401), "the credential is refused: 401"),
        (problem(403), "the credential is not permitted to read there: 403"),
        (Response(401, {}, b""), "the credential is refused: 401"),
        (HTML, "this is no Kubernetes-style API: 200, a body that is text/html"),
        (Response(404, {"content-type": "text/plain"}, b"404"), "this is no Kubernetes-style API: 404"),
        (said(404, {"error": "no"}), "this is no Kubernetes-style API: 404"),
        (said(404, []), "this is no Kubernetes-style API: 404"),
        (Response(204, {}, b""), "this is no Kubernetes-style API: 204, a body that is of no media type"),
        (problem(500), "the object cannot be read: 500"),
        (problem(302), "the object cannot be read: 302"),
        (said(200, {"kind": "Pod"}), 'the answer\'s kind is "Pod"'),
        (said(200, {}), "the answer's kind is absent"),
    ],
)
@pytest.mark.parametrize("name", [None, "theirs"])
def test_preflight_says_in_one_line_why_a_target_cannot_be_judged(
    target: FakeTarget, answer: Response, hint: str, name: str | None
) -> None:
    target.before = always("GET", answer)
    if name is None and answer.status == 404:
        job_on(target, name).preflight()  # whatever its body: an endpoint may be wrong about errors; creating decides
        return
    with pytest.raises(TargetError) as caught:
        job_on(target, name).preflight()
    text = str(caught.value)
    if answer.status != 404 or not isinstance(answer.value, dict):
        assert hint in text
    assert "--" in text
    assert "\n" not in text
    assert "s3cret" not in text


def test_a_run_without_a_credential_says_that_none_was_given(target: FakeTarget) -> None:
    target.before, target.has_credential = always("GET", problem(401)), False
    with pytest.raises(TargetError, match="a credential is asked for, and none was given: 401"):
        job_on(target).preflight()


def test_a_target_may_keep_to_the_documented_statuses_and_answer_400_for_what_is_absent(target: FakeTarget) -> None:
    def before(target: FakeTarget, method: str, path: str, _: Json) -> Response | None:
        return problem(400) if method == "GET" and path not in target.objects else None

    target.before = before
    job = job_on(target)
    job.preflight()
    job.start()
    assert job.read() is not MISSING
    job.finish()
    assert job.read() is MISSING


def test_a_target_that_answers_every_read_with_400_cannot_be_judged(target: FakeTarget) -> None:
    target.before = always("GET", problem(400))
    job = job_on(target)
    job.preflight()
    with pytest.raises(TargetError, match="was created and is not there"):
        job.start()


def test_preflight_misses_the_object_to_adopt(target: FakeTarget) -> None:
    with pytest.raises(TargetError, match=r"404 .*--name"):
        job_on(target, "theirs").preflight()
