"""Random operations, as Hypothesis strategies; what a page shows of them is in `pages.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from contracts.spec.page.model import SECTIONS
from tests.unit.spec.pages import Api, Row

_WORDS = ("lamp", "wick", "oil", "glass", "light", "dim", "night", "keeper", "tower", "flame", "shade", "灯", "玻璃")
_IDENTIFIERS = st.from_regex(r"[a-z]{2,6}([A-Z][a-z]{1,6}){0,2}", fullmatch=True)
_FIELDS = st.from_regex(r"(metadata|spec|status)(\.[a-z]{2,7}([A-Z][a-z]{1,5})?(\[\*\])?){1,3}", fullmatch=True)
_TYPES = st.sampled_from(["String", "Integer", "Boolean", "Array of strings", "Object", "Map<String,String>", "Long"])
_SENTENCES = st.lists(st.sampled_from(_WORDS), min_size=2, max_size=5).map(
    lambda words: " ".join(words).capitalize() + "."
)
_DESCRIPTIONS = st.lists(_SENTENCES, min_size=1, max_size=2).map("\n".join)
_TEXTS = st.sampled_from(
    ["", "a b", "*", "[*]", "a_b_", "`x`", "{}", "}{", '"', "\\", "|a|", "<b>", "# a", "-", "http://a/b", "灯", "&amp;"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**12) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_IDENTIFIERS, inner, max_size=3),
    max_leaves=6,
)
_STATUSES = st.lists(
    st.sampled_from([200, 201, 202, 204, 400, 401, 403, 404, 409, 422, 500, 503]), unique=True, min_size=1, max_size=6
)
_REASONS = st.sampled_from(["OK", "Created", "Bad request", "Forbidden", "Internal Error", "成功", "冲突", "NotFound"])
_MEDIA_TYPES = st.sampled_from(
    ["application/merge-patch+json", "application/json", "application/strategic-merge-patch+json"]
)


def _rows(names: list[str]) -> st.SearchStrategy[tuple[Row, ...]]:
    made = [st.builds(Row, st.just(name), st.booleans(), _TYPES, _DESCRIPTIONS) for name in names]
    return st.tuples(*made)


def _crosses_list(field: str, shown: Sequence[Any]) -> bool:
    """Whether a path without `[*]` leads through a list of an example: it would be read with it."""
    for step in field.split(".")[:-1]:
        shown = [value.get(step) for value in shown if isinstance(value, dict)]
        if any(isinstance(value, list) for value in shown):
            return True
    return False


@st.composite
def apis(draw: st.DrawFn) -> Api:
    """Give an operation and the looks of its page."""
    language = draw(st.sampled_from(["en", "zh"]))
    method = draw(st.sampled_from(["PUT", "PATCH", "GET", "POST", "DELETE"]))
    kind = draw(st.from_regex(r"[A-Z][a-z]{2,6}([A-Z][a-z]{2,5})?", fullmatch=True))
    group = draw(st.just("") | st.from_regex(r"[a-z]{3,7}(\.example)?", fullmatch=True))
    version = draw(st.sampled_from(["v1", "v2beta1", "v1alpha2"]))
    spaced, several, project = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    root = ("/v3/{project_id}" if project else "") + (f"/apis/{group}/{version}" if group else f"/api/{version}")
    namespaced, plain = f"{root}/namespaces/{{namespace}}/{kind.lower()}s/{{name}}", f"{root}/{kind.lower()}s/{{name}}"
    paths = (namespaced, plain) if spaced and several else (namespaced,) if spaced else (plain,)
    in_path = [*(["project_id"] if project else []), *(["namespace"] if spaced else []), "name"]
    path_rows = tuple(Row(row.name, True, row.type, row.description) for row in draw(_rows(in_path)))
    names = draw(st.lists(_IDENTIFIERS, unique=True, max_size=3))
    about = {"apiVersion": f"{group}/{version}" if group else version, "kind": kind}
    objects = st.dictionaries(st.sampled_from(["metadata", "spec", "status"]), _VALUES).map(
        lambda more: {**about, **more}
    )
    bodies: st.SearchStrategy[Any] = (
        st.dictionaries(_IDENTIFIERS, _VALUES, min_size=1) if method == "PATCH" else objects
    )
    # Which kind of patch it is a page has to say.
    media_types = _MEDIA_TYPES if method == "PATCH" else st.none() | _MEDIA_TYPES
    order = draw(st.permutations(SECTIONS))
    left_out = draw(st.sets(st.sampled_from(["Function", "Response", "Status Code", "Request"]), max_size=2))
    order = [section for section in order if section not in left_out]
    asked = method in ("PUT", "PATCH", "POST") and "Request" in order
    typed = draw(st.booleans())
    statuses = [(code, draw(_REASONS)) for code in draw(_STATUSES)] if "Status Code" in order else []
    title = draw(
        st.sampled_from([f"Replacing a {kind}", f"Updating the Specified {kind}", f"替换{kind}", f"查询{kind}详情"])
    )
    structures = (
        draw(st.lists(st.from_regex(r"[A-Z][a-z]{3,8}Spec", fullmatch=True), unique=True, max_size=2)) if asked else []
    )
    requests = tuple((draw(bodies), draw(media_types)) for _ in range(draw(st.integers(0, 2)))) if asked else ()
    responses = tuple(draw(st.lists(objects, max_size=2))) if "Response" in order else ()
    shown = [*(value for value, _ in requests), *responses]
    fields = draw(st.lists(_FIELDS, unique=True, max_size=4)) if "Function" in order else []
    return Api(
        language=language,
        title=draw(st.just(title) | st.none()),
        updated=draw(st.none() | st.dates().filter(lambda day: day.year > 1999).map(lambda day: day.isoformat())),
        date_form=draw(st.integers(0, 2)),
        method=method,
        paths=paths,
        path_rows=path_rows,
        query_rows=draw(_rows(names)),
        header_rows=draw(_rows(["X-Auth-Token"][: draw(st.integers(0, 1))])) if asked else (),
        body_rows=draw(_rows(["apiVersion", "kind", "type", "name"][: draw(st.integers(0, 4))])) if asked else (),
        structures=tuple(
            (name, draw(_rows(draw(st.lists(_IDENTIFIERS, unique=True, min_size=1, max_size=3)))))
            for name in structures
        ),
        columns=(True, typed) if asked or names else (draw(st.booleans()), typed),
        fields=tuple(field for field in fields if not _crosses_list(field, shown)),
        field_form=draw(st.sampled_from(["sentence", "bullets", "apart"])),
        statuses=tuple(statuses),
        status_form=draw(st.sampled_from(["table", "one cell", "list", "lines"])),
        requests=requests,
        responses=responses,
        indent=draw(st.sampled_from([2, 4])),
        order=tuple(order),
        headed=draw(st.booleans()),
        furniture=draw(st.booleans()),
        style=draw(st.integers(0, 2)),
    )
