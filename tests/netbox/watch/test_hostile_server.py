"""A fabric's API server that is made to harm others, and a watcher that is a process of its own."""

import time

import pytest

from netbox_hedgehog.models import VPC, Watcher
from practice.server import PracticeServer
from tests.builders import fabric_on, vpc
from tests.netbox.sync.given import sync
from tests.netbox.watch.given import hands
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def line(version: bytes = b"9999999", spec: bytes = b"{}") -> bytes:
    """An event that adds a VPC."""
    metadata = b'{"name": "deep", "namespace": "default", "resourceVersion": "%s"}' % version
    return b'{"type": "ADDED", "object": {"metadata": %s, "spec": %s}}\n' % (metadata, spec)


def nested(levels: int, begin: bytes = b'{"a": ', end: bytes = b"}") -> bytes:
    return begin * levels + b"1" + end * levels


SENT = {
    "1,500 levels of objects": line(spec=nested(1500)),
    "200,000 levels of lists": line(spec=nested(200_000, b"[", b"]")),
    "an error nested as deep": b'{"type": "ERROR", "object": %s}\n' % nested(1500),
    "an error that cannot be kept": b'{"type": "ERROR", "object": {"code": 400, "message": "a\\u0000b\\ud800"}}\n',
    "no JSON": b"\xff\xfe\x00<html>\n",
    "a version that cannot be kept": line(version=b"1\\u00002"),
    "a version that is a number to Python alone": line(version="²".encode()),
    "a version with too many digits": line(version=b"9" * 5000),
}


class Hostile:
    """A server whose streams of VPCs begin with one of SENT each, in turn, while it is ``on``."""

    def __init__(self, server):
        self.server = server

    def on(self):
        for number, data in enumerate(list(SENT.values()) * 40):
            selection = {"kind": "vpcs", "verb": "watch", "after": number, "times": 1}
            self.server.faults.add("stray", text=data.decode("latin-1"), **selection)

    def off(self):
        self.server.faults.clear()

    @property
    def sent(self):
        return sum(fault.hits for fault in self.server.faults.active())


@pytest.fixture
def hostile():
    with PracticeServer(empty=True) as server:
        yield Hostile(server)


def shows(fabric, vlan):
    found = VPC.objects.filter(fabric=fabric, name="vpc-1").first()
    return found and found.live["subnets"]["default"]["vlan"] == vlan


def live(*fabrics):
    return Watcher.objects.filter(fabric__in=fabrics, state="live").count() == len(fabrics)


def test_fault_85_whatever_one_server_sends_the_watcher_and_the_next_one_go_on_for_others(server, hostile, start):
    good, bad = fabric_on(server.kubeconfig, "good"), fabric_on(hostile.server.kubeconfig, "bad")
    for each, one in ((server, good), (hostile.server, bad)):
        each.put(vpc("vpc-1"))
        sync(one)
    numbers = iter(range(1002, 1900))

    def good_goes_on():
        hostile.server.end_watches("abort", kind="vpcs")  # those that it could read go on
        server.put(vpc("vpc-1", vlan=(vlan := next(numbers))))
        until(lambda: shows(good, vlan), 5, "what changed on the other fabric")
        assert live(good)
        time.sleep(0.2)
        return hostile.sent >= wanted

    with hands():  # what cannot be read asks for syncs
        first = start(1)
        until(lambda: live(good, bad), 60, "both being followed")
        hostile.on()
        wanted = len(SENT)
        until(good_goes_on, 90, "all that is sent")
        assert first.running()
        first.kill()
        second, wanted = start(2), hostile.sent + 2
        until(lambda: Watcher.objects.get(fabric=good).holder.split(".")[-2] == str(second.pid) and live(good), 60)
        until(good_goes_on, 60, "the same to the next one")
        hostile.off()
        hostile.server.end_watches("abort", kind="vpcs")
        hostile.server.put(vpc("vpc-1", vlan=1999))
        until(lambda: shows(bad, 1999) and live(bad), 60, "the fabric itself, when it is well again")
        assert second.running()
