"""Comparing a list with what is stored."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog import kinds
from netbox_hedgehog.manifests import Canonical, canonical
from netbox_hedgehog.sync.decide.changes import ChangeAction, Mutation, Stored, is_newer
from netbox_hedgehog.sync.decide.comparison import Comparison, Snapshot, snapshot_of
from netbox_hedgehog.sync.decide.decode import Observed, digest_of
from netbox_hedgehog.sync.decide.sighting import LiveSide, Sighting

VPC = kinds.by_name("VPC")


def raw(name: str, *, uid: str = "", version: str = "1", spec: dict | None = None, **metadata) -> bytes:
    body = {
        "apiVersion": "vpc.githedgehog.com/v1beta1",
        "kind": "VPC",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": uid or f"uid-{name}",
            "resourceVersion": version,
            "generation": 1,
            "creationTimestamp": "2026-07-24T10:00:00Z",
            **metadata,
        },
        "spec": spec or {"mode": "l2vni"},
    }
    return json.dumps(body).encode()


def canonical_of(body: bytes) -> Canonical:
    return canonical(msgspec.json.decode(body), VPC)


def stored(pk: int, body: bytes, missing_since=None) -> Stored:
    seen = canonical_of(body)
    return Stored(
        pk,
        seen.namespace,
        seen.name,
        seen.uid,
        seen.resource_version,
        digest_of(body),
        seen.fingerprint,
        missing_since,
        0,
    )


def by_bytes(rows: list[Stored]) -> Snapshot:
    """ROWS as a run knows them: by their digests alone, where these suffice."""
    digests = {row.digest for row in rows if not row.missing_since}
    return Snapshot(digests, [row for row in rows if row.missing_since], sum(not row.missing_runs for row in rows))


def changes(comparison: Comparison, items: list[bytes], rows: list[Stored] = ()) -> list[Mutation]:
    """What a page of ITEMS changes, where ROWS are stored by now."""
    return comparison.decide(comparison.page(items), {(row.namespace, row.name): row for row in rows})


def actions(rows: list[Stored], items: list[bytes]) -> list[ChangeAction]:
    """The same, whether rows were read before the list or as they are needed."""
    found = [change.action for change in changes(Comparison(LiveSide(VPC), snapshot_of(rows)), items, rows)]
    assert [change.action for change in changes(Comparison(LiveSide(VPC), by_bytes(rows)), items, rows)] == found
    return found


def test_new_object_is_created():
    assert actions([], [raw("a")]) == [ChangeAction.CREATED]


def test_same_bytes_change_nothing():
    comparison = Comparison(LiveSide(VPC), by_bytes([stored(1, raw("a"))]))
    assert comparison.page([raw("a")]) == []
    assert (comparison.listed, comparison.unchanged, comparison.unmatched_digests, comparison.absent([])) == (
        1,
        1,
        set(),
        [],
    )


def test_changed_spec_is_an_update():
    assert actions([stored(1, raw("a"))], [raw("a", version="2", spec={"mode": "l3vni"})]) == [ChangeAction.UPDATED]


def test_other_uid_is_a_replacement():
    assert actions([stored(1, raw("a"))], [raw("a", uid="other", version="2")]) == [ChangeAction.REPLACED]


def test_missing_object_that_is_back_unchanged_is_restored():
    row = stored(1, raw("a"), missing_since="2026-07-24T10:00:00Z")
    assert actions([row], [raw("a")]) == [ChangeAction.RESTORED]


def test_only_a_new_version_is_touched_and_counts_as_unchanged():
    rows = [stored(1, raw("a"))]
    comparison = Comparison(LiveSide(VPC), snapshot_of(rows))
    assert [change.action for change in changes(comparison, [raw("a", version="2")], rows)] == [ChangeAction.TOUCHED]
    assert comparison.unchanged == 1


def test_rows_that_were_read_for_what_differs_need_not_be_looked_for_again():
    row = stored(1, raw("a"))
    comparison = Comparison(LiveSide(VPC), by_bytes([row]))
    changes(comparison, [raw("a", version="2")], [row])
    assert comparison.unmatched_digests == set()


def test_server_that_orders_its_keys_anew_changes_nothing():
    body = json.loads(raw("a"))
    again = json.dumps(dict(reversed(body.items()))).encode()
    assert again != raw("a")
    assert actions([stored(1, raw("a"))], [again]) == []


def test_object_listed_twice_is_taken_once():
    comparison = Comparison(LiveSide(VPC), snapshot_of([]))
    assert len(changes(comparison, [raw("a"), raw("a", version="2")])) == 1
    assert comparison.listed == 1


def test_fault_20_malformed_object_is_one_problem_and_the_rest_go_on():
    comparison = Comparison(LiveSide(VPC), snapshot_of([]))
    items = [b'{"metadata": {"name": "bad", "namespace": "default"}, "spec": 5}', b"[]", raw("good")]
    assert [change.seen.name for change in changes(comparison, items)] == ["good"]
    assert [problem.code for problem in comparison.problems] == ["malformed_object"] * 2
    assert comparison.problems[0].name == "bad"


class Repository:
    """A side whose items are (blob id, object), as Git would show them; ``decoded`` are the blobs that were read."""

    def __init__(self) -> None:
        self.decoded: list[str] = []

    def digest_of(self, item, /):
        return item[0]

    def sighting(self, item, digest, /):
        def decode():
            self.decoded.append(digest)
            return Observed(canonical(item[1], VPC), digest)

        return Sighting(digest, decode)


def test_objects_of_another_side_come_in_by_the_same_door():
    """By a digest of that side's own, and nothing is decoded that the digest settles."""
    items = [(f"blob-{name}", json.loads(raw(name))) for name in "abc"]
    repository = Repository()
    row = stored(1, raw("a"))._replace(digest="blob-a")
    gone = stored(9, raw("z"))._replace(digest="blob-z")
    comparison = Comparison(repository, by_bytes([row, gone]))
    made = comparison.decide(comparison.page(items), {})
    assert [(change.action, change.seen.name) for change in made] == [
        (ChangeAction.CREATED, "b"),
        (ChangeAction.CREATED, "c"),
    ]
    assert repository.decoded == ["blob-b", "blob-c"]
    assert (comparison.unchanged, comparison.unmatched_digests) == (1, {"blob-z"})


NAMES = st.sampled_from([f"vpc-{n}" for n in range(8)])
OBJECTS = st.dictionaries(NAMES, st.tuples(st.sampled_from(["l2vni", "l3vni"]), st.integers(1, 3)), max_size=8)


@given(OBJECTS, OBJECTS, st.integers(1, 4), st.booleans())
def test_after_a_plan_is_carried_out_the_next_one_is_empty(before, after, size, all_at_hand):
    """However the list is cut into pages: what is stored after a plan equals what was listed, and stays so."""

    def bodies(objects):
        return [raw(name, version=str(n), spec={"mode": mode, "vlan": n}) for name, (mode, n) in objects.items()]

    rows = [stored(pk, body) for pk, body in enumerate(bodies(before), start=1)]
    comparison = Comparison(LiveSide(VPC), (snapshot_of if all_at_hand else by_bytes)(rows))
    items = bodies(after)
    made = [
        change
        for start in range(0, len(items), size)
        for change in changes(comparison, items[start : start + size], rows)
    ]
    gone = {row.name for row in comparison.absent(row for row in rows if row.digest in comparison.unmatched_digests)}
    assert gone == before.keys() - after.keys()
    assert comparison.listed == len(after)

    kept = {row.name: row for row in rows if row.name not in gone}
    for change in made:
        body = items[list(after).index(change.seen.name)]
        kept[change.seen.name] = stored(kept[change.seen.name].pk if change.stored else 100, body)
    again = Comparison(LiveSide(VPC), by_bytes(list(kept.values())))
    assert again.page(items) == []
    assert again.unmatched_digests == set()
    assert again.absent([]) == []


def overtaken(by: Stored) -> tuple[Comparison, list[Mutation]]:
    """What a list with version 2 of an object changes whose row was of version 1 before it, and is BY now."""
    comparison = Comparison(LiveSide(VPC), by_bytes([stored(1, raw("a"))]))
    return comparison, changes(comparison, [raw("a", version="2", spec={"mode": "l3vni"})], [by])


def test_fault_9_what_a_watcher_stored_while_the_list_was_on_its_way_stays():
    comparison, made = overtaken(stored(1, raw("a", version="3")))
    assert made == []
    assert (comparison.unchanged, comparison.absent([])) == (1, [])


def test_fault_9_deletion_that_a_watcher_saw_while_the_list_was_on_its_way_stays():
    comparison, made = overtaken(stored(1, raw("a", version="3"), "2026-07-24T10:00:00Z")._replace(digest=""))
    assert made == []
    assert comparison.absent([]) == []


def test_what_the_list_shows_is_taken_where_it_is_newer_than_what_was_stored_meanwhile():
    _, made = overtaken(stored(1, raw("a", version="2", spec={"mode": "l3"}))._replace(resource_version="1"))
    assert [change.action for change in made] == [ChangeAction.UPDATED]


def test_older_version_is_taken_where_nobody_has_stored_anything_meanwhile():
    """The cluster was put back to an older state."""
    row = stored(1, raw("a", version="9"))
    made = changes(Comparison(LiveSide(VPC), by_bytes([row])), [raw("a", version="2", spec={"mode": "l3vni"})], [row])
    assert [change.action for change in made] == [ChangeAction.UPDATED]


def test_object_that_a_watcher_has_written_since_is_not_gone():
    row, by_now = stored(1, raw("a")), stored(1, raw("a", version="3"))
    comparison = Comparison(LiveSide(VPC), by_bytes([row]))
    comparison.page([])
    assert comparison.unmatched_digests == {row.digest}
    assert comparison.absent(each for each in [by_now] if each.digest in comparison.unmatched_digests) == []
    assert comparison.absent([row]) == [row]


def test_batch_that_is_done_again_is_decided_by_the_rows_as_they_are_then():
    """A transaction may have been committed although its answer was lost, and a batch is done again in halves."""
    rows = [stored(pk, raw(name)) for pk, name in enumerate("ab", start=1)]
    comparison = Comparison(LiveSide(VPC), by_bytes(rows))
    seen = comparison.page(items := [raw(name, version="2", spec={"mode": "l3vni"}) for name in "ab"])
    assert len(comparison.decide(seen, {("default", row.name): row for row in rows})) == 2
    assert comparison.unchanged == 0
    written = {("default", name): stored(pk, body) for pk, (name, body) in enumerate(zip("ab", items, strict=True), 1)}
    assert comparison.decide(seen[:1], written) == comparison.decide(seen[1:], written) == []
    assert comparison.unchanged == 2


def test_row_without_a_digest_says_nothing_of_the_others_without_one():
    """Both were seen deleted by a watcher, one before the list and one while it was on its way."""
    first, second = (stored(pk, raw(name), "2026-07-24T10:00:00Z") for pk, name in enumerate("ab", start=1))
    before = [first._replace(digest=""), second._replace(missing_since=None)]
    comparison = Comparison(LiveSide(VPC), by_bytes(before))
    deleted = second._replace(digest="", resource_version="3")
    assert changes(comparison, [raw("b", version="2")], [deleted]) == []
    assert comparison.absent([]) == [before[0]]


@pytest.mark.parametrize("strange", ["²", "٣", "", "-1", "9" * 5000, "abc"])
def test_versions_that_are_no_numbers_are_newer_where_they_differ(strange):
    assert is_newer(strange, "7")
    assert is_newer("7", strange)
    assert not is_newer(strange, strange)
