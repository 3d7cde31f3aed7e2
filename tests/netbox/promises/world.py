"""A fabric, its cluster, its workers and watchers, and what is checked after each step."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django_rq.queues import get_connection
from hypothesis.stateful import RuleBasedStateMachine

from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.run_code import SAYS_NOTHING_OF_CLUSTER
from practice.server import PracticeServer
from tests.builders import fabric_on
from tests.netbox.promises import checks, clocks
from tests.netbox.promises.cluster import Cluster
from tests.netbox.promises.state import State, read
from tests.netbox.promises.watchers import Watch
from tests.netbox.promises.workers import Worker

__all__ = ("World",)


class World(RuleBasedStateMachine):
    """SERVER is set by the test. ``state`` is what was read after the last step.

    ``looked``: when the newest whole look began; ``reached``: whether the cluster answered when it was last asked;
    ``requests``: when each was made, and the run that is to answer it; ``cancelled``: runs that someone cancelled.
    ``told``: the story is told, not drawn: a worker that is to stop at a statement has to come by it.
    """

    server: ClassVar[PracticeServer]
    happened: ClassVar[dict[str, int]] = {}
    told = False

    def __init__(self) -> None:
        super().__init__()
        clocks.skew.clear()
        get_connection("default").flushdb()
        logging.getLogger("netbox.jobs.FabricSyncJob").handlers.clear()
        self.cluster = Cluster(self.server)
        self.fabric: Fabric = fabric_on(self.server.kubeconfig, "lab", watch=False)
        self.chance = random.Random(1)
        self.workers: list[Worker] = []
        self.watches: list[Watch] = []
        self.looked: datetime | None = None
        self.reached: bool | None = None
        self.told_at: datetime | None = None
        self.restored_at: datetime | None = None
        self.requests: list[tuple[datetime, int]] = []
        self.cancelled: set[int] = set()
        self.backup: Any = None
        self.form: Any = None
        self.failed = False
        self.state = read(self.fabric)

    @classmethod
    def count(cls, what: str) -> None:
        cls.happened[what] = cls.happened.get(what, 0) + 1

    # --- steps

    @contextmanager
    def step(self, what: str, writer: str = "", begun: int | None = None) -> Iterator[None]:
        """One step. WRITER: who may write objects in it ("run", "watch", "": nobody); a run has BEGUN in that step."""
        self.failed = True
        with self.elsewhere(what):
            begun = self.cluster.step if begun is None else begun
            yield
        self.check(read(self.fabric), writer, begun)
        self.failed = False

    @contextmanager
    def elsewhere(self, what: str) -> Iterator[None]:
        """A step in which NetBox takes no part, so that nothing of it needs to be looked at."""
        self.count(what)
        self.cluster.step += 1
        self.cluster.look()
        yield
        self.cluster.look()

    def check(self, after: State, writer: str, begun: int) -> None:
        before, at = self.state, clocks.now()
        checks.runs_are_in_order(before, after)
        if not writer:
            assert after.rows == before.rows, "objects changed, and nobody had the right to write"
        checks.rows_are_true(self.cluster, before, after)
        if writer == "run":
            checks.deletions_are_proven(self.cluster, self.fabric, before, after, begun, at)
        if writer == "watch":
            checks.nothing_is_removed(self.cluster, before, after)
        for pk in after.terminal().keys() - before.terminal().keys():
            self.run_ended(after.runs[pk])
        watched = bool(self.told_at and at - self.told_at < timedelta(seconds=31) and self.watcher)
        checks.facts_are_true(self.fabric, self.looked, self.reached, watched, at)
        self.state = after

    def run_ended(self, run: dict[str, Any]) -> None:
        """Keep what its end says of the cluster."""
        self.count(f"a run ends {run['state']}")
        if run["state"] in RunStateChoices.COMPLETED_READING:
            self.looked, self.reached = run["started"], True
        elif run["state"] == RunStateChoices.FAILED and run["error_code"] not in SAYS_NOTHING_OF_CLUSTER:
            self.reached = False

    # --- who is there

    @property
    def watcher(self) -> Watch | None:
        return next((watch for watch in self.watches if not watch.late), None)

    @property
    def writing(self) -> bool:
        """Whether a worker waits in mid-write, with rows locked."""
        return any(worker.waiting for worker in self.workers)

    @property
    def deciding(self) -> bool:
        """Whether one waits in a transaction that changes runs."""
        return any(worker.waiting and not worker.writing for worker in self.workers)

    def run_of(self, worker: Worker) -> SyncRun:
        return SyncRun.objects.get(pk=worker.run_id)

    def teardown(self) -> None:
        try:
            if self.cluster.step and not self.failed:
                self.drain()
        finally:
            for worker in self.workers:
                worker.kill()
            clocks.skew.clear()
            self.fabric.delete()

    def drain(self) -> None:
        raise NotImplementedError
