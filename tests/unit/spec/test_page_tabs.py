"""What tabs of sites show belongs to the words on them: an answer's status, a kind of patch."""

import json
from typing import Any

import pytest

from contracts.spec.page.model import Document
from contracts.spec.page.reader import parse_document
from contracts.spec.page.to_openapi import derive

PATH = "/apis/lights.example/v1/namespaces/{namespace}/lamps/{name}"
LAMP = '{"apiVersion": "lights.example/v1", "kind": "Lamp", "metadata": {"name": "a"}}'
FAILED = '{"kind": "Status", "apiVersion": "v1", "code": 404}'


def parse(text: str, suffix: str = ".md", method: str = "PUT") -> Document:
    title = "# Replacing a Lamp" if suffix == ".md" else "Replacing a Lamp\n================"
    return parse_document(f"{title}\n\n{method} {PATH}\n\n{text}\n".encode(), suffix)


def mkdocs(words: str, shown: str) -> str:
    return f'=== "{words}"\n\n    ```json\n    {shown}\n    ```\n'


def gitbook(words: str, shown: str) -> str:
    return f'{{% tab title="{words} " %}}\n```json\n{shown}\n```\n{{% endtab %}}\n'


def old_gitbook(words: str, shown: str) -> str:
    block = f"```json\n{shown}\n```\n{{% endswagger-response %}}\n"
    return f'{{% swagger-response status="{words}" description="" %}}\n{block}'


def docusaurus(words: str, shown: str) -> str:
    return f'<TabItem value="{words[:3]}" label="{words}">\n\n```json\n{shown}\n```\n\n</TabItem>\n'


def hugo(words: str, shown: str) -> str:
    return f'{{{{< tab "{words}" >}}}}\n```json\n{shown}\n```\n{{{{< /tab >}}}}\n'


@pytest.mark.parametrize("tab", [mkdocs, gitbook, old_gitbook, docusaurus, hugo])
@pytest.mark.parametrize(
    "above", ["## Response\n\n", "#### Request Body\n\n| Name | Type |\n|--|--|\n| spec | Object |\n\n"]
)
def test_a_tab_with_a_status_shows_an_answer_of_that_status(tab: Any, above: str) -> None:
    document = parse(f"{above}{tab('200 OK', LAMP)}\n{tab('404: Not Found', FAILED)}\n{tab('409 冲突', FAILED)}")
    assert [(one.code, one.reason) for one in document.statuses] == [(200, "OK"), (404, "Not Found"), (409, "冲突")]
    assert [one.status for one in document.responses] == [200, 404, 409]
    assert (document.requests, document.obstacles) == ((), ())


@pytest.mark.parametrize("directive", ["tab", "tab-item", "group-tab"])
def test_tabs_of_sphinx(directive: str) -> None:
    def tab(words: str, shown: str) -> str:
        return f".. {directive}:: {words}\n\n   .. code-block:: json\n\n      {shown}\n"

    document = parse(f"Response\n--------\n\n{tab('200', LAMP)}\n{tab('404 Not Found', FAILED)}", ".rst")
    assert [(one.code, one.reason) for one in document.statuses] == [(200, ""), (404, "Not Found")]
    assert [one.status for one in document.responses] == [200, 404]


def test_a_tab_with_other_words_stays_in_its_part() -> None:
    tabs = mkdocs("Shell", LAMP) + "\n" + mkdocs("Body", LAMP)
    document = parse(f"## Request example\n\n{tabs}\n## Response example\n\n{mkdocs('Body', LAMP)}")
    assert (len(document.requests), len(document.responses), document.obstacles) == (2, 1, ())


def contents(document: Document) -> dict[str, Any]:
    (operation,) = derive(document)["paths"].values()
    found = operation["patch"]["requestBody"]["content"]
    return {name: [one["value"] for one in content.get("examples", {}).values()] for name, content in found.items()}


MERGE, STEPS = {"spec": {"dim": 1}}, [{"op": "remove", "path": "/spec"}]
TYPES = "Content-Type: application/merge-patch+json, application/json-patch+json, application/apply-patch+yaml"


@pytest.mark.parametrize(
    "labels",
    [
        ("**Merge patch**", "**JSON patch**"),
        ("### Request example (merge patch)", "### Request example (JSON Patch)"),
        ("With a merge patch:", "With JSON patch:"),
        ("#### application/merge-patch+json", "#### application/json-patch+json"),
        ("- 合并补丁", "- JSON patch"),
        ('=== "Merge patch"', '=== "JSON patch"'),
    ],
)
def test_words_above_an_example_name_the_media_type_of_a_patch(labels: tuple[str, str]) -> None:
    shown = (
        f"{label}\n\n```json\n{json.dumps(value)}\n```" for label, value in zip(labels, (MERGE, STEPS), strict=True)
    )
    document = parse(f"## Request\n\n{TYPES}\n\n" + "\n\n".join(shown), method="PATCH")
    assert (contents(document), document.obstacles) == (
        {
            "application/merge-patch+json": [MERGE],
            "application/json-patch+json": [STEPS],
            "application/apply-patch+yaml": [],
        },
        (),
    )


def test_a_json_patch_is_told_by_its_members_where_the_page_names_that_media_type() -> None:
    code = f"```json\n{json.dumps(MERGE)}\n```\n\n```json\n{json.dumps(STEPS)}\n```"
    document = parse(f"## Request\n\n{TYPES}\n\n{code}", method="PATCH")
    assert contents(document)["application/json-patch+json"] == [STEPS]


def test_a_json_patch_where_only_a_merge_patch_is_named_is_told() -> None:
    code = f"```json\n{json.dumps(MERGE)}\n```\n\n```json\n{json.dumps(STEPS)}\n```"
    document = parse(f"## Request\n\nOnly merge patch is supported.\n\n{code}", method="PATCH")
    assert contents(document) == {"application/merge-patch+json": [MERGE]}
    assert [one.line for one in document.obstacles] == [14]


def test_a_replacement_beside_which_a_patch_is_named_is_no_patch() -> None:
    document = parse(f"## Request\n\nUnlike a merge patch:\n\n```json\n{LAMP}\n```")
    assert [one.media_type for one in document.requests] == [None]


def test_the_status_of_an_example_that_no_list_has_is_told() -> None:
    document = parse(f"## Response example\n\n{mkdocs('404 Not Found', FAILED)}\n## Status codes\n\n- 200: OK")
    assert [one.code for one in document.statuses] == [200]
    assert [(one.line, one.found) for one in document.obstacles] == [(7, "404 Not Found")]


def test_the_status_in_the_first_line_of_an_example_is_told_where_no_list_has_it() -> None:
    document = parse(f"## Response example\n\n```\nHTTP/1.1 200 OK\n\n{LAMP}\n```\n\n## Status codes\n\n- 404: Dark")
    assert [one.line for one in document.obstacles] == [8]
