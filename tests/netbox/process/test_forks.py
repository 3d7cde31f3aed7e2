"""What is forked from a NetBox that was loaded before is a process like any other, for who starts and who ends it."""

import os
import signal
import subprocess
import time

import pytest

from practice.services import processtable
from practice.services.netbox import CHECKOUT
from practice.services.problem import Problem
from practice.services.process import stop_all
from tests.netbox.conftest import _netbox

pytestmark = pytest.mark.slow

SLEEPER = "import sys, time; print('asleep', flush=True); time.sleep(60)"


@pytest.fixture
def shell(services, tmp_path):
    """Runs a statement in NetBox's shell, as a process; ``log`` is what it printed."""
    started = []

    def run(statement: str):
        number = len(started)
        started.append(_netbox.run("a shell", "-m", "netbox", "shell", "-c", statement, log=tmp_path / f"{number}.log"))
        return started[-1]

    yield run
    for process in started:
        process.kill()


@pytest.fixture
def asleep(shell):
    process = shell(SLEEPER)
    process.wait_until(lambda: "asleep" in process.log.read_text(), 30)
    return process


def test_fork_is_a_process_of_the_given_netbox_in_a_session_of_its_own(shell):
    process = shell(
        "import os, sys; from django.conf import settings; from django.db import connection;"
        "print(os.getpid(), os.getsid(0), os.getcwd(), sys.argv[1:2], settings.DATABASES['default']['NAME'],"
        "os.environ['NETBOX_ROOT'], connection.connection)"
    )
    process.finish(30)
    told = [str(each) for each in (process.pid, process.pid, CHECKOUT, ["shell"], "test_netbox", _netbox.root, None)]
    assert process.log.read_text().splitlines()[-1].split() == told
    assert process.pid != os.getpid()


@pytest.mark.parametrize(("statement", "code"), [("print('no way'); exit(3)", 3), ("raise OSError('no way')", 1)])
def test_fork_that_fails_is_told_with_its_code_and_its_last_words(shell, statement, code):
    process = shell(statement)
    with pytest.raises(Problem, match=rf"(?s)exit code {code}\).*no way"):
        process.finish(30)
    assert not process.running()


def test_fork_ends_when_it_is_asked_and_when_it_is_killed(asleep, shell):
    assert asleep.running()
    with pytest.raises(subprocess.TimeoutExpired):
        asleep.popen.wait(0.1)
    stop_all([asleep])
    assert asleep.popen.returncode == -signal.SIGTERM
    other = shell(SLEEPER)
    other.kill()
    assert other.popen.returncode == -signal.SIGKILL


def test_fork_does_not_outlive_what_it_was_forked_from(asleep):
    _netbox.close()
    end = time.monotonic() + 10
    while processtable.started(asleep.pid):
        assert time.monotonic() < end
        time.sleep(0.02)
