"""What careless comparisons take for the same: another value each time, of the kind that its name says."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import MISSING, Json
from contracts.judge import equivalents, mutations
from contracts.spec.load import load_contract

CONTRACT = load_contract()
LIVE: Json = {**CONTRACT.example_response, "spec": CONTRACT.examples[0]["spec"]}


@pytest.mark.parametrize(
    ("text", "kind", "other"),
    [
        ("1", "equal quantity", "1000m"),
        ("100m", "equal quantity", "100000u"),
        ("4Gi", "equal quantity", "4096Mi"),
        ("1Ki", "equal quantity", "1024"),
        ("60s", "equal duration", "1m0s"),
        ("5s", "equal duration", "5000ms"),
        ("1h", "equal duration", "60m"),
        ("2024-01-31T09:30:00Z", "time with an offset", "2024-01-31T09:30:00+00:00"),
        ("2024-01-31T09:30:00Z", "time with a fraction", "2024-01-31T09:30:00.000Z"),
        ("2024-01-31T09:30:00Z", "time in another zone", "2024-01-31T10:30:00+01:00"),
        ("2024-01-31T09:30:00Z", "time a moment later", "2024-01-31T09:30:01Z"),
        ("1", "leading zero", "01"),
        ("0.10", "trailing zero", "0.100"),
        ("1", "trailing zero", "1.0"),
        ("1", "value for its text", 1),
        ("true", "value for its text", True),
        ("true", "other word for a truth value", "True"),
        ("gcs/pytorch:v1", "digest behind an image", f"gcs/pytorch:v1{equivalents.DIGEST}"),
        ("gcs/pytorch", "tag by default", "gcs/pytorch:latest"),
        ("docker.io/library/busybox", "registry by default", "busybox"),
        ("gcs/pytorch", "registry by default", "docker.io/gcs/pytorch"),
        ("/var/data", "slash behind", "/var/data/"),
        ("/var/data", "double slash", "/var//data"),
        ("/var/data", "dot in a path", "/var/./data"),
        ("http://a.example/b/", "slash behind", "http://a.example/b"),
        ("eth0,eth1", "list in a text", "eth1,eth0"),
        ('{"a": 1, "b": 2}', "JSON laid out otherwise", '{"b":2,"a":1}'),
        ("/var/mnist.py", "dot for any character", "/var/mnistxpy"),
        ("pytorch", "pattern of SQL", "%"),
        # "py" and "qZ" have one hash code in Java: 31 times the first character and the second.
        ("pytorch", "hash code", "qZtorch"),
    ],
)
def test_a_text_of_one_form_is_written_otherwise(text: str, kind: str, other: Json) -> None:
    assert paths.same(dict(equivalents.of_text(text))[kind], other)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("pytorch", "equal quantity"),
        ("pytorch", "digest behind an image"),
        ("/var/data", "digest behind an image"),
        ("1", "digest behind an image"),
        ("a.example:80/b", "registry by default"),
        ("gcs/pytorch:v1", "tag by default"),
        ("v1", "value for its text"),
        ("NaN", "value for its text"),
        ("2024-01-31T23:30:00Z", "time in another zone"),
        ("2024-01-31T09:30:59Z", "time a moment later"),
        ("{broken", "JSON laid out otherwise"),
        ("plain", "composed otherwise"),
        ("64Mi", "dot for any character"),
        ("ALL", "hash code"),
    ],
)
def test_other_texts_are_not_of_that_form(text: str, kind: str) -> None:
    assert kind not in dict(equivalents.of_text(text))


@given(st.text(max_size=20))
def test_a_text_is_always_another_one(text: str) -> None:
    for kind, other in equivalents.of_text(text):
        assert not paths.same(other, text), kind


def test_unicode_takes_them_for_the_same() -> None:
    found = dict(equivalents.of_text("pytorch Zoë"))
    assert unicodedata.normalize("NFKC", found["full-width letter"]) == "pytorch Zoë"
    assert unicodedata.normalize("NFC", found["composed otherwise"]) == "pytorch Zoë"
    assert dict(equivalents.of_text("kit"))["folded letter"].casefold() == "kit"


def test_numbers_lists_and_names() -> None:
    assert dict(equivalents.of_number(1)) == {
        "truth value for a number": True,
        "zero": 0,
        "wrapped at 32 bits": 2**32 + 1,
        "with a fraction": 1.25,
        "number as text": "1.0",
    }
    assert dict(equivalents.of_list(["a"]))["item for the list"] == "a"
    assert dict(equivalents.of_list([{"a": 1}]))["empty item"] == [{"a": 1}, {}]
    assert dict(equivalents.of_list(["a", "b", "c"]))["list rotated"] == ["b", "c", "a"]
    assert dict(equivalents.of_name("restartPolicy"))["name in another style"] == "restart_policy"
    assert equivalents.zero({"type": ["boolean", "null"]}) is False
    assert equivalents.zero({}) is MISSING


@given(st.lists(st.text("a b", max_size=4), max_size=4))
def test_texts_that_are_joined_or_taken_apart_read_the_same(texts: list[str]) -> None:
    found = dict(equivalents.of_list(list(texts)))
    if texts:
        assert found["one text for the list"] == " ".join(texts)
    if len(texts) > 1:
        assert " ".join(found["texts joined by a blank"]) == " ".join(texts)
        assert "".join(found["texts joined"]) == "".join(texts)
        assert ",".join(found["texts joined by a comma"]) == ",".join(texts)
    if any(" " in text for text in texts):
        assert " ".join(found["text with a blank in two"]) == " ".join(texts)
        assert len(found["text with a blank in two"]) == len(texts) + 1
    assert not {kind for kind, _ in equivalents.of_list([*texts, {}]) if kind.startswith("text")}


def test_the_realistic_example_has_a_value_of_every_form() -> None:
    spec = paths.get(LIVE, ("spec",))
    kinds = {kind for kind, attempt in mutations.careless(spec, {}, ()) if attempt.way != "add"}
    assert kinds >= set(equivalents._FORMS) | {"composed otherwise", "white space within", "truth value for a number"}


@pytest.mark.parametrize(
    "form",
    ["\r\n", "\t", "%20", "{{ ", "$(", "\\n", "é|ë", "\U0001f680", "e\u0301", "\u2028", '""', "''", " #"],
)
def test_the_realistic_example_has_a_text_with_what_is_written_otherwise_elsewhere(form: str) -> None:
    texts = [item for _, item in paths.walk(paths.get(LIVE, ("spec",))) if isinstance(item, str)]
    assert any(part in text for text in texts for part in form.split("|"))
