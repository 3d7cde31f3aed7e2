"""Fault 19: a worker's memory is bounded, however many objects a fabric has and however large they are."""

import re
import sys
from pathlib import Path

import pytest

from netbox_hedgehog.models import VPC, SyncRun
from netbox_hedgehog.sync.request.request import request_sync
from practice.server import PracticeServer
from tests.builders import fabric_on, vpc
from tests.netbox.process.given import QUEUE
from tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="a process's peak memory is read from Linux's /proc"),
]
FEW, MANY = 2_000, 10_000
SIZE = 6_000  # bytes of each object at the least
KEPT = 2_000  # bytes that a sync may keep of each object until its kind is done: key, versions, digests


def peak_of(worker, fabric) -> int:
    """The most memory, in bytes, that the process of a run of FABRIC has had."""
    before = set(worker.process_ids())
    run = request_sync(fabric, "command").run
    peaks = [0]

    def look():
        peaks.extend(_peak(pid) for pid in set(worker.process_ids()) - before)
        return SyncRun.objects.filter(pk=run.pk, finished__isnull=False).exists()

    until(look, 240)
    assert SyncRun.objects.get(pk=run.pk).state == "succeeded"
    return max(peaks)


def _peak(pid: int) -> int:
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) * 1024 if found else 0


def test_fault_19_five_times_the_objects_need_hardly_more_memory(transactional_db, worker):
    worker.start(QUEUE)
    peaks = {}
    for count in (FEW, MANY):
        with PracticeServer(empty=True) as server:
            note = {"note": "x" * SIZE}
            server.put_all(vpc(f"vpc-{number:05}", number, annotations=note) for number in range(count))
            fabric = fabric_on(server.kubeconfig, f"with-{count}")
            peaks["first import", count] = peak_of(worker, fabric)
            peaks["no change", count] = peak_of(worker, fabric)
        assert VPC.objects.filter(fabric=fabric).count() == count
    for what in ("first import", "no change"):
        grown = peaks[what, MANY] - peaks[what, FEW]
        assert peaks[what, FEW] > 50e6, "its memory was not seen"
        assert grown / (MANY - FEW) < KEPT, f"{what}: {grown / 1e6:.0f} MB more"
