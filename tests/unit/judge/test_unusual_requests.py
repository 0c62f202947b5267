"""Other spellings and representations, wrong types and limits: what is sent is what it is said to be."""

from __future__ import annotations

import fnmatch
import gzip
import json
import posixpath
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contracts.jsonvalue import paths, strict
from contracts.judge import map_limits, metadata_types, value_schemas
from contracts.judge.representations import JSON, escaped, representations
from contracts.judge.spellings import other_names, spellings
from contracts.judge.unusual_texts import TOGETHER
from contracts.spec.fields import UID, VERSION
from contracts.spec.load import load_contract
from contracts.spec.write import MERGE_PATCH

CONTRACT = load_contract()
PATH = "/apis/group/v1/namespaces/space/things/name"
BASE = "https://api.example.com:8443"
UNPACKED: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=9
)


@pytest.mark.parametrize("name", spellings(PATH, BASE))
def test_another_spelling_stands_for_the_same_object_and_is_another_text(name: str) -> None:
    spelling = spellings(PATH, BASE)[name]
    assert (spelling.path, spelling.query) != (PATH, "") or spelling.headers
    bare = re.sub(r";[^/]*", "", unquote(unquote(spelling.path))).removesuffix(".json")
    assert posixpath.normpath(re.sub("/+", "/", bare)).lower() == PATH
    assert spelling.path.endswith(spelling.extra)


@given(st.from_regex(r"[a-z]([-a-z0-9]*[a-z0-9])?", fullmatch=True))
def test_another_name_is_one_that_careless_queries_find_the_object_by(name: str) -> None:
    parent, _, _ = PATH.rpartition("/")
    made = {about: unquote(path).removeprefix(f"{parent}/") for about, path in other_names(f"{parent}/{name}").items()}
    assert name not in made.values()
    assert not any("/" in other for other in made.values())
    assert made["its name in other capitals"].lower() == name
    assert made["its name with a blank behind it"].rstrip() == name
    for about, one, any_text in (("one character", "_", ""), ("any characters", "", "%")):
        pattern = "".join("." if c == one else ".*" if c == any_text else c for c in made[f"a pattern for {about}"])
        assert re.fullmatch(pattern, name)
    assert fnmatch.fnmatchcase(name, made["a pattern of file names"])


@given(st.from_regex(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", fullmatch=True), st.none() | st.integers(1, 65535))
def test_a_host_s_name_in_its_absolute_form(host: str, port: int | None) -> None:
    shown = f":{port}" if port else ""
    assert spellings(PATH, f"http://{host}{shown}")["a dot behind the host"].headers == {"Host": f"{host}.{shown}"}


@given(st.dictionaries(st.text(), JSON_VALUES))
def test_escapes_change_the_text_and_nothing_else(value: dict[str, Any]) -> None:
    body = strict.encode(value)
    assert json.loads(escaped(body)) == value
    assert all(re.fullmatch(rb'"(\\u[0-9a-f]{4})*"', text) for text in re.findall(rb'"[^"]*"', escaped(body)))


@pytest.mark.parametrize("media_type", [JSON, MERGE_PATCH])
def test_every_representation_is_of_the_same_object(media_type: str) -> None:
    body = json.dumps(CONTRACT.example_request).encode()
    for name, form in representations(media_type).items():
        sent = form.encode(body)
        plain = UNPACKED.get(form.headers.get("Content-Encoding", ""), bytes)(sent)
        assert yaml.safe_load(plain) == CONTRACT.example_request, name
        assert form.headers or sent != body


def test_every_field_of_metadata_gets_values_of_every_other_type() -> None:
    found = metadata_types.fields(CONTRACT, adopted=False)
    assert {UID, VERSION, ("metadata", "labels"), ("metadata", "managedFields")} <= set(found)
    assert list(metadata_types.wrong_values(CONTRACT, UID)) == [7, [7], {"contract": {"a": 7}}, True]
    assert 7 not in metadata_types.wrong_values(CONTRACT, ("metadata", "generation"))
    assert "-1" in metadata_types.wrong_values(CONTRACT, VERSION)


def test_an_adopted_object_gets_no_values_that_could_not_be_taken_back() -> None:
    spared = set(metadata_types.fields(CONTRACT, adopted=False)) - set(metadata_types.fields(CONTRACT, adopted=True))
    assert {paths.render(path) for path in spared} >= {"metadata.finalizers", "metadata.deletionTimestamp"}


def test_maps_at_their_limits_are_allowed_by_the_schema() -> None:
    for field in CONTRACT.replaceable:
        schema = value_schemas.schema_of(CONTRACT, field)
        found = {limit.title: limit for limit in map_limits.limits(schema)}
        assert bool(found) == ("additionalProperties" in schema)
        for limit in found.values():
            longest = schema["additionalProperties"].get("maxLength", TOGETHER)
            assert all(len(value) <= longest for value in limit.value.values())
            size = sum(len(key) + len(value) for key, value in limit.value.items())
            assert size <= TOGETHER
            assert all(re.search(schema["propertyNames"]["pattern"], key) for key in limit.value)
