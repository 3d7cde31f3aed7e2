"""The two states of a row that NetBox's change log and event rules compare, for rows that are not saved one by one.

``snapshot()`` is documented for plugins. Where it puts the state is not, nor that event rules take both from the row.
"""

from typing import Any

from core.events import OBJECT_CREATED, OBJECT_DELETED

__all__ = ("snapshot_of", "take_snapshots")


def snapshot_of(row: Any) -> dict[str, Any]:
    """``row`` as NetBox's change log keeps it."""
    row.snapshot()
    return row._prechange_snapshot


def take_snapshots(row: Any, event_type: str) -> None:
    """Give ``row`` what conditions of event rules may ask for. Nothing that people wrote has changed: before is after.

    Of a deleted row there is no "after", of a new one no "before"; NetBox's own events are so too.
    """
    if not hasattr(row, "_prechange_snapshot"):
        row.snapshot()
    if event_type != OBJECT_DELETED:
        row._postchange_snapshot = row._prechange_snapshot
    if event_type == OBJECT_CREATED:
        del row._prechange_snapshot
