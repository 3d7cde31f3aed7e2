"""What a measured process says of itself: seconds, SQL statements, memory."""

import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ("Statements", "Stopwatch", "now_mib", "peak_mib")

_TABLE = re.compile(r'(?:INTO|UPDATE|FROM) "?(\w+)"?')


class Stopwatch:
    """Runs work and keeps how long it took: ``wall`` by the clock, ``cpu`` of this process alone, both in seconds."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def run(self, work: Callable[[], Any]) -> None:
        start, used = time.perf_counter(), time.process_time()
        work()
        self.wall.append(time.perf_counter() - start)
        self.cpu.append(time.process_time() - used)


def peak_mib() -> float:
    """The most memory that this process has held, in MiB.

    On Linux not by getrusage, which counts what the parent held at the time of the fork.
    """
    if sys.platform == "linux":
        return _status("VmHWM")
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage / (1024 * 1024 if sys.platform == "darwin" else 1024)


def now_mib() -> float:
    """The memory that this process holds now, in MiB; as good as the peak where the system does not tell."""
    return _status("VmRSS") if sys.platform == "linux" else peak_mib()


def _status(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


class Statements:
    """Counts SQL statements by verb, and the writes by table, as an execute wrapper of Django's."""

    def __init__(self) -> None:
        self.verbs: Counter[str] = Counter()
        self.written: Counter[str] = Counter()

    def __call__(self, execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip().split(None, 1)[0].upper()
        self.verbs[verb] += 1
        if verb in ("INSERT", "UPDATE", "DELETE") and (table := _TABLE.search(sql)):
            self.written[table[1]] += 1
        return execute(sql, parameters, many, context)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count what this thread's connection is asked in the meantime, and nothing from before."""
        from django.db import connection

        self.verbs.clear()
        self.written.clear()
        with connection.execute_wrapper(self):
            yield
