"""The options of a write, in its query and, for a deletion, in its body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from practice.server.documents import read_json
from practice.server.errors import Cause, bad_request, invalid_option


@dataclass(frozen=True)
class WriteOptions:
    """DRY_RUN: answer as if, store nothing. VALIDATION: what happens with unknown fields (Ignore, Warn, Strict)."""

    dry_run: bool = False
    validation: str = "Warn"


def write(query: Mapping[str, str], kind: str) -> WriteOptions:
    """Read the query of a create, update or patch; KIND is the name that a refusal gives the options."""
    validation = query.get("fieldValidation") or "Warn"
    offered = ("", "Ignore", "Strict", "Warn")
    if validation not in offered:
        words = (
            f'Unsupported value: "{validation}": supported values: {", ".join(json.dumps(value) for value in offered)}'
        )
        raise invalid_option(kind, Cause("FieldValueNotSupported", words, "fieldValidation"))
    return WriteOptions(_dry(query.getall("dryRun", []) if hasattr(query, "getall") else [], kind), validation)


def _dry(values: list[str], kind: str) -> bool:
    values = [value for value in values if value]
    if values and values != ["All"]:
        words = f'Unsupported value: {json.dumps(values)}: supported values: "All"'
        raise invalid_option(kind, Cause("FieldValueNotSupported", words, "dryRun"))
    return bool(values)


@dataclass(frozen=True)
class DeleteOptions:
    """UID, VERSION: what the object must have to be deleted. POLICY: Background, Foreground or Orphan."""

    dry_run: bool = False
    uid: str = ""
    version: str = ""
    policy: str = "Background"


def delete(query: Mapping[str, str], raw: bytes) -> DeleteOptions:
    """Read a deletion's options from its body or, without one, from its query."""
    given: dict[str, Any] = {}
    if raw.strip():
        try:
            given = read_json(raw)
        except ValueError as error:
            raise bad_request(f"error decoding DeleteOptions: {error}") from error
        if not isinstance(given, dict):
            raise bad_request("error decoding DeleteOptions: it is no object")
    conditions = given.get("preconditions") or {}
    policy = given.get("propagationPolicy") or query.get("propagationPolicy") or "Background"
    if policy not in ("Background", "Foreground", "Orphan"):
        words = f'Unsupported value: "{policy}": supported values: "Foreground", "Background", "Orphan", "nil"'
        raise invalid_option("DeleteOptions", Cause("FieldValueNotSupported", words, "propagationPolicy"))
    asked = given.get("dryRun") or ([query["dryRun"]] if query.get("dryRun") else [])
    return DeleteOptions(
        _dry(asked, "DeleteOptions"), conditions.get("uid") or "", conditions.get("resourceVersion") or "", policy
    )
