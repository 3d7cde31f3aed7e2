"""An object's metadata: which fields there are, what the server sets, and which names are valid."""

from __future__ import annotations

import random
import re
import uuid
from datetime import UTC, datetime
from typing import Any

from practice.server.errors import Cause

_TEXT = {"type": "string"}
_TEXTS = {"type": "object", "additionalProperties": _TEXT}
_INTEGER = {"type": "integer"}
_OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("name", "generateName", "namespace", "selfLink", "uid", "resourceVersion"), _TEXT),
        **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), _TEXT),
        **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), _INTEGER),
        "labels": _TEXTS,
        "annotations": _TEXTS,
        "finalizers": {"type": "array", "items": _TEXT},
        "ownerReferences": {"type": "array", "items": _OPEN},
        "managedFields": {"type": "array", "items": _OPEN},
    },
}
# What no write of a client can set or change.
OWNED = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields")

NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
LABEL_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
NAME_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    f"end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{NAME.pattern}')"
)
VALUE_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'{LABEL_VALUE.pattern}')"
)
KEY_WORDS = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    f"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{LABEL_NAME.pattern}')"
)
LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stable_uid(*parts: str) -> str:
    """The same uid for the same parts, on every start."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("practice", *parts))))


def tidy(meta: dict[str, Any]) -> dict[str, Any]:
    """The metadata without what is empty: the real server leaves that out of its answers."""
    return {key: value for key, value in meta.items() if value not in (None, "", {}, []) and key != "selfLink"}


def generated(prefix: str) -> str:
    return prefix[:58] + "".join(random.choices(LETTERS, k=5))  # noqa: S311  no secret


def check(meta: dict[str, Any]) -> list[Cause]:
    """Everything that is wrong with a name and labels."""
    name = meta.get("name", "")
    if not name:
        return [Cause("FieldValueRequired", "Required value: name or generateName is required", "metadata.name")]
    causes = []
    if len(name) > 253:
        causes.append(_bad("name", name, "must be no more than 253 characters"))
    if not NAME.fullmatch(name):
        causes.append(_bad("name", name, NAME_WORDS))
    for key, value in (meta.get("labels") or {}).items():
        causes += _key("labels", key)
        if len(value) > 63:
            causes.append(_bad("labels", value, "must be no more than 63 bytes"))
        if not LABEL_VALUE.fullmatch(value):
            causes.append(_bad("labels", value, VALUE_WORDS))
    for key in meta.get("annotations") or {}:
        causes += _key("annotations", key)
    return causes


def _key(field: str, key: str) -> list[Cause]:
    prefix, _, name = key.rpartition("/")
    causes = []
    if "/" in key and not NAME.fullmatch(prefix):
        causes.append(_bad(field, key, f"prefix part {NAME_WORDS}"))
    if not name:
        causes.append(_bad(field, key, "name part must be non-empty"))
    if len(name) > 63:
        causes.append(_bad(field, key, "name part must be no more than 63 bytes"))
    if not LABEL_NAME.fullmatch(name):
        causes.append(_bad(field, key, KEY_WORDS))
    return causes


def _bad(field: str, value: str, words: str) -> Cause:
    return Cause("FieldValueInvalid", f'Invalid value: "{value}": {words}', f"metadata.{field}")


def no_new_finalizers(old: dict[str, Any], new: dict[str, Any]) -> list[Cause]:
    """An object that is being deleted takes no further finalizers."""
    added = [name for name in new.get("finalizers") or [] if name not in (old.get("finalizers") or [])]
    if not old.get("deletionTimestamp") or not added:
        return []
    listed = ", ".join(f'"{name}"' for name in added)
    words = f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}"
    return [Cause("FieldValueForbidden", f"Forbidden: {words}", "metadata.finalizers")]
