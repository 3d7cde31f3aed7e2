"""Watchers that are handed events by the test, and write them as real ones do."""

import random
from dataclasses import dataclass, field

from django.db.models.functions import Now

from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun, WatchStateChoices
from netbox_hedgehog.sync.watch import lease as leases
from netbox_hedgehog.sync.watch.batch import Batches
from netbox_hedgehog.sync.watch.lease import WatchLease
from netbox_hedgehog.sync.watch.throttle import Throttle
from netbox_hedgehog.sync.watch.watch_writer import WatchWriter
from tests.netbox.promises.cluster import KINDS, Event
from tests.netbox.watch.given import arrival

__all__ = ("Watch",)


@dataclass
class Watch:
    """The watch of FABRIC under LEASE, which goes on from the event at PLACE. ``late``: its lease has ended."""

    fabric: Fabric
    lease: WatchLease
    place: int | None
    late: bool = False
    batches: Batches = field(init=False)

    def __post_init__(self) -> None:
        self.batches = Batches(WatchWriter(self.fabric, self.lease), Throttle())

    def write(self, events: list[Event], chance: random.Random, mess: bool) -> None:
        """Write the next of EVENTS; MESS: doubled and in any order. Raises LeaseLost."""
        batch = [arrival(event.kind, event.type, event.data) for event in events]
        if mess:
            batch += chance.sample(batch, len(batch) // 2)
            chance.shuffle(batch)
        self.batches.write(batch)
        self.place = (self.place or 0) + len(events)
        if self.batches.orphans:
            running = SyncRun.objects.filter(fabric=self.fabric, state=RunStateChoices.RUNNING).exists()
            self.batches.again()
            if not running:
                self.batches.orphans.clear()

    def report(self) -> None:
        """Say that all is well; raises LeaseLost."""
        columns = {"state": WatchStateChoices.LIVE, "streams": len(KINDS), "streams_wanted": len(KINDS)}
        leases.renew(self.lease, contact=Now(), **columns)
