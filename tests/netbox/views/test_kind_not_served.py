"""A kind that its cluster does not serve any more: every face says so, nothing is removed, and it recovers."""

import json
from contextlib import suppress

import pytest
from django.core.management import call_command

from netbox_hedgehog.models import VPC, OtherResource, RunStateChoices
from netbox_hedgehog.sync.health import facts_of
from tests.builders import manifest, user, vpc
from tests.netbox.api.given import client
from tests.netbox.sync.conftest import _lease_without_its_thread, fabric, plugin, server  # noqa: F401
from tests.netbox.sync.given import sync
from tests.netbox.views.given import address, root, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(server, fabric):  # noqa: F811
    """A fabric whose VPCs are in NetBox, and whose cluster does not serve them any more."""
    server.put_all([vpc("vpc-1"), manifest("Server", "wiring", "server-1")])
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    assert facts_of(fabric).connection.value == "connected"
    fabric.fault = server.faults.hide("vpcs")
    assert sync(fabric).state == RunStateChoices.PARTIAL
    return fabric


def test_fabric_says_so_on_every_face(gone, capsys):
    facts = facts_of(gone)
    assert (facts.connection.value, facts.connection.color) == ("degraded", "orange")
    assert facts.connection.detail == "The cluster does not serve any more: VPC."
    assert facts.connection.outlined.detail == "The cluster does not serve any more some kinds."
    assert (facts.freshness.value, facts.freshness.color) == ("fresh", "orange")
    assert "VPC" in facts.freshness.detail
    page = text(root().get(gone.get_absolute_url()))
    assert "The cluster does not serve any more: VPC" in page
    assert "VPCs not served any more" in page
    with suppress(SystemExit):
        call_command("hedgehog_sync", "status")
    assert "does not serve any more: VPC" in capsys.readouterr().out


def test_object_and_its_list_say_so_and_rest_and_graphql_too(gone):
    row, browser, rest = VPC.objects.get(), root(), client(user("rest", superuser=True))
    page = text(browser.get(address(row)))
    assert "kind not served" in page
    assert "does not serve this kind any more" in page
    assert " present " not in page
    assert "kind not served" in text(browser.get(address(row, "changelog")))
    assert "kind not served" in text(browser.get(address(VPC)))
    assert "kind not served" in browser.get(f"{address(VPC)}?export=table").content.decode()
    for url in ("vpcs/", f"vpcs/{row.pk}/", "resources/?kind=VPC"):
        told = rest.get(f"/api/plugins/hedgehog/{url}").json()
        assert [each["served"] for each in told.get("results", [told])] == [False], url
    query = {"query": "{ hedgehog_vpc_list { name served } hedgehog_server_list { name served } }"}
    told = json.loads(rest.post("/graphql/", query, format="json").content)["data"]
    assert told["hedgehog_vpc_list"] == [{"name": "vpc-1", "served": False}]
    assert told["hedgehog_server_list"] == [{"name": "server-1", "served": True}]


def test_nothing_is_removed_and_all_is_well_again_when_it_is_served(gone, server):  # noqa: F811
    for _ in range(4):
        sync(gone)
    assert VPC.objects.get().state == "present"
    server.faults.remove(gone.fault)
    assert sync(gone).state == RunStateChoices.SUCCEEDED
    facts = facts_of(gone)
    assert (facts.connection.value, facts.freshness.color, facts.freshness.detail) == ("connected", "green", "")
    page = text(root().get(address(VPC.objects.get())))
    assert "not served" not in page
    assert " present " in page


def test_kind_that_was_never_served_or_had_no_objects_is_no_news(server, fabric):  # noqa: F811
    server.faults.hide("vpcs")
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    assert facts_of(fabric).connection.value == "connected"


def test_unknown_kind_that_goes_is_told_too(server, fabric):  # noqa: F811
    names = {"plural": "flows", "singular": "flow", "kind": "Flow", "listKind": "FlowList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    spec = {"group": "novel.githedgehog.com", "names": names, "scope": "Namespaced", "versions": [version]}
    server.add_kind({"metadata": {"name": "flows.novel.githedgehog.com"}, "spec": spec})
    server.put({"apiVersion": "novel.githedgehog.com/v1", "kind": "Flow", "metadata": {"name": "flow-1"}})
    assert sync(fabric).state == RunStateChoices.SUCCEEDED
    server.faults.hide("flows")
    run = sync(fabric)
    assert [(issue.kind, issue.code) for issue in run.issues.all()] == [("Flow", "not_served")]
    assert "does not serve flows.novel.githedgehog.com" in run.issues.get().message
    assert facts_of(fabric).connection.detail == "The cluster does not serve any more: Flow."
    assert "kind not served" in text(root().get(address(OtherResource.objects.get())))
