"""How the demo says that things can be broken."""

from pathlib import Path

from practice.demo.cluster import Cluster
from practice.demo.report import DEATHS, how_to_break_things

PIDS = {name: number for number, name in enumerate(DEATHS, 101)} | {"PostgreSQL": 99}


def told(*, practice: bool) -> list[str]:
    cluster = Cluster("fabric", "mark", Path("/a place/kubeconfig"), practice=practice)
    return [command for command, _ in how_to_break_things(cluster, Path("/a place/manage"), PIDS)]


def test_every_process_that_may_be_killed_is_told_with_its_number():
    assert [f"kill -9 {PIDS[name]}" for name in DEATHS] == [line for line in told(practice=True) if "kill" in line]


def test_commands_name_the_real_paths():
    commands = told(practice=True)
    assert commands[0] == "export KUBECONFIG='/a place/kubeconfig'"
    assert commands[-1] == "'/a place/manage' hedgehog_sync status"


def test_cluster_of_ones_own_is_never_told_to_be_broken():
    assert not [line for line in told(practice=False) if "kubectl" in line or "KUBECONFIG" in line]
