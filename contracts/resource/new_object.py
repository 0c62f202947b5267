"""What is created: the page's example or the object of a file, with an image and labels that were asked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.jsonvalue import paths
from contracts.jsonvalue.paths import Json
from contracts.judge.value_schemas import is_mandatory
from contracts.settings.config_file import SettingsError
from contracts.settings.options import Settings
from contracts.spec.contract import Contract
from contracts.spec.fields import SPEC
from contracts.spec.load import read_yaml
from contracts.spec.schema import SpecificationError

OF_METADATA = ("labels", "annotations")


@dataclass(frozen=True)
class NewObject:
    """What an object is made of: the `content` of a file, by default the documented example; labels; an image.

    `keep`: the fields that are created as they are there, though it is to be seen what the target gives without them.
    """

    content: Mapping[str, Any] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    image: str | None = None
    keep: tuple[paths.Path, ...] = ()

    def examples(self, contract: Contract) -> Sequence[Mapping[str, Any]]:
        """What to make an object of, the first that the target takes: what was given alone, or the contract's."""
        return contract.examples if self.content is None else (self.content,)

    def made(
        self, contract: Contract, metadata: Mapping[str, Any], example: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object to create, with this metadata of its own: neither a status nor replaceable fields of its spec."""
        source = example or self.content or contract.example_object
        left_out = [path for path in map(paths.parse, contract.replaceable) if path[0] in contract.desired]
        left_out = [path for path in left_out if path not in self.keep and not is_mandatory(contract, path)]
        wanted = {key: source[key] for key in ("apiVersion", "kind", *contract.desired) if key in source}
        sent = paths.without(wanted, left_out)
        given = source.get("metadata", {}) if self.content else {}
        own = {key: dict(given[key]) for key in OF_METADATA if given.get(key)}
        labels = {**own.get("labels", {}), **self.labels, **metadata.get("labels", {})}
        return {**self._with_image(contract, sent), "metadata": {**own, **metadata, "labels": labels}}

    def _with_image(self, contract: Contract, value: Json) -> Json:
        if self.image is None:
            return value
        for path, item in list(paths.walk(value)):
            if path[-1] == contract.image and isinstance(item, str) and paths.starts_with(path, [contract.pods]):
                value = paths.put(value, path, self.image)
        return value


def new_object(contract: Contract, settings: Settings) -> NewObject:
    """What the settings say is created; raises `SettingsError` for a file that holds no such object."""
    content = _content(settings.object, contract) if settings.object else None
    labels = {one.name: one.value for one in settings.labels}
    return NewObject(content, labels, settings.image, tuple(map(paths.parse, settings.keep)))


def _content(path: Path, contract: Contract) -> Mapping[str, Any]:
    try:
        content = read_yaml(path)[1]
    except SpecificationError as error:
        raise SettingsError(f"--object: {error}") from None
    for field_name, wanted in (("apiVersion", contract.api_version), ("kind", contract.kind)):
        if content.get(field_name) != wanted:
            raise SettingsError(f"--object: {path}: expected {field_name} {wanted}")
    metadata = content.get("metadata") or {}
    desired = {name: content[name] for name in contract.desired if name in content}
    if SPEC[0] in contract.desired and not isinstance(content.get(SPEC[0]), dict):
        raise SettingsError(f"--object: {path}: expected a spec as an object has it")
    if not isinstance(metadata, dict) or not all(isinstance(metadata.get(key) or {}, dict) for key in OF_METADATA):
        raise SettingsError(f"--object: {path}: expected metadata as an object has it")
    kept = {**desired, **{key: metadata.get(key) or {} for key in OF_METADATA}}
    try:
        json.dumps(kept)
    except (TypeError, ValueError):
        raise SettingsError(f"--object: {path}: expected JSON values (a date needs quotes)") from None
    return {**content, "metadata": metadata}
