"""The history of objects: one row a change, the same whoever writes it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from netbox_hedgehog.models import Fabric, ResourceChange
from netbox_hedgehog.sync.db.bulk import bulk_insert
from netbox_hedgehog.sync.decide.record import NO_FIELDS, Fields
from netbox_hedgehog.sync.store.kind_table import KindTable

__all__ = ("Recorded", "record")

CHANGE_COLUMNS = (
    "fabric_id",
    "run_id",
    "api_group",
    "kind",
    "namespace",
    "name",
    "object_id",
    "action",
    "fields",
    "fields_left_out",
    "managers",
)


class Recorded(NamedTuple):
    """What happened to an object.

    Attributes:
        row: The object, or as much of it as has ``pk``, ``namespace`` and ``name``.
        action: One of ``ChangeActionChoices``.
        fields: What changed in it.
        managers: Who changed it on the cluster, see ``ResourceChange.managers``.
    """

    row: Any
    action: str
    fields: Fields = NO_FIELDS
    managers: Sequence[dict[str, str]] = ()


def record(fabric: Fabric, run: int | None, table: KindTable, changes: Iterable[Recorded]) -> None:
    """Write a row for each change, in one statement; ``run`` is the key of the run, None where the watcher writes."""
    same = fabric.pk, run, table.resource.group, table.resource.kind
    rows = (
        (*same, row.namespace, row.name, row.pk, action, fields.kept, fields.left_out, managers)
        for row, action, fields, managers in changes
    )
    bulk_insert(ResourceChange, CHANGE_COLUMNS, rows)
