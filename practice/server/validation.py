"""A kind's schema at work: what it refuses, in the real server's words."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from practice.server.errors import Cause
from practice.server.schema import Schema, join

INT_RANGE = {"int32": 2**31, "int64": 2**63}


def validate(value: Any, schema: Schema, path: str = "") -> list[Cause]:
    """Everything in VALUE that SCHEMA refuses."""
    if value is None and schema.get("nullable"):
        return []
    causes = _type(value, schema, path)
    wrong_type = bool(causes)
    if "enum" in schema and value not in schema["enum"]:
        offered = ", ".join(json.dumps(choice) for choice in schema["enum"])
        causes.append(
            Cause("FieldValueNotSupported", f"Unsupported value: {_shown(value)}: supported values: {offered}", path)
        )
    if wrong_type and not _is_number(value):
        return causes
    if isinstance(value, dict):
        return causes + _object(value, schema, path)
    if isinstance(value, list):
        return causes + _list(value, schema, path)
    if isinstance(value, str):
        return causes + _text(value, schema, path)
    if _is_number(value):
        return causes + _number(value, schema, path)
    return causes


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kind_of(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return "null" if value is None else names[type(value)]


def _type(value: Any, schema: Schema, path: str) -> list[Cause]:
    wanted, form = schema.get("type"), schema.get("format")
    if schema.get("x-kubernetes-int-or-string"):
        return [] if isinstance(value, int | str) else [_wrong_type(value, "integer,string", path)]
    found = _kind_of(value)
    whole = found == "number" and float(value).is_integer()
    if (
        wanted is None
        or found == wanted
        or (wanted == "number" and found == "integer")
        or (wanted == "integer" and whole)
    ):
        return []
    if wanted == "integer" and found == "number" and form:
        # Two checks of the real server answer here, one of the format and one of the type.
        return [_beyond(form, path), Cause("FieldValueTypeInvalid", _must_be(f'"{"float64"}"', form, path), path)]
    return [_wrong_type(value, wanted, path)]


def _wrong_type(value: Any, wanted: str, path: str) -> Cause:
    return Cause("FieldValueTypeInvalid", _must_be(f'"{_kind_of(value)}"', wanted, path), path)


def _must_be(found: str, wanted: str, path: str) -> str:
    return f"Invalid value: {found}: {path} in body must be of type {wanted}: {found}"


def _beyond(form: str, path: str) -> Cause:
    words = f"Checked value must be of type integer with format {form} in {path}"
    return Cause("FieldValueInvalid", f'Invalid value: "": {words}', "<nil>")


def _bad(value: Any, words: str, path: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {_shown(value)}: {path} in body {words}", path)


def _object(value: dict[str, Any], schema: Schema, path: str) -> list[Cause]:
    known, extra = schema.get("properties", {}), schema.get("additionalProperties")
    missing = [key for key in schema.get("required", []) if key not in value]
    causes = [Cause("FieldValueRequired", "Required value", join(path, key)) for key in missing]
    for key, item in value.items():
        part = known.get(key) or (extra if isinstance(extra, dict) else None)
        if part:
            causes += validate(item, part, join(path, key))
    return causes


def _list(value: list[Any], schema: Schema, path: str) -> list[Cause]:
    causes, count = [], len(value)
    if count < schema.get("minItems", 0):
        causes.append(_bad(count, f"should have at least {schema['minItems']} items", path))
    if count > schema.get("maxItems", count):
        words = f"Too many: {count}: must have at most {schema['maxItems']} items"
        causes.append(Cause("FieldValueTooMany", words, path))
    for index, item in enumerate(value):
        causes += validate(item, schema.get("items", {}), f"{path}[{index}]")
    return causes


def _text(value: str, schema: Schema, path: str) -> list[Cause]:
    causes = []
    if len(value) < schema.get("minLength", 0):
        causes.append(_bad(value, f"should be at least {schema['minLength']} chars long", path))
    if len(value) > schema.get("maxLength", len(value)):
        causes.append(Cause("FieldValueTooLong", f"Too long: may not be more than {schema['maxLength']} bytes", path))
    if "pattern" in schema and not re.search(schema["pattern"], value):
        causes.append(_bad(value, f"should match '{schema['pattern']}'", path))
    if schema.get("format") == "date-time" and not _is_time(value):
        causes.append(_bad(value, f"must be of type date-time: {_shown(value)}", path))
    return causes


def _is_time(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


def _number(value: float, schema: Schema, path: str) -> list[Cause]:
    causes, form = [], schema.get("format")
    limit = INT_RANGE.get(form or "")
    if limit and float(value).is_integer() and not -limit <= value < limit:
        causes.append(_beyond(form or "", path))
    if value < schema.get("minimum", value):
        causes.append(_bad(value, f"should be greater than or equal to {schema['minimum']}", path))
    if value > schema.get("maximum", value):
        causes.append(_bad(value, f"should be less than or equal to {schema['maximum']}", path))
    return causes
