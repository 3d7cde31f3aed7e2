"""A run that a real worker is in the middle of."""

import os
from collections.abc import Iterable
from typing import Any

from core.models import Job
from django.db import connection

from netbox_hedgehog.models import VPC, SyncRun
from netbox_hedgehog.sync.execute.run_writer import BATCH
from netbox_hedgehog.sync.request.request import request_sync
from practice.server import PracticeServer
from tests.builders import vpc
from tests.waiting import until
from tests.worker import Worker

__all__ = ("COUNT", "QUEUE", "log_of", "signalled", "syncing", "waits_for_a_lock")

QUEUE = "netbox_hedgehog.hedgehog_sync"
COUNT = 3500  # VPCs: four batches


def syncing(server: PracticeServer, fabric: Any, worker: Worker) -> SyncRun:
    """A run of FABRIC by the worker that has written some batches and not all of them."""
    server.put_all(vpc(f"vpc-{number:05}", number) for number in range(COUNT))
    server.faults.latency(0.4, kind="vpcs")
    worker.start(QUEUE)
    run = request_sync(fabric, "command").run
    until(lambda: VPC.objects.count() >= BATCH, 60)
    return run


def signalled(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        os.kill(pid, number)


def log_of(run: SyncRun) -> str:
    """What the job of RUN has logged so far."""
    return " ".join(str(entries) for entries in Job.objects.filter(pk=run.job_id).values_list("log_entries", flat=True))


def waits_for_a_lock() -> int:
    """How many sessions wait for what another one has locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would see what it saw first
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
