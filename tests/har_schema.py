"""What HAR 1.2 requires of a file, as JSON Schema (http://www.softwareishard.com/blog/har-12-spec/)."""

from typing import Any


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {}), "comment": {"type": "string"}}
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
SIZE = {"type": "integer", "minimum": -1}
TIME = {"type": "number", "minimum": 0}
PAIRS = {"type": "array", "items": _object({"name": TEXT, "value": TEXT})}
COOKIES = {"type": "array", "items": {"type": "object", "required": ["name", "value"]}}
MESSAGE = {"httpVersion": TEXT, "cookies": COOKIES, "headers": PAIRS, "headersSize": SIZE, "bodySize": SIZE}
REQUEST = _object(
    {**MESSAGE, "method": {**TEXT, "minLength": 1}, "url": {**TEXT, "format": "uri"}, "queryString": PAIRS},
    {"postData": _object({"mimeType": TEXT, "text": TEXT}, {"params": {"type": "array"}})},
)
RESPONSE = _object(
    {
        **MESSAGE,
        "status": {"type": "integer", "minimum": 0, "maximum": 999},
        "statusText": TEXT,
        "content": _object({"size": {**SIZE, "minimum": 0}, "mimeType": TEXT}, {"text": TEXT, "encoding": TEXT}),
        "redirectURL": TEXT,
    }
)
ENTRY = _object(
    {
        "startedDateTime": {**TEXT, "format": "date-time"},
        "time": TIME,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": {"type": "object"},
        "timings": _object({"send": TIME, "wait": TIME, "receive": TIME}),
    },
    {
        "serverIPAddress": TEXT,
        "connection": TEXT,
        "pageref": TEXT,
        "_case": TEXT,
        "_findings": {"type": "array", "items": TEXT},
    },
)
CREATOR = _object({"name": TEXT, "version": TEXT})
HAR = {
    "type": "object",
    "required": ["log"],
    "additionalProperties": False,
    "properties": {
        "log": _object(
            {"version": {"const": "1.2"}, "creator": CREATOR, "entries": {"type": "array", "items": ENTRY}},
            {"browser": CREATOR, "pages": {"type": "array"}},
        )
    },
}
