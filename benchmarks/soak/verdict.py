"""Whether a soak went as promised. Pure: everything is in the record."""

from collections.abc import Iterator

from benchmarks.soak.records import Phase, Record
from benchmarks.soak.spans import GOOD, doubled, gaps, overlaps, repair, within

__all__ = ("problems",)


def problems(record: Record) -> list[str]:
    """What was not as promised, in words; empty when all was."""
    return [
        *_doubled(record),
        *_unfinished(record),
        *(problem for phase in record.phases for problem in (*_late(record, phase), *_bad_ends(record, phase))),
        *_killed(record),
    ]


def _doubled(record: Record) -> Iterator[str]:
    """Never two runs of one fabric at a time: by the times of the runs, and as it was seen."""
    for first, second in overlaps(record):
        yield f"{first.fabric}: run #{second.pk} began before run #{first.pk} had ended"
    for fabric, at in doubled(record):
        yield f"{fabric}: two runs in one state were seen at {at:%H:%M:%S}"


def _unfinished(record: Record) -> Iterator[str]:
    """No run is forgotten: at the end all have ended."""
    for run in record.runs:
        if run.finished is None:
            yield f"{run.fabric}: run #{run.pk} is {run.state} at the end"


def _late(record: Record, phase: Phase) -> Iterator[str]:
    lost = {run.fabric for run in record.runs if run.state == "lost" and within(run, phase)}
    for fabric, gap in gaps(record, phase):
        allowed = phase.gap + (phase.repair if fabric in lost else 0.0)
        if gap > allowed:
            yield f"{phase.name}: {fabric} was not begun for {gap:.0f} s; {allowed:.0f} s are allowed"


def _bad_ends(record: Record, phase: Phase) -> Iterator[str]:
    """Every run succeeds, but for those whose worker was killed."""
    for run in record.runs:
        if within(run, phase) and run.state not in GOOD and not (phase.killing and run.state == "lost"):
            yield f"{phase.name}: {run.fabric}: run #{run.pk} ended {run.state} ({run.error})"


def _killed(record: Record) -> Iterator[str]:
    """Each run of a killed worker is told as lost, none is that was not killed, and each is made up for."""
    by_key = {run.pk: run for run in record.runs}
    killed = {pk for kill in record.kills for pk in kill.runs}
    for kill in record.kills:
        for pk in kill.runs:
            run = by_key[pk]
            # It may have ended in the moment between our look and the signal.
            if run.state != "lost" and not (run.finished and run.finished <= kill.at):
                yield f"{run.fabric}: run #{pk} of the killed worker {kill.worker} ended {run.state}, not lost"
    workers = {kill.worker for kill in record.kills}
    for run in record.runs:
        if run.state == "lost" and run.pk not in killed and run.worker not in workers:
            yield f"{run.fabric}: run #{run.pk} is lost, and its worker {run.worker} was not killed"
        if run.state == "lost" and repair(record, run) is None:
            yield f"{run.fabric}: no run has made up for the lost run #{run.pk}"
