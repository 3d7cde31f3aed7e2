"""Keeps the Reference rows of changed objects: the old ones go, the new ones come, in two statements a batch."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from netbox_hedgehog import kinds
from netbox_hedgehog.models import Fabric, HedgehogObject, Reference
from netbox_hedgehog.sync.db.bulk import bulk_insert
from netbox_hedgehog.sync.decide.bounds import LONGEST
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation
from netbox_hedgehog.sync.store.kind_table import KindTable

__all__ = ("REFERENCE_COLUMNS", "rewrite")

LONGEST_REFERENCE_PATH = 500  # bytes
REFERENCE_COLUMNS = ("fabric_id", "namespace", "source_kind", "source_name", "path", "target_kind", "target_name")


def rewrite(
    fabric: Fabric,
    table: KindTable,
    changes: Sequence[tuple[Mutation, HedgehogObject]],
    removed: Iterable[tuple[str, str]] = (),
) -> None:
    """Replace the stored references of changed objects, and delete those of removed ones.

    ``removed`` are pairs of namespace and name.
    """
    if table.entry is None:
        return
    stale: dict[str, list[str]] = {}
    known = [
        (change.seen.namespace, change.seen.name) for change, _ in changes if change.action is not ChangeAction.CREATED
    ]
    for namespace, name in [*known, *removed]:
        stale.setdefault(namespace, []).append(name)
    if stale:
        which = Q()
        for namespace, names in stale.items():
            which |= Q(namespace=namespace, source_name__in=names)
        Reference.objects.filter(which, fabric=fabric, source_kind=table.entry.kind).delete()
    found = (row for change, _ in changes for row in _references(fabric, table.entry, change))
    bulk_insert(Reference, REFERENCE_COLUMNS, found, ignore_conflicts=True)


def _references(fabric: Fabric, entry: kinds.Kind, change: Mutation) -> Iterable[tuple[Any, ...]]:
    """Rows of REFERENCE_COLUMNS."""
    seen = change.seen
    manifest = {"metadata": {"name": seen.name, "namespace": seen.namespace, "labels": seen.labels}, "spec": seen.spec}
    for ref in kinds.references(entry, manifest):
        if len(ref.name) <= LONGEST["name"]:  # no object can have a longer one
            yield fabric.pk, seen.namespace, entry.kind, seen.name, _cut(ref.path), ref.kind, ref.name


def _cut(path: str) -> str:
    """``path`` within what the unique index takes, which counts bytes."""
    return path.encode()[:LONGEST_REFERENCE_PATH].decode("utf-8", "ignore")
