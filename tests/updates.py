"""A specification of an update by merge patch, made of the one that ships: the same fields, another method."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from contracts.spec.load import DERIVED, SUFFIX, read_yaml, shipped
from contracts.spec.write import MERGE_PATCH

NAME = "update.yaml"
CHANGE = {"metadata": {"labels": {"app": "test"}}}


def write_update(directory: Path) -> Path:
    """Write the specification and its overlay into a directory; gives its path."""
    _, document = read_yaml(shipped() / DERIVED)
    (item,) = document["paths"].values()
    operation = item["patch"] = item.pop("put")
    content = operation["requestBody"]["content"].pop("application/json")
    (example,) = content["examples"].values()
    example["value"] = CHANGE
    operation["requestBody"]["content"][MERGE_PATCH] = {**content, "schema": {}}
    del operation["responses"]["201"]
    file = directory / NAME
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    shutil.copy(shipped() / DERIVED.replace(".yaml", SUFFIX), file.with_name(file.stem + SUFFIX))
    return file
