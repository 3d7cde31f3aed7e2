"""``python -m benchmarks.lists [--objects N]``: what lists of N Connections cost, against lists of ten."""

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Any

from benchmarks.cluster import cluster
from benchmarks.sync import DATABASE
from practice.services.netbox import CHECKOUT, NetBox
from tests.services import STATE, Services

__all__ = ("main",)

FEW = 10
SECONDS = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=10_000)
    count = parser.parse_args().objects
    STATE.mkdir(exist_ok=True)
    services = Services()
    try:
        services.start()
        netbox = services.instance(DATABASE)
        few, many = (measured(services, netbox, number) for number in (FEW, count))
    finally:
        services.stop()
    print(f"| | {FEW} rows: ms | {count:,} rows: ms | p95 | ratio | SQL statements: {FEW} rows | {count:,} rows |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for face, said in many.items():
        one, other = (1000 * median(each["seconds"]) for each in (few[face], said))
        late = 1000 * quantiles(said["seconds"], n=20)[-1]
        asked = " | ".join(str(sum(each["statements"].values())) for each in (few[face], said))
        print(f"| {face} | {one:.0f} | {other:.0f} | {late:.0f} | {other / one:.2f} | {asked} |")


def measured(services: Services, netbox: NetBox, count: int) -> dict[str, Any]:
    """What scenario ``lists`` says of COUNT Connections, by face."""
    services.clone(DATABASE)
    with ExitStack() as stack:
        kubeconfig = stack.enter_context(cluster(STATE / f"benchmark-lists-{count}", count))
        command = [sys.executable, "-m", "benchmarks.scenario", "lists", str(kubeconfig)]
        done = subprocess.run(
            command, env=netbox.environment(), cwd=CHECKOUT, capture_output=True, text=True, timeout=SECONDS
        )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
