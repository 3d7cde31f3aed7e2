"""``python -m benchmarks.lists [--objects N] [--large]``: what lists cost with N Connections and N runs, against ten.

Every list is asked in one process, warm, as often as --times says; ``--large`` adds ten times as many rows.
"""

import argparse
from contextlib import ExitStack
from statistics import median, quantiles
from typing import Any

from benchmarks.cluster import cluster
from benchmarks.sync import DATABASE, UNPACED, measured
from practice.services.netbox import NetBox
from tests.services import STATE, Services

__all__ = ("main",)

FEW = 10
AIM = 300  # milliseconds, of 95 in 100 answers
SECONDS = 3600

type Faces = dict[str, dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--objects", type=int, default=10_000, help="how many Connections, and runs (10000)")
    parser.add_argument("--times", type=int, default=30, help="how often each list is asked (30)")
    parser.add_argument("--large", action="store_true", help="also ten times as many (minutes)")
    # What else `make benchmark` was given is for the syncs, which have read it before.
    options, _ = parser.parse_known_args()
    counts = [FEW, options.objects, *([10 * options.objects] if options.large else [])]
    STATE.mkdir(exist_ok=True)
    services = Services()
    try:
        services.start()
        netbox = services.instance(DATABASE, plugin=UNPACED)
        found = {count: of_rows(services, netbox, count, options.times) for count in counts}
    finally:
        services.stop()
    print("\n".join(table(found)))


def of_rows(services: Services, netbox: NetBox, count: int, times: int) -> Faces:
    """What scenario ``lists`` says of COUNT Connections and runs, by face."""
    services.clone(DATABASE)
    with ExitStack() as stack:
        kubeconfig = stack.enter_context(cluster(STATE / f"benchmark-lists-{count}", count))
        measured(netbox, "sync", str(kubeconfig), seconds=SECONDS)
        words = ("lists", str(kubeconfig), "--objects", str(count), "--times", str(times))
        faces = measured(netbox, *words, seconds=SECONDS)
    print(f"  lists of {count:,} rows", flush=True)
    return faces


def table(found: dict[int, Faces]) -> list[str]:
    """What was measured, as a Markdown table, and what it means below it."""
    few, *more = found
    heads = [f"{few} rows: ms", *(f"{count:,} rows: ms | p95 | ratio" for count in more)]
    lines = ["", f"| | {' | '.join(heads)} | SQL statements |", "|---|" + "---:|" * (2 + 3 * len(more))]
    for face, said in found[few].items():
        cells = [f"{_middle(said):.0f}"]
        for count in more:
            other = found[count][face]
            cells.append(f"{_middle(other):.0f} | {_late(other):.0f} | {_middle(other) / _middle(said):.1f}")
        asked = sorted({sum(faces[face]["statements"].values()) for faces in found.values()})
        lines.append(f"| {face} | {' | '.join(cells)} | {' to '.join(map(str, asked))} |")
    lines.append("")
    for count in more:
        slow = {face: late for face, said in found[count].items() if (late := _late(said)) > AIM}
        words = ", ".join(f"{face} ({late:.0f})" for face, late in slow.items()) or "none"
        lines.append(f"- {count:,} rows: {len(slow)} of {len(found[count])} lists with a p95 above {AIM} ms: {words}")
    return lines


def _middle(said: dict[str, Any]) -> float:
    return 1000 * median(said["seconds"])


def _late(said: dict[str, Any]) -> float:
    """The 95th percentile, in milliseconds."""
    return 1000 * quantiles(said["seconds"], n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
