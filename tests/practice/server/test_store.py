"""The store's history: an earlier moment is what was there then, whatever came after."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.server.history import Compacted
from practice.server.store import Store

PATH = "lab/v1/things"
names = st.sampled_from(["a", "b", "c", "d"])
steps = st.lists(st.tuples(st.sampled_from(["put", "delete", "other"]), names), max_size=40)


def thing(name: str, value: int) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "default"}, "value": value}


@settings(max_examples=200, deadline=None)
@given(steps)
def test_any_earlier_moment_can_be_shown(done: list[tuple[str, str]]) -> None:
    store = Store()
    moments = {store.version: store.items(PATH)}
    for number, (action, name) in enumerate(done):
        if action == "put":
            store.put(PATH, thing(name, number))
        elif action == "other":
            store.put("lab/v1/others", thing(name, number))
        elif store.get(PATH, "default", name):
            store.delete(PATH, ("default", name))
        moments[store.version] = store.items(PATH)
    for version, then in moments.items():
        assert store.items(PATH, version) == then
        assert [item.key for item in then] == sorted(item.key for item in then)


def test_what_is_forgotten_is_said_to_be() -> None:
    store = Store()
    store.put(PATH, thing("a", 1))
    version = store.version
    store.put(PATH, thing("a", 2))
    store.compact()
    with pytest.raises(Compacted):
        store.items(PATH, version)
    assert len(store.items(PATH, store.version)) == 1


def test_every_change_has_a_version_of_its_own() -> None:
    store = Store()
    versions = [store.put(PATH, thing(name, 0)).version for name in "abc"]
    store.delete(PATH, ("default", "a"))
    assert sorted({*versions, store.version}) == [*versions, store.version]


def test_events_share_the_stores_bytes() -> None:
    """What a change is to a watch is no copy."""
    store, taken = Store(), []
    store.follow(PATH, store.version, taken.append)
    new = store.put(PATH, thing("a", 1))
    store.delete(PATH, new.key)
    created, deleted = taken
    assert created.new is deleted.old
    assert deleted.gone is deleted.gone
