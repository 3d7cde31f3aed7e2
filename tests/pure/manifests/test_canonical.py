import time
from copy import deepcopy
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netbox_hedgehog import kinds
from netbox_hedgehog.manifests import canonical, diff, intent
from tests.pure.manifests.objects import mappings, objects, shuffled

VPC = kinds.by_name("VPC")


def vpc(**metadata):
    return {
        "apiVersion": "vpc.githedgehog.com/v1beta1",
        "kind": "VPC",
        "metadata": {"name": "vpc-1", "namespace": "default", "uid": "u-1", "resourceVersion": "5", **metadata},
        "spec": {"mode": "l2vni", "subnets": {"default": {"vlan": 1001}}},
        "status": {},
    }


@given(objects(), st.integers(), st.text(), st.randoms(use_true_random=False))
def test_fingerprint_ignores_what_the_server_sets_and_the_order_of_keys(obj, generation, text, order):
    other = shuffled(deepcopy(obj), order)
    other["metadata"] |= {
        "resourceVersion": text,
        "generation": generation,
        "creationTimestamp": "2026-11-24T20:13:51Z",
        "managedFields": [{"manager": text, "operation": "Update", "time": "2026-11-24T20:13:52Z"}],
        "selfLink": text,
        "ownerReferences": [{"name": text}],
    }
    assert canonical(obj, None).fingerprint == canonical(other, None).fingerprint


@given(objects(), mappings)
def test_fingerprint_changes_with_any_change_of_the_spec(obj, spec):
    other = {**obj, "spec": spec}
    before, after = canonical(obj, None), canonical(other, None)
    assume(diff(before.spec, after.spec))  # both without what may be a secret
    assert before.fingerprint != after.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {"app": "x"}},
        {"annotations": {"note": "x"}},
        {"uid": "u-2"},
        {"deletionTimestamp": "2026-11-24T20:13:51Z"},
    ],
)
def test_fingerprint_changes_with_labels_annotations_uid_and_deletion(change):
    assert canonical(vpc(), VPC).fingerprint != canonical(vpc(**change), VPC).fingerprint


def test_fingerprint_changes_with_the_status():
    assert canonical(vpc(), VPC).fingerprint != canonical({**vpc(), "status": {"ready": True}}, VPC).fingerprint


def test_fingerprint_tells_true_from_one():
    one, true = ({**vpc(), "spec": {"x": value}} for value in (1, True))
    assert canonical(one, VPC).fingerprint != canonical(true, VPC).fingerprint


def test_fingerprint_is_the_same_in_every_release():
    # Stored in the database: another value would make every object of every fabric look changed.
    assert canonical(vpc(), VPC).fingerprint == "3feffe65b259fa1d6723453bbb558546"


def test_what_is_kept_of_metadata():
    managers = [
        {"manager": "hhfctl", "operation": "Update", "time": "2026-11-24T20:13:51Z", "fieldsV1": {"f:spec": {}}}
    ]
    seen = canonical(
        vpc(generation=3, creationTimestamp="2026-11-24T20:13:51Z", managedFields=managers, labels=None), VPC
    )
    assert (seen.namespace, seen.name, seen.uid, seen.resource_version) == ("default", "vpc-1", "u-1", "5")
    assert (seen.api_version, seen.kind, seen.generation) == ("vpc.githedgehog.com/v1beta1", "VPC", 3)
    assert seen.created == datetime(2026, 11, 24, 20, 13, 51, tzinfo=UTC)
    assert seen.field_managers == [{"manager": "hhfctl", "operation": "Update", "time": "2026-11-24T20:13:51Z"}]
    assert seen.labels == {}
    assert not seen.deleting


def test_secrets_and_kubectls_copy_of_the_manifest_are_gone():
    copy = {"kubectl.kubernetes.io/last-applied-configuration": "{}"}
    agent = {
        "metadata": {"name": "leaf-01", "annotations": copy},
        "spec": {"users": [{"name": "admin", "password": "$5$hash"}], "role": "spine"},
    }
    before = deepcopy(agent)
    seen = canonical(agent, kinds.by_name("Agent"))
    assert "$5$hash" not in msgspec.json.encode(seen).decode()
    assert seen.spec["role"] == "spine"
    assert seen.annotations == {}
    assert agent == before


def test_the_controllers_labels_show_but_are_nobodys_intent():
    labels = {
        "app": "x",
        "fabric.githedgehog.com/vpc": "a",
        "switch.fabric.githedgehog.com/leaf-01": "true",
        "vpc.gateway.githedgehog.com/a": "true",
    }
    seen = canonical(vpc(labels=labels), VPC)
    assert seen.labels == labels
    assert intent(seen) == {"labels": {"app": "x"}, "annotations": {}, "spec": vpc()["spec"]}


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        ([], "object"),
        ({"spec": {}}, "metadata"),
        ({"metadata": []}, "metadata"),
        ({"metadata": {}}, "name"),
        ({"metadata": {"name": ""}}, "name"),
        ({"metadata": {"name": 5}}, "name"),
        ({"metadata": {"name": "a", "labels": {"b": 1}}}, "labels"),
        ({"metadata": {"name": "a", "labels": []}}, "labels"),
        ({"metadata": {"name": "a", "creationTimestamp": "yesterday"}}, "creationTimestamp"),
        ({"metadata": {"name": "a", "managedFields": [1]}}, "managedFields"),
        ({"metadata": {"name": "a", "generation": "x"}}, "generation"),
    ],
)
def test_malformed_objects_are_refused_with_the_field(broken, field):
    with pytest.raises(ValueError, match=field):
        canonical(broken, VPC)


@pytest.mark.parametrize("kind", kinds.KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("spec", [None, [], "text", 5, {"users": 5}, {"subnets": [None]}])
def test_a_spec_of_an_odd_form_is_kept(kind, spec):
    assert canonical({"metadata": {"name": "a"}, "spec": spec}, kind).spec == spec


def test_ten_thousand_connections_take_well_under_a_second():
    links = [{"server": {"port": "server-1/enp2s1"}, "switch": {"port": f"leaf-01/E1/{n}"}} for n in range(4)]
    managers = [
        {"manager": "kubectl", "operation": "Apply", "time": "2026-11-24T20:13:51Z", "fieldsV1": {"f:spec": {}}}
    ]
    raw = msgspec.json.encode(
        {
            "apiVersion": "wiring.githedgehog.com/v1beta1",
            "kind": "Connection",
            "metadata": {"name": "c", "namespace": "default", "uid": "u", "managedFields": managers},
            "spec": {"eslag": {"links": links}},
        }
    )
    found = [msgspec.json.decode(raw) for _ in range(10_000)]
    kind = kinds.by_name("Connection")
    begun = time.process_time()
    for obj in found:
        canonical(obj, kind)
    assert time.process_time() - begun < 1.0  # 0.2 s on a quiet machine of 2026
