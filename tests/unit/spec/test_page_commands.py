"""Examples of requests that are commands of curl."""

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document

PUT = "PUT /apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"
LAMP = {"kind": "Lamp", "metadata": {"name": "a"}}
COMMANDS = {
    "one line": 'curl -X PUT https://a.example/lamps/a -d \'{"kind": "Lamp", "metadata": {"name": "a"}}\'',
    "several": "curl -X PUT \"https://a.example/lamps/a\" \\\n  -H 'Accept: a/b' \\\n  -d '{\n"
    '    "kind": "Lamp",\n    "metadata": {"name": "a"}\n  }\'',
}


def parse(text: str, suffix: str) -> Document:
    return parse_document(text.encode(), suffix)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("heading", ["Request\n\nExample request", "Example request", "Example"])
def test_a_command_in_plain_text_is_a_request(command: str, heading: str) -> None:
    text = f"Replacing a Lamp\n\nURI\n\n{PUT}\n\n{heading}\n\n{command}\n\nStatus Code\n\n200 OK\n"
    document = parse(text, ".txt")
    assert ([one.value for one in document.requests], document.obstacles) == ([LAMP], ())
    assert [one.code for one in document.statuses] == [200]


def test_what_follows_a_command_in_an_example_of_anything_is_not_taken_for_a_request() -> None:
    shown = f'```bash\n{COMMANDS["one line"]}\n```\n\n```json\n{{\n  "kind": "Switch"\n}}\n```'
    document = parse(f"# Replacing a Lamp\n\n{PUT}\n\n## Example\n\n{shown}\n\n## Responses\n\n- 200: OK\n", ".md")
    assert [one.value for one in document.requests] == [LAMP]
    assert [one.expected[:14] for one in document.obstacles] == ["a heading that"]


def test_a_command_of_which_nothing_says_that_it_is_an_example_is_told() -> None:
    shown = f"```bash\n{COMMANDS['one line']}\n```"
    document = parse(f"# Replacing a Lamp\n\n{PUT}\n\n{shown}\n\n## Status code\n\n200\n", ".md")
    assert ([one.value for one in document.requests], [one.line for one in document.obstacles]) == ([], [6])


def test_a_quote_that_is_never_closed_ends_with_its_line() -> None:
    text = f"Replacing a Lamp\n\n{PUT}\n\nExample request\n\ncurl -d '{{\n\nStatus Code\n\n200 OK\n"
    assert [one.code for one in parse(text, ".txt").statuses] == [200]
