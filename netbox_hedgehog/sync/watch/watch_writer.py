"""Writing what a watch saw, by the same code as a sync."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Case, Value, When
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import ChangeActionChoices, Fabric
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.db.idle_timeout import limit_idle
from netbox_hedgehog.sync.decide.changes import Stored
from netbox_hedgehog.sync.store import changelog
from netbox_hedgehog.sync.store.changelog import Author
from netbox_hedgehog.sync.store.kind_table import KindTable
from netbox_hedgehog.sync.store.object_writer import ObjectWriter, Told
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.lease import WatchLease

__all__ = ("WatchWriter",)

GONE, BACK = "Gone from the cluster", "Back on the cluster"
# Of an object whose deletion was seen: marked by no run, and found missing by none yet.
MARKED = {"missing_run": None, "missing_runs": 0, "absence_proven": False, "held_run": None, "digest": ""}


@dataclass
class WatchWriter(ObjectWriter):
    """Writes while LEASE is held. Every method is one transaction that takes the fence first; raises LeaseLost."""

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

    def record_changes(self, table: KindTable, told: Sequence[Told]) -> None:
        """What comes back is in the change log, as what comes and goes is; a change of an object is its own record."""
        back = [row.pk for row, action, _ in told if action == ChangeActionChoices.RESTORED]
        if back:
            changelog.log_noted(self.author, table.rows(self.fabric).filter(pk__in=back), BACK)

    def missing(self, table: KindTable, gone: Sequence[tuple[Stored, str]]) -> int:
        """Mark objects as missing whose deletion, with its version, was seen. Removal is left to complete lists."""
        if not gone:
            return 0
        with transaction.atomic():
            self.lock(table)
            self.fence()
            versions = {row.pk: version for row, version in gone}
            still = self.still_absent(table, [row for row, _ in gone])
            rows = table.rows(self.fabric).filter(pk__in=[row.pk for row in still])
            changelog.log_noted(self.author, rows, GONE)
            # With the version of the deletion, so that nobody writes an older sight of the object over it.
            version = Case(*(When(pk=row.pk, then=Value(versions[row.pk])) for row in still))
            rows.update(**MARKED, missing_since=self.now(), resource_version=version)
            happened = self.marked_missing(table, still)
        self.announce(happened)
        return len(still)
