"""A long step is not silent: what it wrote last is told."""

import sys

import pytest

from practice.services.problem import Problem
from practice.services.process import Process
from practice.services.terminal import QUIET_SECONDS, Terminal


def started(code: str, log) -> Process:
    return Process("the step", [sys.executable, "-uc", code], log=log)


def test_last_line_of_a_step_is_told_while_it_runs(tmp_path):
    told: list[str] = []
    step = started("import time; print('one\\n'); time.sleep(.3); print('two'); time.sleep(.3)", tmp_path / "log")
    step.finish(20, told.append)
    assert list(dict.fromkeys(told)) == ["one", "two"]


def test_step_that_does_not_end_is_ended_and_told(tmp_path):
    step = started("import time; print('here'); time.sleep(60)", tmp_path / "log")
    with pytest.raises(Problem, match=r"did not end within 0 s(.|\n)*log"):
        step.finish(0.3)
    assert not step.running()


def test_without_a_terminal_a_long_step_is_told_every_ten_seconds(capsys, monkeypatch):
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    terminal = Terminal()
    for seconds in (1, QUIET_SECONDS + 1, QUIET_SECONDS + 2, 2 * QUIET_SECONDS + 3):
        now = 100 + seconds
        terminal.working(f"at {seconds:.0f}")
    assert capsys.readouterr().out.split() == ["11.0", "s", "at", "11", "23.0", "s", "at", "23"]
