"""``python -m benchmarks.sync [--objects N] [--rounds N] [--large]``: what a sync costs, against what it must cost.

Everything is measured in the same run: the floor (get all pages and parse them), our first import, our sync without
and with changes, and the way without an engine (save each object). Every measurement is a process of its own with a
fresh copy of NetBox's database. ``--large`` adds ten times as many objects. Needs no preparation but ``.venv`` with
the test extra (``make benchmark`` sees to it).
"""

import argparse
import json
import platform
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.cluster import Api, cluster, real
from benchmarks.results import Results
from practice.services.netbox import CHECKOUT, NetBox
from tests.services import STATE, Services

__all__ = ("Bench", "main", "measured")

DATABASE = "benchmark"
UNPACED = {"requests_per_second": 0}  # what is measured is how fast we could ask
TIMES = 15  # of what is short, in one process
SECONDS = 1800


@dataclass
class Bench:
    """Runs scenarios on one NetBox instance; what they say is gathered in ``results``."""

    services: Services
    netbox: NetBox
    results: Results

    def fresh(self) -> None:
        """An empty NetBox again."""
        self.services.clone(DATABASE)

    def run(self, label: str, scenario: str, kubeconfig: Path, **options: int) -> dict[str, Any]:
        """Run SCENARIO in a process of its own and keep under LABEL what it measured."""
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        said = measured(self.netbox, scenario, str(kubeconfig), *words, seconds=SECONDS)
        self.results.add(label, said)
        print(f"  {label:<24}{report.seconds(said['seconds'])}", flush=True)
        return said


def measured(netbox: NetBox, *words: str, seconds: float) -> dict[str, Any]:
    """What a scenario, begun with WORDS in a process of its own, says within SECONDS."""
    command = [sys.executable, "-m", "benchmarks.scenario", *words]
    done = subprocess.run(
        command, env=netbox.environment(), cwd=CHECKOUT, capture_output=True, text=True, timeout=seconds
    )
    if done.returncode:
        sys.exit(f"{words[0]}: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--objects", type=int, default=10_000, help="how many Connections (10000)")
    parser.add_argument("--rounds", type=int, default=3, help="each round measures everything once (3)")
    parser.add_argument("--sample", type=int, default=500, help="how many objects are saved one by one (500)")
    parser.add_argument("--large", action="store_true", help="also ten times as many objects, once (minutes)")
    parser.add_argument("--json", type=Path, help="write the raw results to this file too")
    options = parser.parse_args()
    STATE.mkdir(exist_ok=True)
    results = Results(options.objects)
    services = Services()
    try:
        services.start()
        bench = Bench(services, services.instance(DATABASE, plugin=UNPACED), results)
        print(report.machine(services.postgresql, real()), flush=True)
        with ExitStack() as stack:
            measure(bench, options, stack)
        if options.large:
            with ExitStack() as stack:
                large(bench, options, stack)
    finally:
        services.stop()
    print(report.table(results))
    if options.json:
        options.json.write_text(json.dumps({"platform": platform.platform(), **results.raw()}, indent=1))


def measure(bench: Bench, options: argparse.Namespace, stack: ExitStack) -> None:
    """Every scenario, the rounds one after the other, so that a busy moment of the machine meets all of them."""
    count = options.objects
    whole, tenth, none = (_cluster(stack, number) for number in (count, count // 10, 0))
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}, {count:,} objects", flush=True)
        bench.run("floor", "floor", whole, times=TIMES)
        bench.run("floor_one_kind", "floor_one_kind", whole, times=TIMES)
        bench.run("floor_stdlib", "floor_stdlib", whole, times=TIMES)
        bench.fresh()
        bench.run("empty", "sync", none, times=TIMES)
        bench.fresh()
        bench.run("first_tenth", "sync", tenth)
        bench.run("unchanged_tenth", "sync", tenth, times=TIMES)
        bench.fresh()
        bench.run("first", "sync", whole)
        bench.run("unchanged", "sync", whole, times=TIMES)
        change(whole, number)
        bench.run("changed", "sync", whole)
    bench.fresh()
    bench.run("save_each", "save_each", whole, objects=min(options.sample, count))


def large(bench: Bench, options: argparse.Namespace, stack: ExitStack) -> None:
    """Ten times as many objects, for what grows faster than it should."""
    count = 10 * options.objects
    whole = _cluster(stack, count)
    print(f"{count:,} objects", flush=True)
    bench.run("large_floor", "floor", whole, times=TIMES)
    bench.fresh()
    bench.run("large_first", "sync", whole)
    bench.run("large_unchanged", "sync", whole, times=TIMES)
    change(whole, 0)
    bench.run("large_changed", "sync", whole)


def change(kubeconfig: Path, number: int) -> None:
    """Change 1% of the objects on the API server, spread evenly."""
    api = Api(kubeconfig)
    names = [obj["metadata"]["name"] for body in api.pages() for obj in json.loads(body)["items"]]
    api.touch(names[::100], str(number + 1))


def _cluster(stack: ExitStack, count: int) -> Path:
    """The kubeconfig of an API server with COUNT Connections, which runs until STACK is closed."""
    return stack.enter_context(cluster(STATE / f"benchmark-{count}", count))


if __name__ == "__main__":
    main()
