"""What is held back, and how far a stream counts as done meanwhile. Without a database."""

from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation
from netbox_hedgehog.sync.decide.decode import decode
from netbox_hedgehog.sync.watch.heartbeat import versions_to_keep
from netbox_hedgehog.sync.watch.throttle import Throttle
from tests.builders import manifest
from tests.netbox.watch.given import Clock, arrival, task_of

KEY = ("agents.agent.githedgehog.com", "", "leaf-01")


def admitted(limiter: Throttle, version: int) -> bool:
    made = manifest("Agent", "agent", "leaf-01", {"role": "server-leaf"}, resourceVersion=str(version))
    event = arrival("Agent", "MODIFIED", {**made, "status": {"lastHeartbeat": str(version)}})
    seen = decode(event.event.raw, "", task_of("Agent").entry)
    return limiter.admits(KEY, Mutation(ChangeAction.UPDATED, seen.object, "", None), event)


def test_an_object_that_is_gone_is_forgotten_with_all_that_was_held_of_it():
    limiter = Throttle(clock=Clock())
    assert admitted(limiter, 1)
    assert not admitted(limiter, 2)
    limiter.forget(KEY)
    assert limiter.oldest() == {}
    assert admitted(limiter, 3)  # made again: written at once


def test_a_stream_is_done_no_further_than_what_is_held_back_of_it():
    limiter = Throttle(clock=Clock())
    admitted(limiter, 5)
    admitted(limiter, 7)
    written = {"agents.agent.githedgehog.com/": "9", "vpcs.vpc.githedgehog.com/": "8"}
    assert versions_to_keep(written, limiter.oldest()) == {
        "agents.agent.githedgehog.com/": "6",
        "vpcs.vpc.githedgehog.com/": "8",
    }
