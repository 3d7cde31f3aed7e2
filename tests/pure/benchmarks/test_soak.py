"""The soak's verdict: it sees two runs at once, a run forgotten, a fabric left alone, a worker's death not told."""

from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.soak.figures import figures
from benchmarks.soak.records import Kill, Phase, Record, Run, Sample
from benchmarks.soak.verdict import problems

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def run(pk: int, begun: float, took: float = 1.0, state: str = "succeeded", **more) -> Run:
    return Run(pk, "lab", state, "", more.get("worker", "w1"), at(begun - 1), at(begun), at(begun + took))


def record(*runs: Run, **more) -> Record:
    phase = Phase("all", at(0), at(120), gap=70, killing=more.pop("killing", False), repair=20)
    return Record(["lab"], [phase], list(runs), **more)


GOOD = (run(1, 5), run(2, 65))


def test_good_record_has_no_problems_and_figures():
    good = record(*GOOD, samples=[Sample(at(5), 1, 0, 0)], ticks=[at(3), at(63)])
    assert problems(good) == []
    assert "2 succeeded" in "\n".join(figures(good))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (record(*GOOD, run(3, 65.5)), "before run #2 had ended"),
        (record(*GOOD, samples=[Sample(at(5), 2, 0, 0, ("lab",))]), "two runs in one state"),
        (record(*GOOD, Run(3, "lab", "queued", "", "", at(70), None, None)), "is queued at the end"),
        (record(run(1, 5)), "was not begun for 115 s"),
        (record(*GOOD, run(3, 70, state="failed")), "ended failed"),
        (record(*GOOD, run(3, 70, state="lost"), run(4, 80)), "ended lost"),
        (record(*GOOD, run(3, 70, state="lost"), run(4, 80), killing=True), "was not killed"),
        (record(*GOOD, run(3, 70, state="lost"), kills=[Kill(at(70), "w1", (3,))], killing=True), "made up for"),
        (record(*GOOD, run(3, 70, 5), kills=[Kill(at(72), "w1", (3,))], killing=True), "ended succeeded, not lost"),
    ],
)
def test_what_is_not_as_promised_is_told(bad, words):
    assert any(words in problem for problem in problems(bad)), problems(bad)


def test_lost_run_of_a_killed_worker_that_is_made_up_for_is_no_problem():
    lost = run(3, 70, 30, state="lost")
    assert problems(record(*GOOD, lost, run(4, 105), kills=[Kill(at(71), "w1", (3,))], killing=True)) == []
