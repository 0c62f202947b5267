"""Texts, keys and values that careless code takes for others, and such as are none of their type: data alone."""

from collections.abc import Mapping, Sequence
from typing import Final

from contracts.jsonvalue.paths import Json

# What careless code trims, escapes, expands, normalises or cuts: quotes, markup, variables, a combining accent, a
# letter beyond 16 bits, characters without width, what joins two and chooses the form of one, controls, other spaces,
# marks of direction, private characters; places of templates, comments, and what stands for values in statements.
FREE_TEXT: Final = (
    ' é ✓ <b>&amp;</b> "q" \\ \\\\ \\n / %41 %s $HOME ${HOME} $$ $& {0} {} {{x}} + # '
    "#{x} <%= x %> {% x %} [[x]] @{x} $(x) /* x */ <!-- x --> ? :x 'q' `q` ; | ~ ^ = "
    "e\u0301 \U0001f600 \u200b\ufeff\u2028\r\n\t "
    "\x01\x1b\x7f\x85\xa0\xad\u200e\u202e\u3000\ufffd\ue000\u200d\ufe0f\U00020bb7 "
)
# What careless code trims, cuts, parses or takes apart when it is the whole of a text.
WHOLE_TEXTS: Final = {
    "contract-lines": "\n text\n",
    "contract-return": "a\rb",
    "contract-blank": " ",
    "contract-list": '[1.0, "a" ]',
    "contract-json": '{"b": 1.0, "a": [ ]}',
    "contract-quoted": '"quoted"',
    "contract-comment": "issue #42 # and more",
    "contract-time": "2024-01-31T09:30:00.5+02:00",
    "contract-padded": "Y29udHJhY3Q=",
    "contract-duration": "12:30:45",
    "contract-minutes": "12:30",
    "contract-directory": "C:\\contract\\",
    "contract-link": "https://contract.example/x/",
    "contract-page": f"{'p' * 4095}q",
}
# A text column of a database holds less than this, the annotations of an object may hold four times as much.
LONG: Final = 70_000
# Of two bytes each, so that whoever cuts bytes cuts some of them in two; with what else is long, in all beyond 64 KiB.
LONG_BEYOND_ASCII: Final = f"{'é' * 6_000}x{'é' * 6_000}"
# Bytes of keys and values together (Kubernetes: annotations, syntax and character set).
TOGETHER: Final = 256 * 1024
# More keys than who sets a limit of his own allows (64, 100, 128).
MANY: Final = 130
# The one of these that others begin as.
BEGINNING: Final = f"contract-{MANY // 10 - 1}"
LONG_TEXTS: Final = {"contract-d": FREE_TEXT + LONG_BEYOND_ASCII + "x" * LONG, **WHOLE_TEXTS}
LONGEST_KEY: Final = f"{'a.' * 126}b/{'Kk' * 31}k"
# What careless code takes for a number, a truth value, a date, a version, nothing, a member that every object has or
# that only the server writes, a member of another member, or the same as another one: as a value and as a key.
TYPE_LIKE: Final = {
    "Contract_K.e-y": "1e3",
    "contract-bool": "no",
    "contract.bool": "no",
    "contract_bool": "n",
    "contract-bool.e-y": "yes",
    "contract-bool.example/e-y": "off",
    "contract-date": "2001-01-01",
    "contract-grouped": "1_000",
    "contract-none": "None",
    "contract-null": "null",
    "contract-undefined": "undefined",
    "contract-token": "vault",
    "contract-token/e-y": "vault",
    "contract-tag": "v1.2.3",
    "contract-version": "1.10",
    "contract-zeros": "0010",
    "0010": "x",
    "1.10": "x",
    "constructor": "NaN",
    "generation": "7",
    "null": "x",
    "owner": "contract",
    "status": "x",
    "toString": "0x1f",
    "uid": "x",
    "yes": "x",
}

# Keys without the syntax of those of labels and annotations.
WRONG_KEYS: Final = ("not a key", "", "Contract_A/key", f"example.com/{'k' * 64}", "example.com/contract/key")
# By type, values of other types.
WRONG: Final[Mapping[str, Sequence[Json]]] = {
    "boolean": ("true", 1, [True], {"value": True}, ""),
    "number": ("0.5", True, [0.5], {"value": 1}, ""),
    "string": (5, True, ["x"], {"value": "x"}),
    "array": ("x", 5, True, {"value": "x"}),
    "object": ("x", 5, True, ["x"]),
}
