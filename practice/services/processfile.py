"""A note of what runs for a state directory, so that what a killed starter left behind can be ended."""

import json
from collections.abc import Iterable
from pathlib import Path

from practice.services import processtable
from practice.services.process import Process

__all__ = ("end_leftovers", "note", "number")


def note(path: Path, processes: Iterable[Process]) -> None:
    """Write down PROCESSES with their start times: a number alone may be someone else's by tomorrow."""
    rows = [{"name": p.name, "pid": p.pid, "started": processtable.started(p.pid)} for p in processes if p.running()]
    path.write_text(json.dumps(rows))


def number(directory: Path, process: Process) -> None:
    """Write the number of PROCESS into a file of DIRECTORY that is named after it, for whoever wants to kill it."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / process.name.removeprefix("the ").replace(" ", "-").lower()).write_text(f"{process.pid}\n")


def end_leftovers(path: Path) -> list[str]:
    """Kill the noted processes that still run (names returned), and nothing else."""
    try:
        rows = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return []
    left = [row for row in rows if row["started"] and processtable.started(row["pid"]) == row["started"]]
    for row in left:
        processtable.kill_session(row["pid"])
    path.unlink()
    return [row["name"] for row in left]
