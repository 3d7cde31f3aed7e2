"""Requests, workers that execute, stop, go on or die, and the schedule."""

import django_rq
from core.models import Job
from django.db import InterfaceError, OperationalError
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from netbox_hedgehog.jobs import FabricSyncJob, FabricSyncScheduler
from netbox_hedgehog.models import Fabric, RunStateChoices, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.queue.workers import QUEUE_NAME
from netbox_hedgehog.sync.request.cancel import cancel_run
from netbox_hedgehog.sync.request.request import request_sync
from tests.netbox.promises import checks, clocks
from tests.netbox.promises.workers import MARKS, Stop, Worker
from tests.netbox.promises.world import World

__all__ = ("RunRules",)

triggers = st.sampled_from([RunTriggerChoices.BUTTON, RunTriggerChoices.API, RunTriggerChoices.COMMAND])
stops = st.builds(Stop, st.sampled_from(sorted(MARKS)), st.integers(1, 3)) | st.builds(
    Stop, st.just("any"), st.integers(1, 60)
)


def next_job(queue):
    """The next job of a run, taken from QUEUE; None where there is none. Ticks are a rule of their own."""
    while not queue.is_empty():
        job = queue.fetch_job(queue.pop_job_id())
        if job and "run_id" in job.kwargs:
            return job
    return None


class RunRules(World):
    @precondition(lambda self: not self.deciding)
    @rule(trigger=triggers)
    def someone_asks(self, trigger):
        with self.step("someone asks"):
            at = clocks.now()
            run = request_sync(self.fabric, trigger, requester="someone").run
            assert run.state == RunStateChoices.QUEUED
            self.requests.append((at, run.pk))

    @precondition(lambda self: not self.writing)
    @rule()
    def fabric_is_synced(self):
        """The usual case: someone asks, and a worker does it at once."""
        self.someone_asks(RunTriggerChoices.BUTTON)
        self.worker_takes_a_job(None, True)

    @precondition(lambda self: not self.deciding and len(self.workers) < 3)
    @rule(stop=stops, attentive=st.booleans())
    def sync_stops_in_between(self, stop, attentive):
        self.someone_asks(RunTriggerChoices.API)
        self.worker_takes_a_job(Stop(stop.mark, stop.count), attentive)

    @precondition(lambda self: not self.deciding and len(self.workers) < 3)
    @rule(stop=st.none() | stops, attentive=st.booleans())
    def next_job_is_taken(self, stop, attentive):
        self.worker_takes_a_job(stop and Stop(stop.mark, stop.count), attentive)

    def worker_takes_a_job(self, stop, attentive):
        """The next job of the queue, if there is one, done to STOP (None: to its end)."""
        queue = django_rq.get_queue(QUEUE_NAME)
        job = next_job(queue)
        if job is None:
            assert not (self.told and stop), "there was no job in which to stop"
            return
        with queue.connection.pipeline() as pipeline:
            job.prepare_for_execution("a worker", pipeline)
            pipeline.execute()
        number = self.cluster.step + 1
        worker = Worker(number, job.kwargs["run_id"], lambda: FabricSyncJob.handle(**job.kwargs), number, attentive)
        before = self.state
        with self.step("a worker takes a job", "run"):
            worker.go_on(stop)
            assert not (self.told and stop and worker.ended), f"the run went by no statement that is {stop.mark!r}"
            if not worker.ended:
                self.count(f"a worker stops, in a transaction: {worker.waiting}")
                self.workers.append(worker)
        if worker.ended and not worker.interrupted:
            self.ended_in_one_go(worker, before, job.kwargs["job"])

    def ended_in_one_go(self, worker, before, job):
        """Its run ended in it, and truthfully; a job too many finds nothing to do."""
        run = self.state.runs[worker.run_id]
        assert Job.objects.get(pk=job.pk).status in ("completed", "failed")
        was = before.runs[worker.run_id]["state"]
        if was != RunStateChoices.QUEUED:
            assert run == before.runs[worker.run_id] or was == RunStateChoices.RUNNING
        elif run["state"] != RunStateChoices.QUEUED:  # where another one is running, it goes on waiting
            checks.ending_is_true(self.cluster, run["state"], before, self.state)

    @precondition(lambda self: not self.deciding and self.state.runs)
    @rule()
    def run_is_given_another_job(self):
        """As happens where Redis forgets a job while a worker has it: the newest run has a job too many."""
        with self.step("a job too many"):
            FabricSyncJob.enqueue(instance=self.fabric, queue_name=QUEUE_NAME, run_id=max(self.state.runs))

    @precondition(lambda self: self.workers)
    @rule(which=st.integers(0, 2), stop=st.none() | stops)
    def worker_goes_on(self, which, stop):
        worker = self.workers[which % len(self.workers)]
        if any(other.waiting for other in self.workers if other is not worker):
            return  # it would wait for that one's locks, as long as that one's session lasts
        run = self.state.runs[worker.run_id]
        late, writer = ("late ", "") if worker.late else ("", "run")
        with self.step(f"a {late}worker goes on", writer, worker.begun):
            try:
                worker.go_on(Stop(stop.mark, stop.count) if stop else None)
            except (OperationalError, InterfaceError):
                assert worker.cut_off
        if worker.late:
            assert self.state.runs[worker.run_id] == run, "a late worker changed its run"
        if worker.ended:
            self.workers.remove(worker)

    @precondition(lambda self: self.workers)
    @rule(which=st.integers(0, 2))
    def worker_dies(self, which):
        worker = self.workers.pop(which % len(self.workers))
        with self.step("a worker dies"):
            worker.kill()

    @precondition(lambda self: not self.writing and any(run["finished"] is None for run in self.state.runs.values()))
    @rule(which=st.integers(0, 1))
    def someone_cancels(self, which):
        active = [pk for pk, run in self.state.runs.items() if run["finished"] is None]
        run = SyncRun.objects.get(pk=active[which % len(active)])
        with self.step("someone cancels"):
            assert cancel_run(run)
            self.cancelled.add(run.pk)

    @precondition(lambda self: not self.deciding)
    @rule()
    def schedule_ticks(self):
        """It asks for what is due, unless the fabric is suspended, and tells the truth about dead workers."""
        before = self.state
        suspended = Fabric.objects.get(pk=self.fabric.pk).suspended
        with self.step("the schedule ticks"):
            self.tick()
        active = [run for run in before.runs.values() if run["finished"] is None]
        new = self.state.runs.keys() - before.runs.keys()
        assert not (suspended and new), "a suspended fabric was synced by the schedule"
        ended = [run["finished"] for run in before.terminal().values() if run["started"]]
        long_ago = not ended or clocks.now() - max(ended) > clocks.LONG
        if not suspended and not active and long_ago:
            assert new, "the fabric is due, and the schedule did not ask for it"

    def tick(self):
        job = FabricSyncScheduler.enqueue(immediate=True)
        job.refresh_from_db()
        assert job.status == "completed", job.log_entries
        if not self.writing:
            assert not SyncRun.objects.filter(state=RunStateChoices.RUNNING, lease_until__lt=clocks.now()).exists()
