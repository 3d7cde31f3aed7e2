"""What is loaded at start-up is out of the garbage collector's sight, in our processes and for a job's time."""

import gc
import subprocess
import sys
from io import StringIO
from types import SimpleNamespace

import pytest

from netbox_hedgehog.heap import FEW, frozen_heap
from netbox_hedgehog.management.commands import hedgehog_watch
from practice.services.netbox import CHECKOUT
from tests.netbox.conftest import _netbox

LOADED = "import gc, practice.services.wsgi; print(gc.get_freeze_count(), len(gc.get_objects()))"


@pytest.mark.slow
def test_the_demos_web_server_is_frozen_when_it_has_loaded(services):
    command = [sys.executable, "-c", LOADED]
    environment = _netbox.environment()
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=CHECKOUT)
    frozen, seen = map(int, done.stdout.splitlines()[-1].split())
    assert frozen > 300_000
    assert seen < frozen / 10


@pytest.fixture
def thawed():
    """This process's heap as that of a worker, not frozen as it is for tests."""
    gc.unfreeze()
    yield
    gc.freeze()


def test_a_job_walks_no_more_than_what_it_makes_and_leaves_the_process_as_it_was(thawed):
    assert gc.get_freeze_count() < FEW
    with frozen_heap():
        assert gc.get_freeze_count() > 100_000
        with frozen_heap():
            pass
        assert gc.get_freeze_count() > 100_000
    assert gc.get_freeze_count() < FEW


def test_a_watcher_is_frozen_before_it_begins(monkeypatch):
    done = []
    fake = SimpleNamespace(run=lambda: done.append("watching"), stop=None)
    monkeypatch.setattr(hedgehog_watch, "Supervisor", lambda: fake)
    monkeypatch.setattr(hedgehog_watch, "freeze_heap", lambda: done.append("frozen"))
    monkeypatch.setattr(hedgehog_watch.signal, "signal", lambda *_: None)
    monkeypatch.setattr(hedgehog_watch.resource, "setrlimit", lambda *_: None)
    monkeypatch.setattr(hedgehog_watch.logging, "shutdown", lambda: None)
    hedgehog_watch.Command(stdout=StringIO(), stderr=StringIO()).handle(verbosity=0)
    assert done == ["frozen", "watching"]
