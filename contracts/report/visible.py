"""Text of a target, made harmless for whoever reads it. Pure."""


def visible(text: str) -> str:
    """The text on one line with every control or invisible character written as its escape.

    What a target answers ends up on somebody's terminal; an escape sequence in it must not be obeyed there.
    """
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
