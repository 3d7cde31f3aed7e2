"""Watchers: who holds the lease, what they write, and those that come too late."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from netbox_hedgehog.models import KindObservation
from netbox_hedgehog.sync.runs.transitions import LeaseLost
from netbox_hedgehog.sync.watch import lease as leases
from tests.netbox.promises import clocks
from tests.netbox.promises.cluster import KINDS
from tests.netbox.promises.watchers import Watch
from tests.netbox.promises.world import World

__all__ = ("WatchRules",)


class WatchRules(World):
    @precondition(lambda self: not self.writing)
    @rule(number=st.integers(1, 8), mess=st.booleans())
    def watcher_writes(self, number, mess):
        """The one that holds the fabric, or one that takes it, as far as a whole look lets it."""
        watch = self.watcher or self.watcher_takes_the_fabric()
        if watch.place is None:
            watch.place = self.place()
        if watch.place is None:
            return
        events = self.cluster.events[watch.place : watch.place + number]
        with self.step("a watcher writes", "watch"):
            watch.write(events, self.chance, mess)
            watch.report()
            self.told_at, self.reached = clocks.now(), True

    def watcher_takes_the_fabric(self):
        with self.step("a watcher takes the fabric"):
            lease = leases.claim(self.fabric.pk, "a watcher")
            assert lease, "nobody may watch the fabric, and nobody does"
            assert not leases.claim(self.fabric.pk, "another"), "two watchers"
        self.watches = [*self.watches[-2:], Watch(self.fabric, lease, self.place())]
        return self.watches[-1]

    def place(self):
        """The event to go on from; None where a whole look is needed first."""
        looks = KindObservation.objects.filter(fabric=self.fabric, kind__in=KINDS, complete_at__isnull=False)
        if self.restored_at:
            looks = looks.filter(complete_at__gt=self.restored_at)
        versions = [int(look.resource_version) for look in looks if look.resource_version]
        if len(versions) < len(KINDS):
            return None
        events = enumerate(self.cluster.events)
        later = (n for n, event in events if int(event.data["metadata"]["resourceVersion"]) > min(versions))
        return next(later, len(self.cluster.events))

    @precondition(lambda self: not self.writing and any(watch.late for watch in self.watches))
    @rule()
    def late_watcher_writes(self):
        """It was frozen beyond its lease, with events in hand."""
        watch = next(watch for watch in self.watches if watch.late)
        with self.step("a late watcher writes"):
            try:
                watch.write(self.cluster.events[watch.place or 0 :], self.chance, mess=False)
                watch.report()
            except LeaseLost:
                self.watches.remove(watch)
            else:
                raise AssertionError("a watcher whose lease has ended was let go on")
