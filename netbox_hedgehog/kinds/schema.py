"""Builds the JSON schema and the CustomResourceDefinition of a kind from its entry."""

from typing import Any

from netbox_hedgehog.kinds.model import Column, Kind
from netbox_hedgehog.kinds.types import Boolean, FieldType, Integer, List, Map, Number, Object, Text

__all__ = ("crd", "json_schema", "schema_of")


def json_schema(kind: Kind) -> dict[str, Any]:
    """Build the kind's openAPIV3Schema, with the plugin's help texts as descriptions.

    Returns:
        A new dict at each call.
    """
    schema: dict[str, Any] = {
        "type": "object",
        "description": kind.summary,
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": schema_of(kind.spec),
            "status": schema_of(kind.status),
        },
    }
    if kind.required:
        schema["required"] = list(kind.required)
    return schema


def crd(kind: Kind) -> dict[str, Any]:
    """Build the kind's CustomResourceDefinition (apiextensions.k8s.io/v1): namespaced, one version, status subresource.

    Returns:
        The manifest, a new dict at each call.
    """
    names: dict[str, Any] = {
        "kind": kind.kind,
        "listKind": f"{kind.kind}List",
        "plural": kind.plural,
        "singular": kind.singular,
        "categories": list(kind.categories),
    }
    if kind.short_names:
        names["shortNames"] = list(kind.short_names)
    version: dict[str, Any] = {
        "name": kind.version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": json_schema(kind)},
        "subresources": {"status": {}},
    }
    columns = [_column(column) for column in kind.columns if not column.extra]
    if columns:
        version["additionalPrinterColumns"] = columns
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": kind.key},
        "spec": {"group": kind.group, "names": names, "scope": "Namespaced", "versions": [version]},
    }


def _column(column: Column) -> dict[str, Any]:
    described = {"name": column.name, "type": column.type, "jsonPath": column.path}
    return described | ({"priority": column.priority} if column.priority else {})


def schema_of(kind: FieldType) -> dict[str, Any]:
    """The JSON schema of one field type."""
    match kind:
        case Object():
            return _object(kind)
        case List():
            return _known(type="array", items=schema_of(kind.of), minItems=kind.min_items, maxItems=kind.max_items)
        case Map():
            return {"type": "object", "additionalProperties": schema_of(kind.of)}
        case Text():
            return _known(
                type="string",
                enum=list(kind.enum) or None,
                pattern=kind.pattern or None,
                format=kind.format or None,
                minLength=kind.min_length,
                maxLength=kind.max_length,
            )
        case Integer():
            return _known(
                type="integer",
                format=kind.format or None,
                minimum=kind.minimum,
                maximum=kind.maximum,
                default=kind.default,
            )
        case Number():
            return {"type": "number"}
        case Boolean():
            return {"type": "boolean"}


def _object(kind: Object) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    if kind.fields:
        schema["properties"] = {
            field.name: schema_of(field.type) | ({"description": field.help} if field.help else {})
            for field in kind.fields
        }
    required = sorted(field.name for field in kind.fields if field.required)
    if required:
        schema["required"] = required
    if kind.atomic:
        schema["x-kubernetes-map-type"] = "atomic"
    return schema


def _known(**keywords: Any) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if value is not None}
