"""Tables, as `kubectl get` asks for them, and lists of metadata alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from practice.server.registry import Served

NAME = {
    "name": "Name",
    "type": "string",
    "format": "name",
    "description": "The object's name, unique among its kind and namespace.",
    "priority": 0,
}
STEP = re.compile(r"\.((?:\\.|[^.\[\\])+)|\[['\"]?([^\]'\"]+)['\"]?\]")


def partial(data: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": data["metadata"]}


def table(kind: Served, objects: list[dict[str, Any]], listed: dict[str, Any], include: str) -> dict[str, Any]:
    """OBJECTS as rows. LISTED: the list's metadata. INCLUDE: what goes along of each (None, Metadata, Object)."""
    shown = {"None": lambda _: None, "Object": lambda data: data}.get(include, partial)
    rows = []
    for data in objects:
        cells = [data["metadata"].get("name", ""), *(_cell(column, data) for column in kind.columns)]
        row = {"cells": cells, "object": shown(data)}
        rows.append({key: value for key, value in row.items() if value is not None})
    columns = [NAME, *(_column(column) for column in kind.columns)]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": listed,
        "columnDefinitions": columns,
        "rows": rows,
    }


def _column(column: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": column["name"],
        "type": column["type"],
        "format": column.get("format", ""),
        "description": column.get("description", ""),
        "priority": column.get("priority", 0),
    }


def _cell(column: dict[str, Any], data: dict[str, Any]) -> Any:
    value, kind = find(data, column["jsonPath"]), column["type"]
    if value is None:
        return None
    if kind == "string":
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if kind == "date":
        return _age(value)
    expected = {"integer": int, "number": int | float, "boolean": bool}.get(kind, object)
    return value if isinstance(value, expected) else None


def find(data: Any, path: str) -> Any:
    """The value at a simple JSON path such as `.metadata.labels.fabric\\.githedgehog\\.com/vpc`, or None."""
    for dotted, bracketed in STEP.findall(path):
        key = re.sub(r"\\(.)", r"\1", dotted or bracketed)
        if isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict):
            data = data.get(key)
        else:
            return None
    return data


def _age(value: Any) -> str:
    try:
        then = datetime.fromisoformat(str(value))
    except ValueError:
        return "<invalid>"
    return duration((datetime.now(UTC) - then).total_seconds())


def duration(seconds: float) -> str:
    """A span as kubectl shows ages: 45s, 3m20s, 5h, 2d3h, 41d, 3y10d."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 0:
        return "0s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if hours < 3:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 2920 else f"{days // 365}y"


def _two(first: int, unit: str, second: int, smaller: str) -> str:
    return f"{first}{unit}{second}{smaller}" if second else f"{first}{unit}"
