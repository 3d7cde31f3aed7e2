"""The forms of a list: joined bytes, a table, metadata alone, YAML."""

from __future__ import annotations

from typing import Any

import msgspec

from practice.server import tables
from practice.server.answers import Answer, made
from practice.server.documents import Form
from practice.server.lists import Page
from practice.server.registry import Served


def shape(kind: Served, page: Page, items: list[bytes], form: Form, include: str) -> Answer:
    """A page in the form that was asked for."""
    meta: dict[str, Any] = {"resourceVersion": str(page.version), "continue": page.token}
    if page.remaining is not None:
        meta["remainingItemCount"] = page.remaining
    if form == Form():
        return Answer(_joined(kind, items, meta))
    objects = [msgspec.json.decode(item) for item in items]
    if form.as_:
        meta = {key: value for key, value in meta.items() if value != ""}
    if form.as_ == "Table":
        return made(tables.table(kind, objects, meta, include), form)
    if form.as_:
        listed = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
        return made({**listed, "metadata": meta, "items": [tables.partial(data) for data in objects]}, form)
    listed = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version}
    return made({**listed, "metadata": meta, "items": objects}, form)


def _joined(kind: Served, items: list[bytes], meta: dict[str, Any]) -> bytes:
    head = f'{{"apiVersion":"{kind.api_version}","items":['.encode()
    tail = b'],"kind":"%sList","metadata":%s}\n' % (kind.kind.encode(), msgspec.json.encode(meta))
    return head + b",".join(items) + tail


def malformed(kind: Served, item: Any) -> bytes:
    """An object that no schema would let in, as a bad conversion or a damaged store could show one."""
    if item is None:
        item = {
            "apiVersion": kind.api_version,
            "kind": kind.kind,
            "metadata": {"name": "malformed"},
            "spec": "no object",
        }
    return msgspec.json.encode(item)
