"""Removes secrets from objects before anything is stored, logged or shown.

A secret is removed together with its key; no placeholder stands in its place. For known kinds the fields say what is
secret, so that a VPC that somebody calls "token" stays: names that users choose are data, not keys. Unknown fields, and
unknown kinds, are judged by their key and text (``secret_words.py``).
"""

from typing import Any

from netbox_hedgehog.kinds.model import Kind
from netbox_hedgehog.kinds.secret_words import carries_login, looks_secret, names_secret
from netbox_hedgehog.kinds.types import FieldType, List, Map, Object

__all__ = ("redact",)

# kubectl's copy of the whole object as it was applied; it would bring every secret back.
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ENVELOPE = frozenset(("apiVersion", "kind", "metadata"))


class _Gone:
    """Marks a value that is removed."""


_GONE = _Gone()


def redact(kind: Kind | None, obj: dict[str, Any]) -> dict[str, Any]:
    """Copy an object without its secrets.

    Args:
        kind: The object's kind; None if the plugin does not know it.
        obj: The object, which stays as it is.

    Returns:
        The object without secrets. Parts without secrets are shared with the input, and an object that has none is
        returned itself, so that nothing is copied in the common case.
    """
    if not isinstance(obj, dict):
        return obj
    changes: dict[str, Any] = {}
    for key, value in obj.items():
        if key == "metadata":
            clean = _metadata(value)
        elif key in _ENVELOPE:
            continue
        elif kind is not None and key == "spec":
            clean = _typed(value, kind.spec)
        elif kind is not None and key == "status":
            clean = _typed(value, kind.status)
        else:
            clean = _entry(key, value)
        if clean is not value:
            changes[key] = clean
    return _replaced(obj, changes)


def _metadata(metadata: Any) -> Any:
    """Redact annotations, which may hold anything; the rest of metadata is names, numbers and times."""
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return metadata
    changes: dict[str, Any] = {}
    for key, value in annotations.items():
        if key == _LAST_APPLIED:
            changes[key] = _GONE
        elif (clean := _entry(key, value)) is not value:
            changes[key] = clean
    if not changes:
        return metadata
    return metadata | {"annotations": _replaced(annotations, changes)}


def _typed(value: Any, kind: FieldType) -> Any:
    """Redact a value by its type; a value of another type is treated as unknown."""
    if value.__class__ is str:
        return _GONE if looks_secret(value) else value
    if value.__class__ is dict:
        if isinstance(kind, Object):
            return _object(value, kind)
        if isinstance(kind, Map):
            return _map(value, kind.of)
    elif value.__class__ is list and isinstance(kind, List):
        return _list(value, kind.of)
    return _unknown(value)


def _object(value: dict[str, Any], kind: Object) -> Any:
    changes: dict[str, Any] | None = None
    fields = kind.by_name
    for key, item in value.items():
        field = fields.get(key)
        if field is None:
            clean = _entry(key, item)
        elif field.secret or (field.login and item.__class__ is str and carries_login(item)):
            clean = _GONE
        else:
            clean = _typed(item, field.type)
        if clean is not item:
            changes = changes or {}
            changes[key] = clean
    return _replaced(value, changes) if changes else value


def _map(value: dict[str, Any], of: FieldType) -> Any:
    changes: dict[str, Any] | None = None
    for key, item in value.items():
        clean = _typed(item, of)
        if clean is not item:
            changes = changes or {}
            changes[key] = clean
    return _replaced(value, changes) if changes else value


def _list(value: list[Any], of: FieldType) -> list[Any]:
    items = [_typed(item, of) for item in value]
    return _kept(value, items)


def _unknown(value: Any) -> Any:
    if value.__class__ is str:
        return _GONE if looks_secret(value) or carries_login(value) else value
    if value.__class__ is dict:
        changes = {key: clean for key, item in value.items() if (clean := _entry(key, item)) is not item}
        return _replaced(value, changes) if changes else value
    if value.__class__ is list:
        return _kept(value, [_unknown(item) for item in value])
    return value


def _entry(key: str, value: Any) -> Any:
    """Redact a value under an unknown key. A boolean (``autoToken: true``) is no secret."""
    if value is None or value.__class__ is bool:
        return value
    return _GONE if names_secret(key) else _unknown(value)


def _replaced(value: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    if not changes:
        return value
    return {key: kept for key, item in value.items() if (kept := changes.get(key, item)) is not _GONE}


def _kept(value: list[Any], items: list[Any]) -> list[Any]:
    if all(clean is item for clean, item in zip(items, value, strict=True)):
        return value
    return [item for item in items if item is not _GONE]
