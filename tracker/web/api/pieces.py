"""Owns the pieces that the schemas of the OpenAPI document are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from tracker.web.api.asked import MONTH

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
TEXTS_LISTED: Schema = {"type": "array", "items": TEXT}
WAN: Schema = {
    "type": "string",
    "pattern": r"^-?[0-9]+(\.[0-9]{1,4})?$",
    "description": "Money in 万元 (10,000 yuan), exact, without exponent or trailing zeros.",
    "examples": ["1068300"],
}
PERCENT: Schema = {
    "type": ["string", "null"],
    "pattern": r"^-?[0-9]+\.[0-9]{2}$",
    "description": "Per cent, or points between percentages, with two decimals; null where undefined.",
    "examples": ["27.58"],
}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DATE: Schema = {"type": "string", "format": "date"}
MONTH_TEXT: Schema = {"type": "string", "pattern": MONTH, "examples": ["2023-03"]}
#: A path's text is never empty, and control signs stand in no code.
CODE_TEXT: Schema = {
    "type": "string",
    "pattern": r"^[^\x00-\x1f\x7f]{1,40}$",
    "minLength": 1,
    "maxLength": 40,
    "examples": ["CX-01-1"],
}


def shape(properties: dict[str, Schema], required: Iterable[str] | None = None, **more: Any) -> Schema:
    """Return an object of exactly these fields, all of them required unless said otherwise."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
        **more,
    }


def ref(name: str) -> Schema:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(items: Schema, **more: Any) -> Schema:
    """Return a list."""
    return {"type": "array", "items": items, **more}


def nullable(schema: Schema) -> Schema:
    """Return the schema or null."""
    if "type" in schema and isinstance(schema["type"], str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(values: Iterable[StrEnum]) -> Schema:
    """Return the texts of an enumeration."""
    return {"type": "string", "enum": [value.value for value in values]}
