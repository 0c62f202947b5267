"""What Schemathesis is given to generate from: the page's specification, overlaid and narrowed. Pure."""

import copy
from typing import Any, Final

from contracts.casekit.generated_body import narrowed
from contracts.judge.response_rules import JSON_TYPE
from contracts.spec.contract import Contract
from contracts.spec.schema import FIELDS, SpecificationError

# Members of a specification that the contract's overlaid one stands for; others (servers, security) are the user's.
JUDGED: Final = ("paths", "components")


def prepared(document: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """What to generate requests from in place of the page's specification: the same with the overlays applied.

    Operations that only the overlays have are left out. Of a body only the replaceable fields are generated: the rest
    of what is sent is the live object. Raises `SpecificationError` for another specification than the contract's.
    """
    own = document.get("paths", {}).get(contract.item_path)
    if not isinstance(own, dict) or FIELDS not in own.get("put", {}):
        raise SpecificationError(f"this is no specification of PUT {contract.item_path} (openapi/*.yaml)")
    judged = copy.deepcopy({name: contract.spec.overlaid[name] for name in JUDGED})
    documented = contract.spec.derived["paths"][contract.item_path]
    item = {name: value for name, value in judged["paths"][contract.item_path].items() if name in documented}
    item["put"]["requestBody"]["content"][JSON_TYPE]["schema"] = narrowed(contract, closed=False)
    for parameter in item["put"]["parameters"]:
        if parameter["in"] == "query":  # texts at random would never be the value that has a meaning
            parameter["schema"] = {"anyOf": [{"const": "true"}, parameter["schema"]]}
    return {**document, **judged, "paths": {contract.item_path: item}}
