"""What happened in a soak, in figures."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from statistics import median

from benchmarks.soak.records import Phase, Record
from benchmarks.soak.spans import doubled, gaps, overlaps, repair, seconds, within

__all__ = ("figures",)


def figures(record: Record) -> list[str]:
    """What happened, a line each."""
    lines = []
    for phase in record.phases:
        longest = sorted((gap, fabric) for fabric, gap in gaps(record, phase))
        states = Counter(run.state for run in record.runs if within(run, phase))
        durations = [seconds(run.started, run.finished) for run in record.runs if within(run, phase) and run.finished]
        waits = [seconds(run.created, run.started) for run in record.runs if within(run, phase)]
        minutes = seconds(phase.begin, phase.end) / 60
        lines += [
            f"{phase.name}: {minutes:.1f} minutes, {len(record.fabrics)} fabrics",
            f"  runs: {states.total()} ({states.total() / minutes:.0f} a minute): "
            + ", ".join(f"{number} {state}" for state, number in sorted(states.items())),
            f"  seconds between two starts of a fabric: {_spread([gap for gap, _ in longest])}"
            + (f" (longest: {longest[-1][1]}); {phase.gap:.0f} allowed" if longest else ""),
            f"  seconds that a run took: {_spread(durations)}; that it waited for a worker: {_spread(waits)}",
            f"  seconds between two ticks of the schedule: {_spread(_between(record.ticks, phase))}",
            *_depth(record, phase),
        ]
    lines += [f"overlaps: {len(list(overlaps(record)))} by the times of runs, {len(list(doubled(record)))} seen"]
    lines += [f"  {line}" for line in _lost(record)]
    return lines


def _lost(record: Record) -> Iterator[str]:
    """Each lost run, and what became of it."""
    for run in record.runs:
        if run.state != "lost":
            continue
        kill = next((kill for kill in record.kills if run.pk in kill.runs or kill.worker == run.worker), None)
        made_up = repair(record, run)
        told = f"{seconds(kill.at, run.finished):.0f} s after the kill" if kill else "without a kill"
        made = (
            f"made up for by #{made_up.pk}, {seconds(run.finished, made_up.finished):.0f} s later"
            if made_up
            else "not made up for"
        )
        yield f"#{run.pk} of {run.fabric}: lost, told {told}, {made}"


def _depth(record: Record, phase: Phase) -> Iterator[str]:
    """How many runs waited, a number every half a minute."""
    samples = [sample for sample in record.samples if phase.begin <= sample.at <= phase.end]
    if not samples:
        return
    step = max(1, len(samples) // 20)
    waiting = " ".join(str(sample.queued) for sample in samples[::step])
    yield f"  runs waiting, over time: {waiting} (most: {max(sample.queued for sample in samples)})"
    yield f"  runs at once: {max(sample.running for sample in samples)} at the most"


def _between(moments: list[datetime], phase: Phase) -> list[float]:
    inside = [moment for moment in sorted(moments) if phase.begin <= moment <= phase.end]
    return [seconds(one, two) for one, two in pairwise([phase.begin, *inside, phase.end])]


def _spread(values: list[float]) -> str:
    if not values:
        return "none"
    return f"{median(values):.1f} in the middle, {max(values):.1f} at the most"
