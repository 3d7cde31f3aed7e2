"""Reading a moment in pages: the same objects as in one copy, at a cost that does not grow with them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice.server import lists
from practice.server.lists import ListOptions
from practice.server.registry import Served
from practice.server.store import Store

KIND = Served("lab", "v1", "Thing", "things", "thing")
keys = st.tuples(st.sampled_from(["a", "a-b", "b"]), st.sampled_from(["x", "x-y", "y", "z"]))


def thing(key: tuple[str, str], value: int = 0) -> dict[str, Any]:
    return {"metadata": {"namespace": key[0], "name": key[1]}, "value": value}


class Counted(dict):
    """Counts how often an object is taken out."""

    taken = 0

    def __getitem__(self, key: Any) -> Any:
        self.taken += 1
        return super().__getitem__(key)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.booleans(), keys), max_size=20), st.integers(0, 20), keys, st.sampled_from(["", "a", "b"]))
def test_a_part_of_any_moment_is_that_part_of_the_whole(
    done: list[tuple[bool, tuple[str, str]]], seen: int, after: tuple[str, str], namespace: str
) -> None:
    store = Store()
    version, whole = store.version, store.items(KIND.path)
    for number, (put, key) in enumerate(done):
        if put:
            store.put(KIND.path, thing(key, number))
        elif store.get(KIND.path, *key):
            store.delete(KIND.path, key)
        if number == seen:
            version, whole = store.version, store.items(KIND.path)
    then = store.moment(KIND.path, version)
    for start in (None, after):
        part = [item for item in whole if (not start or item.key > start) and namespace in ("", item.namespace)]
        assert list(then.items(start, namespace)) == part
        assert then.count(start, namespace) == len(part)


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize("namespace", ["", "default"])
def test_a_page_takes_no_more_objects_than_it_shows_however_many_there_are(changed: bool, namespace: str) -> None:
    store = Store()
    store.load({KIND.path: [thing(("default", f"t-{number:05}")) for number in range(20_000)]})
    first = lists.page(store, KIND, namespace, ListOptions(limit=10))
    if changed:
        store.delete(KIND.path, ("default", "t-00012"))
        store.put(KIND.path, thing(("default", "t-00013-new")))
        store.put(KIND.path, thing(("default", "t-00015"), 1))
    collection = store._collections[KIND.path]
    collection.objects = counted = Counted(collection.objects)
    second = lists.page(store, KIND, namespace, ListOptions(limit=10, token=first.token))
    assert [item.name for item in second.items] == [f"t-{number:05}" for number in range(10, 20)]
    assert second.remaining == 19_980
    assert counted.taken <= 11
