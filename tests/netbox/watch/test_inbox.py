"""What waits to be written of one fabric is bounded, in events and in bytes."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog.sync.watch.streams import buffer as module
from netbox_hedgehog.sync.watch.streams.buffer import Buffer


def arrival(size: int = 10):
    """An event whose object has SIZE bytes, as far as its length says, and takes no memory."""
    return SimpleNamespace(event=SimpleNamespace(raw=range(size)), at=1.0)


def filled(inbox, size):
    """How many events of SIZE bytes INBOX takes."""
    count = 0
    while inbox.put(arrival(size)):
        count += 1
        assert count <= module.ROOM
    return count


def test_small_events_are_bounded_by_their_number():
    assert filled(Buffer(lambda: None), 10) == module.ROOM


def test_large_events_are_bounded_by_their_bytes():
    inbox = Buffer(lambda: None)
    assert filled(inbox, module.SPACE // 8) == 8
    inbox.take(3)
    assert filled(inbox, module.SPACE // 8) == 3


def test_one_that_is_larger_than_all_space_comes_alone():
    inbox = Buffer(lambda: None)
    assert inbox.put(arrival(module.SPACE + 1))
    assert not inbox.put(arrival(0))
    assert len(inbox.take(10)) == 1
    assert inbox.put(arrival())


@given(st.lists(st.tuples(st.integers(0, module.SPACE), st.integers(0, 3)), max_size=30))
def test_it_never_holds_more_than_it_may_and_loses_nothing(steps):
    inbox, kept, taken = Buffer(lambda: None), [], []
    for size, most in steps:
        one = arrival(size)
        if inbox.put(one):
            kept.append(one)
        held = [len(each.event.raw) for each in kept[len(taken) :]]
        assert sum(held) <= module.SPACE or len(held) == 1
        taken += inbox.take(most)
    assert taken + inbox.take(1000) == kept
