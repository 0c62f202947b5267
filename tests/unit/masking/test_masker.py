"""A secret is masked in every spelling in which it may come back, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest

from contracts.jsonvalue.paths import Json
from contracts.masking import masker as masking
from contracts.masking.encodings import near_misses
from contracts.masking.masker import PASSWORD, PULL_SECRET, TOKEN, Masker

SECRET = "Zq7/+pW\"'<&>%\\-é3Jx~k=Vm9"
PLAIN = "aB3-dE6_gH9jK2mN5pQ8"


def masker(*secrets: str, public: str = "") -> Masker:
    known = Masker(public)
    for secret in secrets:
        known.add(secret)
    return known


SPELLINGS = {
    "plain": SECRET,
    "JSON": json.dumps(SECRET),
    "JSON in UTF-8": json.dumps(SECRET, ensure_ascii=False),
    "JSON of Go": json.dumps(SECRET, ensure_ascii=False)
    .replace("<", "\\u003c")
    .replace("&", "\\u0026")
    .replace(">", "\\u003e"),
    "JSON with \\/": json.dumps(SECRET).replace("/", "\\/"),
    "JSON in JSON": json.dumps(json.dumps(SECRET)),
    "in a URL": quote(SECRET, safe=""),
    "in a path, small letters": quote(SECRET).lower(),
    "in a form": quote_plus(SECRET),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "HTML": html.escape(SECRET),
    "XML text": html.escape(SECRET, quote=False),
    "JSON in HTML": html.escape(json.dumps(SECRET)),
    "Python": repr(SECRET),
    "shell": shlex.quote(SECRET),
    "other capitals": SECRET.swapcase(),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling(name: str) -> None:
    known = masker(SECRET)
    text = f"before {SPELLINGS[name]} after"
    masked = known.mask(text)
    assert TOKEN in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert len(masked) < len("before  after") + 20, masked
    assert known.found(text.encode())
    assert not known.found(masked.encode())


@pytest.mark.parametrize("name", [name for name in near_misses(PLAIN) if name != "unknown"])
@pytest.mark.parametrize("around", ["{}", '{{"message":"no {} here"}}'])
def test_what_is_nearly_a_token_gives_it_away(name: str, around: str) -> None:
    near = near_misses(PLAIN)[name]
    masked = masker(PLAIN).mask(around.format(near))
    assert PLAIN[: len(PLAIN) // 2].lower() not in masked.lower()
    assert TOKEN in masked
    coded = base64.b64encode(near.encode()).decode()
    assert TOKEN in masker(PLAIN).mask(coded)


@pytest.mark.parametrize("text", ["", "nothing", "aB3-d", "é✓😀 \ud800", "a" * 1000])
def test_other_text_stays(text: str) -> None:
    assert masker(PLAIN, SECRET).mask(text) == text


def test_what_was_cut_off_is_masked() -> None:
    assert masker(PLAIN).mask(f"it says {PLAIN[:7]}…") == "it says $TOKEN…"
    assert masker(PLAIN).mask(f"it says {PLAIN[:7]}") == "it says $TOKEN"
    assert masker(PLAIN).mask(f"it says {PLAIN[:3]}…") == f"it says {PLAIN[:3]}…"


def test_a_token_that_begins_like_another() -> None:
    assert masker("abc", "abcdef").mask("x abcdef abc") == "x $TOKEN $TOKEN"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Authorization: Bearer 0123abcdXYZ", "0123abcd"),
        ("x-auth-token: MIIabcdef0123", "MIIabc"),
        ("Set-Cookie: sid=1; other=verysecret", "verysecret"),
        ('{"headers": {"Cookie": "sid=verysecret"}}', "verysecret"),
        ("you sent Bearer 0123abcdXYZ here", "0123abcd"),
        ("you sent Basic dXNlcjpwYXNzd29yZDE=", "dXNlcjp"),
        ('{"token":"hidden-word"}', "hidden"),
        ('{\\"password\\": \\"hidden-word\\"}', "hidden"),
        ("proxy http://user:pass@host:1/x", "pass"),
        ("https://onlytoken@host/x", "onlytoken"),
    ],
)
def test_by_name(text: str, gone: str) -> None:
    masked = masker().mask(text)
    assert gone not in masked
    assert "$" in masked


@pytest.mark.parametrize(
    "text",
    [
        "-H 'Authorization: Bearer'",
        '-H "Authorization: Bearer $TOKEN"',
        "Bearer authentication is required",
        "http://127.0.0.1:8080/a@b",
        '{"tokens": 3, "name": "x"}',
        "no credential was given (--token-file)",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masker().mask(text) == text


def test_an_adopted_object() -> None:
    known = Masker("a specification that says regcred")
    template = {
        "imagePullSecrets": [{"name": "my-registry-key"}, {"name": "regc"}],
        "containers": [{"env": [{"name": "DB_PASSWORD", "value": "hunter22"}, {"name": "MODE", "value": "slowest"}]}],
    }
    known.learn({"spec": {"template": template}})
    text = known.mask(json.dumps(template))
    assert "my-registry-key" not in text
    assert "hunter22" not in text
    assert '"regc"' not in text, "by its name, since the word is public"
    assert "slowest" in text
    assert known.mask("my-registry-key-x") == f"{PULL_SECRET}-x"
    assert known.mask("MY-REGISTRY-KEY") == f"{PULL_SECRET}_IN_OTHER_CAPITALS"
    assert known.mask("regcred") == "regcred"
    assert known.mask_json({"a": ["hunter22", 5, None]}) == {"a": [PASSWORD, 5, None]}


def test_a_proxys_password_and_what_is_sent_of_it() -> None:
    known = Masker()
    known.learn_environment({"HTTPS_PROXY": "http://me:p%40ss-word@proxy:3128", "PATH": "x", "no_proxy": "::["})
    pair = base64.b64encode(b"me:p@ss-word").decode()
    assert known.mask(f"p%40ss-word p@ss-word {pair}") == f"{PASSWORD} {PASSWORD} {PASSWORD}"


def test_cookies_and_headers() -> None:
    known = Masker()
    known.learn_headers({"Set-Cookie": "sid=0123456789abc; Path=/; HttpOnly"})
    assert known.mask("0123456789abc") == "$COOKIE"
    shown = known.mask_headers({"Set-Cookie": "a=b", "X-Auth-Token": "c", "Accept": "d", "Authorization": "Bearer"})
    assert shown == {"Set-Cookie": "$COOKIE", "X-Auth-Token": TOKEN, "Accept": "d", "Authorization": "Bearer"}


def test_a_word_of_the_specification_is_no_leak() -> None:
    known = masker("labels", public="labels and annotations")
    assert known.mask("the labels") == f"the {TOKEN}"
    assert not known.found(b"the labels")
    assert known.found(b"the labels") is masker("labels", public="labels").found(b"labels")


def test_numbers() -> None:
    assert masker("1234567890").mask_json([1234567890, 5, True]) == [TOKEN, 5, True]


def test_what_was_masked_before_a_secret_was_known_is_masked_again() -> None:
    masker, text = Masker("a specification that says mykey"), "https://example.test/jobs?of=canary-0123456789"
    assert masker.mask(text) == text
    masker.add("canary-0123456789")
    assert masker.mask(text) == "https://example.test/jobs?of=$TOKEN"
    names = '{"imagePullSecrets": [{"name": "mykey"}]}'
    assert masker.mask(names) == names
    masker.learn({"imagePullSecrets": [{"name": "mykey"}]})
    assert "mykey" not in masker.mask(names)


def test_only_so_much_is_remembered() -> None:
    masker = Masker()
    for number in range(3 * masking.MOST_REMEMBERED):
        assert masker.mask(f"answer {number}") == f"answer {number}"
    masker.mask("x" * (masking.LONGEST_REMEMBERED + 1))
    assert len(masker._masked) == masking.MOST_REMEMBERED
    assert max(map(len, masker._masked)) <= masking.LONGEST_REMEMBERED


def injected(value: str) -> dict[str, object]:
    return {"spec": {"containers": [{"env": [{"name": "AWS_SECRET_ACCESS_KEY", "value": value}]}]}}


@pytest.mark.parametrize(
    "value",
    [
        injected('a "quoted" key'),
        {"metadata": {"annotations": {"vault.example.com/api-key": 'a "quoted" key'}}},
        {"items": [{"spec": {"imagePullSecrets": [{"name": 'a "quoted" key'}]}}]},
    ],
)
def test_what_a_target_adds_is_learnt(value: Json) -> None:
    masker = Masker("a specification")
    masker.learn_answer(value)
    assert masker.found(json.dumps(value).encode())
    assert "quoted" not in masker.mask(json.dumps(value))


@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_what_was_sent_or_is_specified_is_not_taken_for_the_targets_secret(ensure_ascii: bool) -> None:
    masker = Masker("a specification with an example-secret")
    for text in ("changed-to-Ω\\", "changed again", "Example-Secret", "short"):
        if "changed" in text:
            masker.note_sent(json.dumps(injected(text), ensure_ascii=ensure_ascii).encode())
        masker.learn_answer(injected(text))
        assert masker.mask(f"it is {text}!") == f"it is {text}!"


def test_what_was_known_before_it_was_sent_stays_a_secret() -> None:
    masker = Masker()
    masker.learn_answer(injected("wJalrXUtnFEMI"))
    masker.note_sent(json.dumps(injected("wJalrXUtnFEMI")).encode())
    masker.learn_answer(injected("wJalrXUtnFEMI"))
    assert masker.mask("wJalrXUtnFEMI") == PASSWORD


def test_a_learnt_word_is_masked_and_no_file_is_withheld_for_it() -> None:
    masker = Masker()
    masker.learn_answer(injected("disabled"))
    assert masker.mask("it is disabled") == f"it is {PASSWORD}"
    assert not masker.found(b"<input disabled>")
    masker.add("canarytoken")
    assert masker.found(b"a canarytoken")
