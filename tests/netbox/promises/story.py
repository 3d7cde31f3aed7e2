"""A story with its beginning and its end: all is mended, what waits is done, and NetBox is as the cluster is."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from netbox_hedgehog.models import RunStateChoices
from tests.netbox.promises import checks
from tests.netbox.promises.cluster import KINDS
from tests.netbox.promises.of_meetings import MeetingRules
from tests.netbox.sync.given import sync, writes

__all__ = ("Story",)

ROUNDS = 12
# What is no change of an object: how long it is missing by now, and what a run and its guards tell of themselves.
OURS = ("runissue", "hold", "heldobject")
TELLING = (*(f"netbox_hedgehog_{table}" for table in OURS), 'SET "missing_runs"', "core_job")


class Story(MeetingRules):
    """Everything that can happen, from a first sync to the end."""

    @initialize(
        number=st.integers(0, 5),
        shrink=st.sampled_from(((30, 1), (0, 0), (30, 5))),
        removal=st.sampled_from(((2, 1), (0, 0), (3, 0), (1, 10))),
    )
    def fabric_is_added(self, number, shrink, removal):
        self.fabric.shrink_percent, self.fabric.shrink_count = shrink
        self.fabric.removal_runs, self.fabric.removal_hours = removal
        self.fabric.save()
        for kind in KINDS:
            self.objects_are_put(kind, {f"thing-{each}" for each in range(number)}, 0)
        self.fabric_is_synced()

    def drain(self) -> None:
        """No request is lost (promise 2), what was missed is made up for, and rest is rest (promise 8)."""
        for kind in list(self.cluster.faults):
            self.cluster.mend(kind)
        while self.workers:
            self.worker_dies(0)
        self.time_passes(11)
        self.work_off()
        for at, pk in self.requests:
            run = self.state.runs[pk]
            answered = run["started"] and run["started"] > at
            assert answered or pk in self.cancelled, "a request was answered by nobody, or by a run from before it"
        for _ in range(2):
            self.fabric_is_synced()
        run = list(self.state.runs.values())[-1]
        assert run["state"] in (RunStateChoices.SUCCEEDED, RunStateChoices.BLOCKED)
        checks.netbox_has_the_cluster(self.cluster, self.state, whole=run["state"] == RunStateChoices.SUCCEEDED)
        self.nothing_is_written()

    def work_off(self) -> None:
        """Workers do what waits, with nothing but the schedule to help."""
        for _ in range(ROUNDS):
            if all(run["finished"] for run in self.state.runs.values()):
                return
            self.pass_by(timedelta(minutes=11))
            with self.step("the schedule ticks"):
                self.tick()
            self.worker_takes_a_job(None, True)
        raise AssertionError("a run waits for ever")

    def nothing_is_written(self) -> None:
        """The statements are the worker's, which is a thread; so it is done here."""
        rows = self.state.rows
        with CaptureQueriesContext(connection) as captured:
            self.sync_here()
        written = [sql for sql in writes([each["sql"] for each in captured]) if not any(t in sql for t in TELLING)]
        assert not written, "\n".join(written)
        assert {key: row.sight for key, row in self.state.rows.items()} == {key: row.sight for key, row in rows.items()}

    def sync_here(self) -> None:
        with self.step("a sync at rest", "run"):
            sync(self.fabric)
