"""Objects that a sync or the watcher makes begin with the defaults of custom fields, as those that people make do."""

import pytest
from core.models import ObjectType
from dcim.models import Site
from extras.models import CustomField, CustomFieldChoiceSet

from netbox_hedgehog.cluster import Cluster
from netbox_hedgehog.models import VPC, OtherResource, Server
from netbox_hedgehog.sync.execute import kind
from netbox_hedgehog.sync.store.kind_table import kind_tables
from tests.builders import manifest, vpc
from tests.netbox.sync.given import sync
from tests.netbox.sync.test_changelog import found
from tests.netbox.watch.conftest import batches, clock  # noqa: F401
from tests.netbox.watch.given import arrival

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "text": "words",
    "longtext": "more\nwords",
    "integer": 0,
    "decimal": 1.5,
    "boolean": False,
    "date": "2026-01-31",
    "datetime": "2026-01-31T12:00:00",
    "url": "https://example.com/",
    "json": {"a": [1, None, {"b": "ü"}]},
    "select": "one",
    "multiselect": ["one", "two"],
}


def field(name, type_, default, *models, **more):
    made = CustomField(name=name, type=type_, default=default, **more)
    made.full_clean()
    made.save()
    made.object_types.set([ObjectType.objects.get_for_model(model) for model in models])
    return made


@pytest.fixture
def fields():
    """A custom field of each of NetBox's types on VPCs; the values that a new VPC begins with, by name."""
    site = Site.objects.create(name="here", slug="here")
    choices = CustomFieldChoiceSet.objects.create(name="numbers", extra_choices=[["one", "1"], ["two", "2"]])
    sites = ObjectType.objects.get_for_model(Site)
    expected = {**DEFAULTS, "object": site.pk, "multiobject": [site.pk]}
    assert expected.keys() == {value for value, *_ in CustomField._meta.get_field("type").choices}
    for name, default in expected.items():
        more = {"choice_set": choices} if "select" in name else {}
        more |= {"related_object_type": sites} if "object" in name else {}
        field(name, name, default, VPC, **more)
    field("none", "text", None, VPC)
    field("elsewhere", "text", "x", Server)
    return expected


def test_sync_gives_a_new_object_the_defaults_of_all_types(server, fabric, fields):
    server.put(vpc("vpc-1"))
    sync(fabric)
    row = VPC.objects.get()
    assert row.custom_field_data == fields
    again = VPC(fabric=fabric, name="by-hand")
    again.save()
    assert again.custom_field_data == row.custom_field_data
    row.clean()


def test_watcher_gives_a_new_object_the_defaults_of_all_types(server, batches, fields):  # noqa: F811
    batches.write([arrival("VPC", "ADDED", server.put(vpc("vpc-1")))])
    assert VPC.objects.get().custom_field_data == fields


def test_kinds_without_a_model_of_their_own_have_defaults_too(server, fabric):
    names = {"plural": "flows", "singular": "flow", "kind": "Flow", "listKind": "FlowList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    spec = {"group": "novel.githedgehog.com", "names": names, "scope": "Namespaced", "versions": [version]}
    server.add_kind({"metadata": {"name": "flows.novel.githedgehog.com"}, "spec": spec})
    server.put({"apiVersion": "novel.githedgehog.com/v1", "kind": "Flow", "metadata": {"name": "flow-1"}, "spec": {}})
    field("owner", "text", "nobody", OtherResource)
    sync(fabric)
    assert OtherResource.objects.get().custom_field_data == {"owner": "nobody"}


def test_kind_that_a_field_is_assigned_to_later_has_its_default_on_old_and_new_objects(server, fabric):
    owner = field("owner", "text", "nobody", Server)
    server.put(vpc("vpc-1"))
    sync(fabric)
    assert VPC.objects.get().custom_field_data == {}
    owner.object_types.add(ObjectType.objects.get_for_model(VPC))
    server.put(vpc("vpc-2"))
    sync(fabric)
    assert [row.custom_field_data for row in VPC.objects.all()] == [{"owner": "nobody"}] * 2


def test_field_that_is_still_being_provisioned_gives_its_default(server, fabric):
    field("owner", "text", "nobody", VPC)
    CustomField.objects.update(status="provisioning")
    server.put(vpc("vpc-1"))
    sync(fabric)
    assert VPC.objects.get().custom_field_data == {"owner": "nobody"}


def test_field_made_while_a_sync_runs_gives_its_default_to_what_is_written_after(server, fabric, monkeypatch):
    """NetBox gives the default to the rows that are there; those that come after have to bring it."""
    server.put(vpc("vpc-1"))
    server.put(manifest("Server", "wiring", "server-1"))
    original, made = kind.KindReader.read, []
    order = [table.resource.kind for table in _tasks(fabric)]
    first, second = sorted(("VPC", "Server"), key=order.index)
    rows = {"VPC": VPC, "Server": Server}

    def after_first(one):
        if one.table.resource.kind == second and not made:
            assert rows[first].objects.exists()
            made.append(field("owner", "text", "nobody", VPC, Server))
        return original(one)

    monkeypatch.setattr(kind.KindReader, "read", after_first)
    sync(fabric)
    assert made
    assert [rows[name].objects.get().custom_field_data for name in (first, second)] == [{"owner": "nobody"}] * 2


def _tasks(fabric):
    with Cluster(fabric.target()) as cluster:
        return kind_tables(cluster.discover().resources)


def test_value_that_somebody_set_stays_and_is_found_after_the_cluster_changed_the_object(server, fabric):
    field("owner", "text", "nobody", VPC, search_weight=100)
    server.put(vpc("vpc-1"))
    sync(fabric)
    row = VPC.objects.get()
    row.custom_field_data["owner"] = "anna"
    row.save()
    server.put(vpc("vpc-1", 77))
    run = sync(fabric)
    assert run.counts["VPC"]["updated"] == 1
    assert VPC.objects.get().custom_field_data == {"owner": "anna"}
    assert found("anna") == {row}
    assert found("nobody") == set()
