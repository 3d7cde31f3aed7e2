"""The workers of a soak, and the one who kills them."""

import random
from pathlib import Path

from benchmarks.soak.records import Kill
from practice.services.netbox import QUEUES, NetBox
from practice.services.process import Process, stop_all

__all__ = ("Crew",)


class Crew:
    """COUNT RQ workers of NETBOX, each named; whoever ends is replaced by ``tend``. SEED: whom ``kill`` hits."""

    def __init__(self, netbox: NetBox, count: int, logs: Path, seed: int = 1) -> None:
        self.netbox, self.count, self.logs = netbox, count, logs
        self.workers: dict[str, Process] = {}
        self._born = 0
        self._chance = random.Random(seed)

    def tend(self) -> None:
        """Start as many workers as are missing; returns at once."""
        self.workers = {name: process for name, process in self.workers.items() if process.running()}
        while len(self.workers) < self.count:
            self._born += 1
            name = f"soak-worker-{self._born}"
            # NetBox's own command, told by what name it registers.
            self.workers[name] = self.netbox.worker(self.logs / f"{name}.log", "--name", name, *QUEUES)

    def kill(self) -> Kill:
        """SIGKILL to one worker and every process of it; those that execute a run are preferred."""
        from netbox_hedgehog.models import RunStateChoices, SyncRun
        from netbox_hedgehog.sync.db.clock import database_time

        running = SyncRun.objects.filter(state=RunStateChoices.RUNNING, rq_worker__in=self.workers)
        busy = sorted(set(running.values_list("rq_worker", flat=True)))
        name = self._chance.choice(busy or sorted(self.workers))
        runs = tuple(running.filter(rq_worker=name).values_list("pk", flat=True))
        at = database_time()
        self.workers.pop(name).kill()
        return Kill(at, name, runs)

    def stop(self) -> None:
        stop_all(list(self.workers.values()))
        self.workers = {}
