"""Writes what the foreign servers serve, all of it from `openapi/`: `python -m tests.foreign.prepare DIRECTORY`.

specification.yaml   the overlaid specification, for Prism
db.json, routes.json the documented example as json-server's only record, under the documented path
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml

from contracts.spec.load import load_contract, load_specification


def prepare(directory: Path) -> None:
    """Write the three files into an existing directory."""
    contract = load_contract()
    example = contract.example_response
    plural = contract.item_path.rstrip("/").split("/")[-2]
    routes = {
        contract.item_path.replace("{", ":").replace("}", ""): f"/{plural}/:name",
        contract.collection_path.replace("{", ":").replace("}", ""): f"/{plural}",
    }
    # json-server knows a record by its id
    record = {"id": example["metadata"]["name"], **example}
    (directory / "specification.yaml").write_text(yaml.safe_dump(load_specification().overlaid))
    (directory / "db.json").write_text(json.dumps({plural: [record]}))
    (directory / "routes.json").write_text(json.dumps(routes))


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
