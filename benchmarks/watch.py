"""``python -m benchmarks.watch [--fabrics N] [--seconds S]``: how soon a change is in NetBox, and what a watcher costs.

Three measurements, each with the watcher and the practice server as processes of their own:

- 20 changes a second: from the server's answer to the change until it is committed in NetBox's database, beside the
  floor: until a bare stream of the same server has shown it to this process.
- 200 changes a second: whether the lag grows, and whether the watcher's memory does.
- N fabrics on one server: seconds until all are live, threads, memory, sessions of the database, CPU at rest.
"""

import argparse
import os
import platform
import shutil
import statistics
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.changes import Changes, Streamed
from benchmarks.scenario import django_setup
from practice.services.netbox import CHECKOUT
from practice.services.process import Process
from tests.services import STATE, Services

__all__ = ("main",)

OBJECTS = 200
READY, LIVE = 60.0, 300.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fabrics", type=int, default=100, help="how many fabrics one watcher follows (100)")
    parser.add_argument("--seconds", type=int, default=60, help="of 200 changes a second (60)")
    options = parser.parse_args()
    STATE.mkdir(exist_ok=True)
    services = Services()
    with ExitStack() as stack:
        stack.callback(services.stop)
        services.start()
        services.clone("watch")
        netbox = services.instance("watch")
        os.environ.update(netbox.environment())
        django_setup()
        kubeconfig = serve(stack)
        changes = Changes(kubeconfig, OBJECTS)
        print(f"{platform.platform()}, Python {platform.python_version()}, load {os.getloadavg()}", flush=True)
        add_fabrics(kubeconfig, 1)
        watcher = watch(stack, netbox, 1)
        latency(services, kubeconfig, changes)
        steady(watcher, changes, options.seconds)
        add_fabrics(kubeconfig, options.fabrics - 1)
        many(watcher, options.fabrics)


def serve(stack: ExitStack) -> Path:
    """A practice server without objects, until STACK is closed; its kubeconfig."""
    directory = STATE / "benchmark-watch"
    shutil.rmtree(directory, ignore_errors=True)
    command = [sys.executable, "-m", "practice", "--dir", directory, "--empty"]
    process = Process("the practice server", command, log=STATE / "benchmark-watch.log", directory=CHECKOUT)
    stack.callback(process.kill)
    process.wait_until((directory / "kubeconfig").exists, READY)
    return directory / "kubeconfig"


def add_fabrics(kubeconfig: Path, count: int) -> None:
    """Fabrics on the same server, each read once."""
    from netbox_hedgehog.models import CredentialChoices, Fabric
    from netbox_hedgehog.sync.execute.run import execute
    from netbox_hedgehog.sync.runs.transitions import enqueue

    for _ in range(count):
        fabric = Fabric(name=f"fabric-{Fabric.objects.count() + 1}", credential_kind=CredentialChoices.KUBECONFIG)
        fabric.set_credential(kubeconfig=kubeconfig.read_text())
        fabric.full_clean()
        fabric.watch = False  # until there are all of them
        fabric.save()
        execute(enqueue(fabric, "command", None, "benchmark")[0], "benchmark")
    Fabric.objects.filter(watch=False).update(watch=True)


def watch(stack: ExitStack, netbox: Any, count: int) -> Process:
    process = netbox.watcher(STATE / "benchmark-watcher.log")
    stack.callback(process.kill)
    until_live(process, count)
    return process


def until_live(process: Process, count: int) -> None:
    from netbox_hedgehog.models import Watcher

    process.wait_until(lambda: Watcher.objects.filter(state="live").count() >= count, LIVE)


def latency(services: Services, kubeconfig: Path, changes: Changes, number: int = 200, rate: float = 20.0) -> None:
    """From the server's answer to the bare stream, and to the commit."""
    with Streamed(kubeconfig) as streamed, changes.committed(services.address("watch")) as committed:
        answered = changes.make(number, rate)
        time.sleep(3)
    for name, seen in (("floor: a bare stream", streamed.seen), ("committed in NetBox", committed)):
        took = sorted(1000 * (seen[version] - at) for version, at in answered.items() if version in seen)
        p95 = took[int(len(took) * 0.95) - 1]
        print(f"{name:<22} p50 {statistics.median(took):6.0f} ms, p95 {p95:6.0f} ms, max {took[-1]:6.0f} ms", end="")
        print(f", {len(answered) - len(took)} of {number} not seen; load {os.getloadavg()[0]:.1f}", flush=True)


def steady(watcher: Process, changes: Changes, seconds: int, rate: float = 200.0) -> None:
    """The lag and the memory at each sixth of the time, and the watcher's own CPU for an event."""
    from netbox_hedgehog.models import Watcher

    before, cpu = Watcher.objects.get().events, used(watcher)[2]
    maker = threading.Thread(target=changes.make, args=(int(rate * seconds), rate))
    begun = time.monotonic()
    maker.start()
    for part in range(1, 7):
        time.sleep(max(0.0, begun + part * seconds / 6 - time.monotonic()))
        row, (memory, _, _) = Watcher.objects.get(), used(watcher)
        print(
            f"  after {part * seconds // 6:3} s: {row.events - before:6} events, lag {row.lag_ms} ms, {memory:.0f} MiB"
        )
    maker.join()
    took = time.monotonic() - begun
    watcher.wait_until(lambda: Watcher.objects.get().events - before >= int(rate * seconds), LIVE)
    caught_up = time.monotonic() - begun - took
    each = 1000 * (used(watcher)[2] - cpu) / (rate * seconds)
    print(
        f"{rate * seconds / took:.0f} changes a second for {took:.0f} s; all written {caught_up:.1f} s later; ", end=""
    )
    print(f"{each:.2f} ms of the watcher's CPU an event; load {os.getloadavg()[0]:.1f}", flush=True)


def many(watcher: Process, count: int) -> None:
    from django.db import connection

    begun = time.monotonic()
    until_live(watcher, count)
    print(
        f"{count} fabrics: all live after {time.monotonic() - begun:.0f} s; load {os.getloadavg()[0]:.1f}", flush=True
    )
    time.sleep(10)
    before, since = used(watcher)[2], time.monotonic()
    time.sleep(20)
    memory, threads, cpu = used(watcher)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        sessions = cursor.fetchone()[0] - 1
    share = 100 * (cpu - before) / (time.monotonic() - since)
    print(f"  {threads} threads, {memory:.0f} MiB, {sessions} sessions of the database, {share:.1f}% of a core at rest")


def used(process: Process) -> tuple[float, int, float]:
    """Memory in MiB, threads, and CPU seconds of PROCESS so far."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
    times = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    return int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), (int(times[11]) + int(times[12])) / ticks


if __name__ == "__main__":
    main()
