"""What Schemathesis is given to generate from: the page's specification, overlaid and narrowed. Pure."""

from typing import Any, Final

from contracts.casekit.generated_body import narrowed
from contracts.judge.response_rules import JSON_TYPE
from contracts.spec.contract import Contract
from contracts.spec.load import overlaid
from contracts.spec.schema import SpecificationError

# Members of an OpenAPI Path Item Object that are operations.
METHODS: Final = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))


def prepared(document: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """A copy of the page's specification with the overlays applied, to generate requests from.

    Operations that only the overlay has are left out. Of a body only the replaceable fields are generated: the rest of
    what is sent is the live object. Raises `SpecificationError` for another specification than the contract's.
    """
    own = document.get("paths", {}).get(contract.item_path)
    if not isinstance(own, dict) or "x-replaceable-fields" not in own.get("put", {}):
        raise SpecificationError(f"this is no specification of PUT {contract.item_path} (openapi/*.yaml)")
    result = overlaid(document)
    item = result["paths"][contract.item_path]
    for method in METHODS - own.keys():
        item.pop(method, None)
    item["put"]["requestBody"]["content"][JSON_TYPE]["schema"] = narrowed(contract, closed=False)
    for parameter in item["put"]["parameters"]:
        if parameter["in"] == "query":  # texts at random would never be the value that has a meaning
            parameter["schema"] = {"anyOf": [{"const": "true"}, parameter["schema"]]}
    result["paths"] = {contract.item_path: item}
    return result
