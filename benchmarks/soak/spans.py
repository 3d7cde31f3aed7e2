"""Runs of a record in order, and the time between them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from benchmarks.soak.records import Phase, Record, Run

__all__ = ("GOOD", "doubled", "gaps", "overlaps", "repair", "seconds", "started", "within")

GOOD = ("succeeded",)


def overlaps(record: Record) -> Iterator[tuple[Run, Run]]:
    for fabric in record.fabrics:
        for first, second in pairwise(started(record, fabric)):
            if first.finished is None or second.started < first.finished:
                yield first, second


def doubled(record: Record) -> Iterator[tuple[str, datetime]]:
    for sample in record.samples:
        for fabric in sample.doubled:
            yield fabric, sample.at


def started(record: Record, fabric: str) -> list[Run]:
    runs = [run for run in record.runs if run.fabric == fabric and run.started]
    return sorted(runs, key=lambda run: run.started)


def gaps(record: Record, phase: Phase) -> Iterator[tuple[str, float]]:
    """The longest time in PHASE in which no run of a fabric began, for each, its edges included."""
    by_fabric: dict[str, list[datetime]] = {fabric: [] for fabric in record.fabrics}
    for run in record.runs:
        if run.started and phase.begin <= run.started <= phase.end:
            by_fabric[run.fabric].append(run.started)
    for fabric, starts in by_fabric.items():
        moments = [phase.begin, *sorted(starts), phase.end]
        yield fabric, max(seconds(one, two) for one, two in pairwise(moments))


def repair(record: Record, lost: Run) -> Run | None:
    later = (run for run in started(record, lost.fabric) if run.started > lost.started and run.state in GOOD)
    return next(later, None)


def within(run: Run, phase: Phase) -> bool:
    return run.started is not None and phase.begin <= run.started < phase.end


def seconds(begin: datetime | None, end: datetime | None) -> float:
    return (end - begin).total_seconds() if begin and end else 0.0
