"""``python -m benchmarks.soak``: many fabrics with short intervals on real RQ workers, some of which are killed later.

NetBox's own schedule drives it: the system job that the workers register, and nothing else. At the end the rows of
SyncRun are judged: was every fabric synced as often as it should be, were there ever two runs of one, was any run lost
that should not be, was every run of a killed worker told as lost and made up for. Exit status 0 where all was well.
"""

import argparse
import json
import platform
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

from benchmarks.soak import verdict
from benchmarks.soak.crew import Crew
from benchmarks.soak.figures import figures
from benchmarks.soak.play import Play
from benchmarks.soak.records import Phase, Record
from benchmarks.soak.stage import fabrics, practice_server, stage

RECOVERY = 150  # seconds after the last kill in which the schedule may make up for what was lost
ENDING = 240  # seconds in which everything has to come to an end


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        directory = options.keep or Path(name)
        directory.mkdir(parents=True, exist_ok=True)
        with stage() as netbox, practice_server(directory, still=options.still) as kubeconfig:
            record = Record(fabrics(kubeconfig, options.fabrics, options.interval))
            crew = Crew(netbox, options.workers, directory, options.seed)
            try:
                soak(record, crew, options)
            finally:
                crew.stop()
    if options.json:
        options.json.write_text(json.dumps(asdict(record), default=str, indent=1))
    print("\n".join([f"{platform.platform()}", *figures(record)]))
    problems = verdict.problems(record)
    print("\n".join([f"PROBLEM: {problem}" for problem in problems[:50]] or ["all promises were kept"]))
    if len(problems) > 50:
        print(f"and {len(problems) - 50} more problems")
    sys.exit(1 if problems else 0)


def soak(record: Record, crew: Crew, options: argparse.Namespace) -> None:
    """Fill RECORD: settle, the quiet phase, the phase of kills, and the end."""
    from netbox_hedgehog.sync.db.clock import database_time

    play = Play(record, crew, tell=partial(print, flush=True))
    play.go_on(options.settle * 60, "settling")
    begin = database_time()
    play.go_on(options.minutes * 60, "quiet")
    middle = database_time()
    record.phases.append(Phase("quiet", begin, middle, options.gap))
    if options.kill_minutes:
        play.go_on(options.kill_minutes * 60, "killing", options.kill_every)
        killing = Phase("killing", middle, database_time(), options.kill_gap, killing=True, repair=options.repair)
        record.phases.append(killing)
        play.go_on(RECOVERY, "recovering")
    play.end(ENDING)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fabrics", type=int, default=100, help="how many (100)")
    parser.add_argument("--workers", type=int, default=3, help="how many RQ workers (3)")
    parser.add_argument("--interval", type=int, default=60, help="each fabric's interval, seconds (60)")
    parser.add_argument(
        "--settle", type=float, default=2.0, help="minutes before anything is judged: first imports (2)"
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="minutes in which nothing is killed (10)")
    parser.add_argument("--kill-minutes", type=float, default=5.0, help="minutes in which workers are killed (5)")
    parser.add_argument("--kill-every", type=float, default=20.0, help="seconds between two kills (20)")
    parser.add_argument("--gap", type=float, default=100.0, help="seconds allowed between two starts of a fabric (100)")
    parser.add_argument("--kill-gap", type=float, default=130.0, help="the same while workers are killed (130)")
    parser.add_argument("--repair", type=float, default=90.0, help="the same, more, where a run was lost (90)")
    parser.add_argument("--still", action="store_true", help="the cluster's objects do not move")
    parser.add_argument("--seed", type=int, default=1, help="which workers are killed (1)")
    parser.add_argument("--json", type=Path, help="write all that was seen to this file")
    parser.add_argument("--keep", type=Path, help="keep the logs of workers and server in this directory")
    return parser.parse_args()


if __name__ == "__main__":
    main()
