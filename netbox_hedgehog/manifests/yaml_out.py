"""Writes objects as YAML, for people to copy."""

from typing import Any

import yaml

from netbox_hedgehog.manifests.scalars import NotJSON, meaning

__all__ = ("to_yaml",)

_FIRST = ("apiVersion", "kind", "metadata", "spec", "status")
_FIRST_OF_METADATA = ("name", "namespace", "labels", "annotations")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _text(dumper: Any, text: str) -> Any:
    """Represent a text, quoted if kubectl would read it as something else.

    PyYAML itself quotes what it would misread.
    """
    style = None
    if "\n" in text:
        style = "|"
    else:
        try:
            style = None if meaning(text) == text else "'"
        except NotJSON:
            style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(obj: dict[str, Any]) -> str:
    """Write an object as one YAML document. ``from_yaml`` and kubectl read the same object back.

    Args:
        obj: The object.

    Returns:
        The document: apiVersion, kind, metadata, spec, status, then other keys; within these, keys keep their order.
    """
    ordered = _ordered(obj, _FIRST)
    if isinstance(ordered.get("metadata"), dict):
        ordered["metadata"] = _ordered(ordered["metadata"], _FIRST_OF_METADATA)
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**20)


def _ordered(mapping: dict[str, Any], first: tuple[str, ...]) -> dict[str, Any]:
    known = {key: mapping[key] for key in first if key in mapping}
    return known | {key: value for key, value in mapping.items() if key not in known}
