"""Comparing a list with what is stored."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from netbox_hedgehog import kinds
from netbox_hedgehog.manifests import canonical
from netbox_hedgehog.sync.plan import Action, Comparison, Stored, digest_of

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


def stored(pk: int, body: bytes, missing_since=None) -> Stored:
    seen = canonical(msgspec.json.decode(body), VPC)
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


def actions(rows: list[Stored], items: list[bytes]) -> list[Action]:
    return [change.action for change in Comparison(VPC, rows).page(items)]


def test_new_object_is_created():
    assert actions([], [raw("a")]) == [Action.CREATED]


def test_same_bytes_change_nothing():
    comparison = Comparison(VPC, [stored(1, raw("a"))])
    assert comparison.page([raw("a")]) == []
    assert (comparison.listed, comparison.unchanged, comparison.gone()) == (1, 1, [])


def test_changed_spec_is_an_update():
    assert actions([stored(1, raw("a"))], [raw("a", version="2", spec={"mode": "l3vni"})]) == [Action.UPDATED]


def test_other_uid_is_a_replacement():
    assert actions([stored(1, raw("a"))], [raw("a", uid="other", version="2")]) == [Action.REPLACED]


def test_missing_object_that_is_back_unchanged_is_restored():
    row = stored(1, raw("a"), missing_since="2026-07-24T10:00:00Z")
    assert actions([row], [raw("a")]) == [Action.RESTORED]


def test_only_a_new_version_is_touched_and_counts_as_unchanged():
    comparison = Comparison(VPC, [stored(1, raw("a"))])
    assert [change.action for change in comparison.page([raw("a", version="2")])] == [Action.TOUCHED]
    assert comparison.unchanged == 1


def test_server_that_orders_its_keys_anew_changes_nothing():
    body = json.loads(raw("a"))
    again = json.dumps(dict(reversed(body.items()))).encode()
    assert again != raw("a")
    assert actions([stored(1, raw("a"))], [again]) == []


def test_object_listed_twice_is_taken_once():
    comparison = Comparison(VPC, [])
    assert len(comparison.page([raw("a"), raw("a", version="2")])) == 1
    assert comparison.listed == 1


def test_fault_20_malformed_object_is_one_problem_and_the_rest_go_on():
    comparison = Comparison(VPC, [])
    items = [b'{"metadata": {"name": "bad", "namespace": "default"}, "spec": 5}', b"[]", raw("good")]
    assert [change.seen.name for change in comparison.page(items)] == ["good"]
    assert [problem.code for problem in comparison.problems] == ["malformed_object"] * 2
    assert comparison.problems[0].name == "bad"


NAMES = st.sampled_from([f"vpc-{n}" for n in range(8)])
OBJECTS = st.dictionaries(NAMES, st.tuples(st.sampled_from(["l2vni", "l3vni"]), st.integers(1, 3)), max_size=8)


@given(OBJECTS, OBJECTS, st.integers(1, 4))
def test_after_a_plan_is_carried_out_the_next_one_is_empty(before, after, size):
    """However the list is cut into pages: what is stored after a plan equals what was listed, and stays so."""

    def bodies(objects):
        return [raw(name, version=str(n), spec={"mode": mode, "vlan": n}) for name, (mode, n) in objects.items()]

    rows = [stored(pk, body) for pk, body in enumerate(bodies(before), start=1)]
    comparison = Comparison(VPC, rows)
    items = bodies(after)
    changes = [
        change for start in range(0, len(items), size) for change in comparison.page(items[start : start + size])
    ]
    gone = {row.name for row in comparison.gone()}
    assert gone == before.keys() - after.keys()
    assert comparison.listed == len(after)

    kept = {row.name: row for row in rows if row.name not in gone}
    for change in changes:
        body = items[list(after).index(change.seen.name)]
        kept[change.seen.name] = stored(kept[change.seen.name].pk if change.stored else 100, body)
    again = Comparison(VPC, list(kept.values()))
    assert again.page(items) == []
    assert again.gone() == []
