"""PostgreSQL and Redis that are restarted under a watcher, which goes on by itself: NetBox as processes of its own."""

import pytest

from practice.server import PracticeServer
from practice.services.problem import Problem
from tests.builders import vpc
from tests.live import LiveNetBox
from tests.services import Services
from tests.waiting import until

pytestmark = pytest.mark.slow

WHO = "/api/plugins/hedgehog/"


@pytest.fixture(scope="module")
def netbox():
    """NetBox with a worker, on a PostgreSQL and a Redis of this module alone."""
    services = Services("restarted")
    live = LiveNetBox(services, "restarted")
    try:
        services.start()
        live.start()
        yield live
    finally:
        live.stop()
        services.stop()


@pytest.fixture
def cluster():
    with PracticeServer(empty=True) as server:
        server.put(vpc("vpc-1"))
        yield server


@pytest.fixture
def watcher(netbox, cluster, tmp_path):
    """A watcher that follows a fabric; its log is what tests read."""
    name = tmp_path.name
    add = netbox.command("hedgehog_sync", "add", name, "--kubeconfig", cluster.kubeconfig)
    assert add.returncode == 0, add.stderr
    process = netbox.netbox.watcher(tmp_path / "watcher.log")
    try:
        until(lambda: live(netbox, name), 60, "being live")
        process.fabric = name
        yield process
    finally:
        process.kill()


def asked(netbox, path):
    """What REST says; None while NetBox itself is not well."""
    try:
        return netbox.rest.get(WHO + path)
    except (Problem, OSError):
        return None


def live(netbox, fabric):
    found = asked(netbox, f"fabrics/?name={fabric}")
    watching = found and found["results"][0]["watcher"]
    return watching and watching["state"] == "live"


def vlan(netbox, fabric, name="vpc-1"):
    found = asked(netbox, f"vpcs/?fabric={fabric}&name={name}")
    return found and found["results"] and found["results"][0]["live"]["subnets"]["default"]["vlan"]


def test_postgresql_is_restarted_under_the_watcher_and_nothing_is_missed(netbox, cluster, watcher):
    pid, services = watcher.pid, netbox.services
    services.postgresql.stop()
    cluster.put(vpc("vpc-1", vlan=1002))
    cluster.put(vpc("vpc-2", vlan=1003))
    until(lambda: "the database" in watcher.log.read_text().lower(), 20, "a word of it in the log")
    assert watcher.running()
    services.start_postgresql()
    until(lambda: vlan(netbox, watcher.fabric) == 1002, 40, "what changed meanwhile")
    until(lambda: vlan(netbox, watcher.fabric, "vpc-2") == 1003, 10)
    until(lambda: live(netbox, watcher.fabric), 40, "being live")
    assert (watcher.pid, watcher.running()) == (pid, True)
    assert "Traceback" not in watcher.log.read_text()


def test_redis_is_restarted_under_the_watcher_and_nothing_is_missed(netbox, cluster, watcher):
    pid, services = watcher.pid, netbox.services
    services.redis.stop()
    cluster.put(vpc("vpc-1", vlan=1002))
    until(lambda: "Redis: " in watcher.log.read_text(), 20, "a word of it in the log")
    services.start_redis()
    until(lambda: "Redis answers again" in watcher.log.read_text(), 20, "its return in the log")
    until(lambda: vlan(netbox, watcher.fabric) == 1002, 40, "what changed meanwhile")
    assert (watcher.pid, watcher.running()) == (pid, True)
    assert "Traceback" not in watcher.log.read_text()
