"""What rarely happens by chance: two who write the same objects meet."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.netbox.promises.of_runs import RunRules
from tests.netbox.promises.of_the_cluster import ClusterRules, kinds, names, values
from tests.netbox.promises.of_time_and_people import TimeRules
from tests.netbox.promises.of_watching import WatchRules
from tests.netbox.promises.workers import Stop

__all__ = ("MeetingRules",)

writing = st.sampled_from(("lock", "fence", "insert", "missing", "end"))


class MeetingRules(ClusterRules, WatchRules, RunRules, TimeRules):
    def nobody_waits(self):
        return not self.writing and len(self.workers) < 3

    @precondition(nobody_waits)
    @rule(
        kind=kinds,
        some=st.sets(names, min_size=1),
        value=values,
        mark=writing,
        attentive=st.booleans(),
        repaired=st.booleans(),
    )
    def worker_is_frozen_beyond_its_lease(self, kind, some, value, mark, attentive, repaired):
        """In mid-run, with something left to write; REPAIRED: somebody else has done its work when it wakes up."""
        self.objects_are_put(kind, some, value)
        self.sync_stops_in_between(Stop(mark, 1), attentive)
        worker = self.workers[-1] if self.workers else None
        assert worker or not self.told
        self.time_passes(11)
        if repaired:
            self.schedule_ticks()
            self.next_job_is_taken(None, True)
        if worker in self.workers:
            self.worker_goes_on(self.workers.index(worker), None)

    @precondition(nobody_waits)
    @rule(kind=kinds, name=names, value=values, later=values | st.none(), attentive=st.booleans())
    def watcher_writes_while_a_sync_has_an_older_list(self, kind, name, value, later, attentive):
        """LATER None: the object is deleted after it was listed."""
        self.objects_are_put(kind, {name}, value)
        self.sync_stops_in_between(Stop("lock", 1), attentive)
        if later is None:
            self.objects_are_deleted(kind, {name})
        else:
            self.objects_are_put(kind, {name}, later)
        if not self.writing:
            self.watcher_writes(8, mess=False)
        if self.workers:
            self.worker_goes_on(len(self.workers) - 1, None)
