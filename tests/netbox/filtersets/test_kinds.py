"""Every filter of every kind's list: each finds what it names and nothing else."""

import pytest
from django.utils import timezone

from netbox_hedgehog import kinds
from netbox_hedgehog.filtersets import HedgehogFilterSet, computed_columns, filterset_for, reference_filters
from netbox_hedgehog.models import OtherResource
from tests.builders import KINDS, fabric, reference, thing

pytestmark = pytest.mark.django_db

MODEL = pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)

# Where the computed columns come from: source column, and the keys down to the text.
PATHS = {
    "ipv4_namespace": ("live", "ipv4Namespace"),
    "vlan_namespace": ("live", "vlanNamespace"),
    "mode": ("live", "mode"),
    "subnet": ("live", "subnet"),
    "connection": ("live", "connection"),
    "native_vlan": ("live", "nativeVLAN"),
    "vpc1": ("labels", "fabric.githedgehog.com/vpc1"),
    "vpc2": ("labels", "fabric.githedgehog.com/vpc2"),
    "inbound_community": ("live", "inboundCommunity"),
    "outbound_community": ("live", "outboundCommunity"),
    "external": ("live", "external"),
    "display_name": ("live", "displayName"),
    "role": ("live", "role"),
    "profile": ("live", "profile"),
    "description": ("live", "description"),
    "asn": ("live", "asn"),
    "ip": ("live", "ip"),
    "redundancy_group": ("live", "redundancy", "group"),
    "protocol_ip": ("live", "protocolIP"),
    "vtep_ip": ("live", "vtepIP"),
    "gateway_group": ("live", "gatewayGroup"),
    "version": ("status", "version"),
    "last_heartbeat": ("status", "lastHeartbeat"),
    "cidr_block": ("live", "cidrBlock"),
    "vrf": ("live", "vrf"),
    "vni": ("live", "vni"),
}
OWN_PATHS = {
    ("ExternalPeering", "vpc"): ("live", "permit", "vpc", "name"),
    ("ExternalPeering", "external"): ("live", "permit", "external", "name"),
    ("GatewayAgent", "version"): ("status", "agentVersion"),
}
COLUMNS = [
    (model, column)
    for model in KINDS
    for column in computed_columns(model)
    if column not in reference_filters(model.kind_entry) and column != "type"
]
REFERENCES = [(model, *pair) for model in KINDS for pair in reference_filters(model.kind_entry).items()]


def found(model, **parameters):
    filters = filterset_for(model)(parameters, model.objects.all())
    assert filters.is_valid(), filters.errors
    return {each.pk for each in filters.qs}


@MODEL
def test_fabric_by_id_and_by_name(model):
    here, there = fabric("here"), fabric("there")
    mine, other = thing(model, here), thing(model, there)
    assert found(model, fabric_id=[here.pk]) == {mine.pk}
    assert found(model, fabric=["here"]) == {mine.pk}
    assert found(model, fabric_id=[here.pk, there.pk]) == {mine.pk, other.pk}


@MODEL
def test_name_and_namespace_with_several_values_and_partial_matches(model):
    lab = fabric()
    one, two, far = thing(model, lab, "one"), thing(model, lab, "two"), thing(model, lab, "three", namespace="far")
    assert found(model, name=["one", "two"]) == {one.pk, two.pk}
    assert found(model, name__ic=["T"]) == {two.pk, far.pk}
    assert found(model, name__n=["one"]) == {two.pk, far.pk}
    assert found(model, namespace=["far"]) == {far.pk}
    assert found(model, id=[one.pk]) == {one.pk}


@MODEL
def test_state_present_or_missing(model):
    lab = fabric()
    here, gone = thing(model, lab, "here"), thing(model, lab, "gone", missing_since=timezone.now())
    assert found(model, state=["present"]) == {here.pk}
    assert found(model, state=["missing"]) == {gone.pk}
    assert found(model, state=["present", "missing"]) == {here.pk, gone.pk}
    assert not filterset_for(model)({"state": ["fine"]}, model.objects.all()).is_valid()


@MODEL
def test_labels_by_equality_by_presence_and_all_of_them(model):
    lab = fabric()
    both = thing(model, lab, "both", labels={"tier": "web", "x.io/zone": ""})
    web, db = thing(model, lab, "web", labels={"tier": "web"}), thing(model, lab, "db", labels={"tier": "db"})
    assert found(model, label=["tier=web"]) == {both.pk, web.pk}
    assert found(model, label=["tier==db"]) == {db.pk}
    assert found(model, label=["tier"]) == {both.pk, web.pk, db.pk}
    assert found(model, label=["x.io/zone="]) == {both.pk}
    assert found(model, label=["tier=web", "x.io/zone"]) == {both.pk}
    assert found(model, label=["tier=we"]) == set()


@MODEL
def test_search_needs_every_word_somewhere(model):
    lab = fabric()
    leaf, spine = thing(model, lab, "leaf-01", labels={"rack": "r7"}), thing(model, lab, "spine-01")
    assert found(model, q="01") == {leaf.pk, spine.pk}
    assert found(model, q="LEAF") == {leaf.pk}
    assert found(model, q="leaf r7") == {leaf.pk}
    assert found(model, q="spine r7") == set()
    assert found(model, q="  ") == {leaf.pk, spine.pk}


@MODEL
def test_what_the_cluster_says_of_the_object(model):
    lab, now = fabric(), timezone.now()
    new = thing(model, lab, "new", uid="u-1", deleting=True, seen_at=now, missing_since=now)
    thing(model, lab, "old", uid="u-2", seen_at=now - timezone.timedelta(days=2))
    yesterday = (now - timezone.timedelta(days=1)).isoformat()
    assert found(model, uid=["u-1"]) == {new.pk}
    assert found(model, deleting=True) == {new.pk}
    assert found(model, seen_at__gt=[yesterday]) == {new.pk}
    assert found(model, missing_since__gt=[yesterday]) == {new.pk}


@pytest.mark.parametrize(("model", "column"), COLUMNS, ids=lambda each: getattr(each, "__name__", each))
def test_computed_column(model, column):
    source, *keys = OWN_PATHS.get((model.__name__, column)) or PATHS[column]
    nested = "alpha-1"
    for key in reversed(keys):
        nested = {key: nested}
    lab = fabric()
    with_it, without = thing(model, lab, "with", **{source: nested}), thing(model, lab, "without")
    assert found(model, **{column: ["alpha-1"]}) == {with_it.pk}
    assert found(model, **{column: ["alpha-1", "null"]}) == {with_it.pk, without.pk}
    assert found(model, **{f"{column}__ic": ["ALPHA"]}) == {with_it.pk}
    assert found(model, q="alpha") == {with_it.pk}


def test_connection_type_is_the_key_of_its_spec():
    model = next(model for model in KINDS if model.__name__ == "Connection")
    lab = fabric()
    mesh = thing(model, lab, "mesh", live={"mesh": {"links": []}})
    thing(model, lab, "bundled", live={"bundled": {"links": []}})
    assert found(model, type=["mesh"]) == {mesh.pk}


@pytest.mark.parametrize(("model", "name", "target"), REFERENCES, ids=lambda each: getattr(each, "__name__", each))
def test_reference(model, name, target):
    here, there = fabric("here"), fabric("there")
    source = thing(model, here, "source")
    twin = thing(model, there, "source")
    elsewhere = thing(model, here, "source", namespace="far")
    reference(source, target, "wanted")
    reference(source, target, "wanted", path="spec.again")
    reference(elsewhere, target, "other")
    reference(twin, "Unknown", "wanted")
    reference(twin, target, "wanted", source_kind="Unknown")
    assert found(model, **{name: ["wanted"]}) == {source.pk}
    assert found(model, **{name: ["wanted", "other"]}) == {source.pk, elsewhere.pk}
    assert found(model, **{name: ["none"]}) == set()


def test_every_kind_can_be_filtered_by_what_it_names():
    assert reference_filters(kinds.by_name("VPCAttachment")) == {"vpc": "VPC", "connection": "Connection"}
    assert {"switch", "server", "gateway"} <= reference_filters(kinds.by_name("Connection")).keys()
    assert reference_filters(None) == {}


def test_unknown_kinds_by_group_kind_and_plural():
    lab = fabric()
    mine = thing(OtherResource, lab, "a", api_group="x.githedgehog.com", kind="X", plural="xs")
    thing(OtherResource, lab, "b")
    for parameters in ({"api_group": ["x.githedgehog.com"]}, {"kind": ["X"]}, {"plural": ["xs"]}):
        assert found(OtherResource, **parameters) == {mine.pk}


def test_no_filter_is_untested():
    ours = {name for name in HedgehogFilterSet.base_filters if "__" not in name}
    netbox = {"created", "last_updated", "created_by_request", "updated_by_request", "modified_by_request"}
    assert ours - netbox - {"tag", "tag_id"} == {"fabric_id", "fabric", "q", "state", "label"}


@pytest.mark.parametrize("parameters", [{"name__ic": ["x"]}, {"fabric": ["here"]}, {"label": ["x"]}, {"q": "x"}])
def test_filters_do_not_compare_whole_rows(parameters):
    fabric("here")
    for model in KINDS:
        assert "DISTINCT" not in str(filterset_for(model)(parameters, model.objects.all()).qs.query)


@MODEL
def test_what_rest_serves_of_an_object_is_filtered(model):
    lab, now = fabric(), timezone.now()
    columns = {"api_version": "x.io/v2", "resource_version": "77", "generation": 5, "cluster_created": now}
    marks = {"missing_run": 3, "missing_runs": 2, "held_run": 4}
    mine = thing(model, lab, "mine", **columns, **marks)
    thing(model, lab, "other", api_version="x.io/v1", generation=1, cluster_created=now - timezone.timedelta(days=9))
    for name, value in {**columns, **marks}.items():
        asked = {"cluster_created__gt": [(now - timezone.timedelta(days=1)).isoformat()]}
        assert found(model, **(asked if name == "cluster_created" else {name: [value]})) == {mine.pk}, name
