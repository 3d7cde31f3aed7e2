"""Whatever goes wrong in one fabric's part of a watcher, and of whatever type it is, stays in that part.

One watcher, which has to survive all of it, follows two fabrics on servers of their own.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings

from netbox_hedgehog.cluster import ApiResource
from netbox_hedgehog.models import VPC, Fabric, Watcher
from netbox_hedgehog.sync.backoff import Backoff
from netbox_hedgehog.sync.health import facts_of
from netbox_hedgehog.sync.store import kind_table
from netbox_hedgehog.sync.watch import cooldown, probe, runtime, signals, supervisor, turn_pool
from netbox_hedgehog.sync.watch.streams import connectors, fabric_streams, reader, stream
from practice.server import PracticeServer
from tests.builders import fabric_on, vpc
from tests.netbox.conftest import _renew
from tests.netbox.watch import strange
from tests.netbox.watch.given import hands, watching
from tests.netbox.watch.strange import PLACES, Place, Strange
from tests.waiting import until

# All that a watcher waits for, so that it tries again at once.
WAITS = {
    supervisor: {"ROUND": 0.1},
    runtime: {"BEAT": 0.05},
    signals: {"STREAMS_EVERY": 0.05},
    probe: {"BACKOFF": Backoff(0.5, 0.5)},
    reader: {"ROUND": 0.1},
    cooldown: {"BACKOFF": Backoff(0.3, 0.5)},
    stream: {"BACKOFF": Backoff(0.1, 0.3)},
    fabric_streams: {"GATHER": 0.1, "ASK_AGAIN": 1.0, "BACKOFF": Backoff(0.1, 0.5)},
}
KINDS = ("VPC",)  # streams are quicker to open where there are few


class Scene:
    """A watcher that follows the fabrics "good" and "bad", each with a server, and whether they are followed."""

    def __init__(self, supervisor, servers: dict[str, PracticeServer]) -> None:
        self.supervisor, self.servers = supervisor, servers
        self.vlan = 1000

    def change(self) -> int:
        """Change an object on both servers; its VLAN from now on."""
        self.vlan += 1
        for server in self.servers.values():
            server.put(vpc("vpc-1", vlan=self.vlan))
        return self.vlan

    def poked(self, holds: Callable[[], Any]) -> Callable[[], Any]:
        """HOLDS, asked a moment after something has happened on both servers, and the streams of "bad" have ended."""

        def poke() -> Any:
            self.change()
            self.servers["bad"].end_watches("abort")
            time.sleep(0.1)
            return holds()

        return poke

    def shown(self, name: str) -> int:
        return VPC.objects.get(fabric__name=name).live["subnets"]["default"]["vlan"]

    def follows(self, *names: str) -> bool:
        return set(Watcher.objects.filter(state="live").values_list("fabric__name", flat=True)) >= set(names)

    def why(self, name: str) -> tuple[str, str] | None:
        """Code and message of what is wrong with the watch, as all faces have it."""
        watching = facts_of(Fabric.objects.get(name=name)).watching
        return (watching.row.error_code, watching.why) if watching.why else None

    def nothing_is_kept(self) -> bool:
        """Whether all places are free, and the reader waits for the streams that there are, and no others."""
        ours = self.supervisor.runtime
        followed = [one for each, _ in self.supervisor.followers.values() for one in each._streams.open.values()]
        return (
            ours.alive()
            and ours.connectors._free._value == connectors.MOST_CONNECTING
            and not ours.turn_pool._busy
            and ours.turn_pool._threads <= turn_pool.MOST_THREADS
            and len(ours.reader._selector.get_map()) - 1 == len(ours.reader._open) == len(followed)
            and len([each for each in threading.enumerate() if each.name.startswith("watch probe")])
            == len(self.servers)
        )


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    """One watcher for all tests of this module: it is part of what they show that it outlives them."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.callback(_renew, django_db_setup)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for module, waits in WAITS.items():
            for name, seconds in waits.items():
                patch.setattr(module, name, seconds)
        patch.setattr(fabric_streams, "kind_tables", _few)
        patch.setitem(settings.PLUGINS_CONFIG["netbox_hedgehog"], "watch_lease_seconds", 3)
        servers = {name: stack.enter_context(PracticeServer(empty=True)) for name in ("good", "bad")}
        strange.ports.update({_port(server): name for name, server in servers.items()})
        for name, server in servers.items():
            server.put(vpc("vpc-1", vlan=1000))
            fabric_on(server.kubeconfig, name)
        stack.enter_context(hands())
        made = Scene(stack.enter_context(watching()), servers)
        stack.callback(strange.supervisors.clear)
        strange.supervisors.append(made.supervisor)
        until(lambda: made.follows(*servers), 60)
        yield made


def _port(server: PracticeServer) -> int:
    return int(server.url.rpartition(":")[2])


def _few(resources: tuple[ApiResource, ...]) -> list[kind_table.KindTable]:
    return kind_table.kind_tables(tuple(each for each in resources if each.kind in KINDS))


@pytest.fixture
def raised(monkeypatch):
    """``raised(place)`` has Strange raised there for the fabric "bad", and returns a list with an entry each time."""

    def inject(place: Place) -> list[str]:
        whole, hits = getattr(place.owner, place.name), []

        def breaks(*values, **options):
            if place.whose(*values, **options) == "bad":
                hits.append(place.name)
                raise Strange(f"at {place}")
            return whole(*values, **options)

        monkeypatch.setattr(place.owner, place.name, breaks)
        return hits

    return inject


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_fault_85_what_breaks_in_one_fabric_is_told_there_and_harms_no_other(scene, raised, monkeypatch, caplog, place):
    hits = raised(place)
    begun = time.monotonic()
    Fabric.objects.get(name="bad").save()  # is let go and taken again
    until(scene.poked(lambda: hits), 15, f"a use of {place}")
    vlan = scene.change()
    until(lambda: scene.shown("good") == vlan, 5, "what changed on the other fabric")
    assert scene.follows("good")
    if place.told:
        cause = ("internal", f"Strange: at {place}")
        until(scene.poked(lambda: scene.why("bad") == cause), 15, "the cause, on the fabric's faces")
    until(lambda: "Strange: at" in caplog.text and "Traceback" in caplog.text, 10, "a traceback in the log")
    monkeypatch.undo()
    vlan = scene.change()
    until(lambda: scene.shown("bad") == vlan, 40, "what changed on the fabric itself")
    until(lambda: scene.follows("good", "bad"), 40, "both being followed")
    until(scene.nothing_is_kept, 15, "places, threads and registrations given back")
    assert time.monotonic() - begun < 60
