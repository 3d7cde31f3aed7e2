"""Must show 1, in short: many fabrics on several workers, some of which are killed. See ``benchmarks/soak``."""

import pytest

from benchmarks.soak import looks, verdict
from benchmarks.soak.crew import Crew
from benchmarks.soak.play import Play
from benchmarks.soak.records import Phase, Record
from benchmarks.soak.stage import fabrics
from netbox_hedgehog.jobs import FabricSyncScheduler
from netbox_hedgehog.sync.db.clock import database_time
from tests.netbox.conftest import _netbox
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

INTERVAL = 5  # seconds, below what a form takes
QUIET, KILLING, KILL_EVERY, END = 12.0, 16.0, 6.0, 60.0


@pytest.fixture
def crew(transactional_db, tmp_path):
    made = Crew(_netbox, 2, tmp_path)
    yield made
    made.stop()


def tick_often():
    """The schedule's own job, each second in place of each minute, unless one waits."""
    if not looks.ticking():
        FabricSyncScheduler.enqueue()


def test_fabrics_are_synced_one_run_at_a_time_and_killed_workers_runs_are_lost_and_repaired(server, crew):
    record = Record(fabrics(server.kubeconfig, 6, INTERVAL))
    play = Play(record, crew, each=tick_often)
    until(lambda: play.go_on(1.0, "settling") or looks.seen() == set(record.fabrics), 60)
    begin = database_time()
    play.go_on(QUIET, "quiet")
    middle = database_time()
    record.phases.append(Phase("quiet", begin, middle, gap=QUIET))
    play.go_on(KILLING, "killing", kill_every=KILL_EVERY)
    record.phases.append(Phase("killing", middle, database_time(), gap=KILLING, killing=True))
    until(lambda: play.go_on(1.0, "recovering") or looks.sound(), END)
    play.end(END)
    assert verdict.problems(record) == []
    assert record.kills
    assert len(record.runs) >= 3 * len(record.fabrics)
