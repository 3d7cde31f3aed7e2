"""Writing what a watch saw, by the same code as a sync."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Case, Value, When
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import ChangeActionChoices, Fabric
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.db.idle_timeout import limit_idle
from netbox_hedgehog.sync.decide.changes import is_newer
from netbox_hedgehog.sync.decide.comparison import Key
from netbox_hedgehog.sync.store import changelog
from netbox_hedgehog.sync.store.changelog import Author
from netbox_hedgehog.sync.store.history import Recorded
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.object_writer import ObjectWriter
from netbox_hedgehog.sync.store.snapshot import load_current
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.lease import WatchLease

__all__ = ("Deleted", "WatchWriter")

GONE, BACK = "Gone from the cluster", "Back on the cluster"
# Of an object whose deletion was seen: marked by no run, and found missing by none yet.
MARKED = {"missing_run": None, "missing_runs": 0, "absence_proven": False, "held_run": None, "digest": ""}


class Deleted(NamedTuple):
    """What became of deletions: the objects that were marked as missing, and those that are not stored."""

    marked: Sequence[Key]
    unknown: Set[Key]


@dataclass
class WatchWriter(ObjectWriter):
    """Writes while ``lease`` is held. Every method is one transaction that takes the fence first; raises LeaseLost."""

    fabric: Fabric
    lease: WatchLease
    events: bool = False
    author: Author = field(init=False)

    def __post_init__(self) -> None:
        self.refused = []
        self.author = Author(None, "hedgehog watch", uuid4(), f"Watch of {self.fabric}"[:200], self.fabric)

    def now(self) -> datetime:
        return database_time()

    def fence(self) -> None:
        leases.fence(self.lease)

    def lock(self, table: KindTable) -> None:
        """As ever; and have PostgreSQL end the transaction should this process be frozen in it, holding the locks."""
        limit_idle(connection, get_plugin_config("netbox_hedgehog", "watch_lease_seconds"), transaction_only=True)
        super().lock(table)

    def record_changes(self, table: KindTable, changes: Sequence[Recorded]) -> None:
        """What comes back is in the change log too, as what comes and goes is."""
        super().record_changes(table, changes)
        back = [each.row.pk for each in changes if each.action == ChangeActionChoices.RESTORED]
        if back:
            changelog.log_noted(self.author, table.rows(self.fabric).filter(pk__in=back), BACK)

    def missing(self, table: KindTable, versions: Mapping[Key, str]) -> Deleted:
        """Mark objects as missing whose deletion was seen. Removal is left to complete lists.

        Args:
            table: Their kind.
            versions: The version of each object's deletion, by namespace and name.
        """
        with transaction.atomic():
            self.lock(table)
            rows = load_current(self.fabric, table, list(versions))
            unknown = versions.keys() - rows.keys()
            gone = [
                row
                for key, row in rows.items()
                if key in versions and not row.missing_since and is_newer(versions[key], row.resource_version)
            ]
            if not gone:
                return Deleted([], unknown)
            self.fence()
            marked = table.rows(self.fabric).filter(pk__in=[row.pk for row in gone])
            changelog.log_noted(self.author, marked, GONE)
            # With the version of the deletion, so that nobody writes an older sight of the object over it.
            version = Case(*(When(pk=row.pk, then=Value(versions[row.namespace, row.name])) for row in gone))
            marked.update(**MARKED, missing_since=self.now(), resource_version=version)
            self.record_changes(table, [Recorded(row, ChangeActionChoices.MISSING) for row in gone])
            happened = self.marked_missing(table, gone)
        self.announce(happened)
        return Deleted([(row.namespace, row.name) for row in gone], unknown)
