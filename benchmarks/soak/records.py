"""What is kept of a soak, as plain data that a verdict can be made of without a database."""

from dataclasses import dataclass, field
from datetime import datetime

__all__ = ("Kill", "Phase", "Record", "Run", "Sample")


@dataclass(frozen=True)
class Run:
    """A row of SyncRun as it was at the end."""

    pk: int
    fabric: str
    state: str
    error: str
    worker: str
    created: datetime
    started: datetime | None
    finished: datetime | None


@dataclass(frozen=True)
class Kill:
    """A SIGKILL to a worker and all its processes, and the runs that it was executing just before."""

    at: datetime
    worker: str
    runs: tuple[int, ...]


@dataclass(frozen=True)
class Sample:
    """One look: how many runs were running and queued, jobs in Redis, and the fabrics with two runs of one state."""

    at: datetime
    running: int
    queued: int
    jobs: int
    doubled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A part of the soak, from BEGIN to END, in which a fabric's runs may start GAP seconds apart at the most.

    KILLING: workers are killed; the fabric of a run that is lost has REPAIR seconds more.
    """

    name: str
    begin: datetime
    end: datetime
    gap: float
    killing: bool = False
    repair: float = 0.0


@dataclass
class Record:
    """Everything that was seen; times are the database's."""

    fabrics: list[str]
    phases: list[Phase] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)
