"""What is sent of a generated body where its characters alone may be why it is refused."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.casekit.generated_body import in_plain_characters

TEXTS = st.text(max_size=4)
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def texts(body: Any) -> list[str]:
    if isinstance(body, dict):
        return [*body, *(text for one in body.values() for text in texts(one))]
    if isinstance(body, list):
        return [text for one in body for text in texts(one)]
    return [body] if isinstance(body, str) else []


@given(BODIES)
def test_rare_characters_become_letters_and_nothing_else_changes(body: Any) -> None:
    plain = in_plain_characters(body)
    assert type(plain) is type(body)
    assert all(character <= "\uffff" for text in texts(plain) for character in text)
    assert in_plain_characters(plain) == plain
    if all(character <= "\uffff" for text in texts(body) for character in text):
        assert plain == body


def test_of_a_text_and_a_name() -> None:
    assert in_plain_characters({"a\U0001f600": ["\U0001f600é", 1]}) == {"ax": ["xé", 1]}
