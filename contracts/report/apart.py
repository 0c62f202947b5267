"""Two texts that are alike for long, cut so that the difference between them is seen. Pure."""

from typing import Final

# What is shown of a piece that both have in common: so much of its beginning, and of its end before the difference.
HEAD: Final = 8
TAIL: Final = 20
# Characters before a value, such as `refused, or stored value still`.
MOST_WORDS: Final = 40
ELLIPSIS: Final = "…"


def apart(left: str, right: str, limit: int) -> tuple[str, str]:
    """Two texts in at most `limit` characters each; where they are alike for longer, a piece in between is left out."""
    return _cut(left, right, (0, 0, _alike(left, right)), limit)


def apart_behind_words(left: str, right: str, limit: int) -> tuple[str, str]:
    """The same of two texts that begin with different words, as an answer's status, before they are alike."""
    places = ((a, b) for a in range(min(MOST_WORDS, len(left))) for b in range(min(MOST_WORDS, len(right))))
    common = ((a, b, _alike(left[a:], right[b:])) for a, b in places if left[a] == right[b])
    return _cut(left, right, max(common, key=lambda one: (one[2], -one[0] - one[1]), default=(0, 0, 0)), limit)


def _alike(left: str, right: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(left), len(right)))


def _cut(left: str, right: str, common: tuple[int, int, int], limit: int) -> tuple[str, str]:
    a, b, size = common
    # Behind what fits there has to be something of the difference, too.
    hidden = max(a, b) + size + HEAD > limit and (left[a + size :] or right[b + size :])
    return _around(left, a, size if hidden else 0, limit), _around(right, b, size if hidden else 0, limit)


def _around(text: str, start: int, size: int, limit: int) -> str:
    kept = min(TAIL, limit // 4)
    if len(text) > limit and size > HEAD + kept:
        text = text[: start + HEAD] + ELLIPSIS + text[start + size - kept :]
    return text if len(text) <= limit else f"{text[: limit - 1]}{ELLIPSIS}"
