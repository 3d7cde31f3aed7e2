"""An object's page: fields to read, both ways of references, history, YAML."""

from datetime import timedelta

import pytest
from django.utils import timezone

from netbox_hedgehog.models import VPC, Agent, Connection, ResourceChange, Server, Switch, SyncRun, VPCAttachment
from tests.builders import fabric, grant, reference, run, thing, user
from tests.netbox.views.given import address, browser, root, text

pytestmark = pytest.mark.django_db

ESLAG = {
    "eslag": {
        "links": [
            {"server": {"port": "server-1/enp1"}, "switch": {"port": "leaf-01/E1/1"}},
            {"server": {"port": "server-1/enp2"}, "switch": {"port": "leaf-02/E1/1"}},
        ],
        "fallback": True,
    },
    "unheardOf": {"kept": "all the same"},
}


@pytest.fixture
def wired():
    """server-1 on leaf-01 (there) and leaf-02 (not there), with an attachment."""
    lab = fabric()
    leaf, server = thing(Switch, lab, "leaf-01"), thing(Server, lab, "server-1")
    wire = thing(Connection, lab, "wire", live=ESLAG)
    for kind, name in (("Server", "server-1"), ("Switch", "leaf-01"), ("Switch", "leaf-02")):
        reference(wire, kind, name, path=f"spec.eslag.{name}")
    vpc = thing(VPC, lab, "vpc-1")
    attachment = thing(VPCAttachment, lab, "attachment", live={"connection": "wire", "subnet": "vpc-1/default"})
    reference(attachment, "Connection", "wire", path="spec.connection")
    reference(attachment, "VPC", "vpc-1", path="spec.subnet")
    return {"lab": lab, "leaf": leaf, "server": server, "wire": wire, "vpc": vpc, "attachment": attachment}


def test_spec_is_fields_with_links_not_a_dump(wired):
    shown = root().get(address(wired["wire"]))
    said, body = text(shown), shown.content.decode()
    assert "Server port Switch port server-1/enp1 leaf-01/E1/1" in said
    assert f'<a href="{address(wired["leaf"])}">leaf-01/E1/1</a>' in body
    assert "leaf-02/E1/1 missing" in said
    assert "Fallback yes" in said
    assert "Kept all the same" in said


def test_uses_and_used_by(wired):
    said = text(root().get(address(wired["wire"])))
    assert "Uses Server server-1 spec.eslag.server-1 Switch leaf-01" in said
    assert "leaf-02 missing" in said
    assert "Used by VPC Attachments 1 attachment" in said


def test_used_by_shows_a_few_and_a_link_to_all(wired):
    for number in range(14):
        reference(thing(Connection, wired["lab"], f"wire-{number:02}"), "Switch", "leaf-01")
    shown = root().get(address(wired["leaf"]))
    assert "Connections 15" in text(shown)
    assert "and 5 more" in text(shown)
    assert f"?fabric_id={wired['lab'].pk}&amp;switch=leaf-01" in shown.content.decode()


def test_the_sentence_knows_what_the_attachment_attaches(wired):
    said = text(root().get(address(wired["attachment"])))
    assert "server-1" in said.partition("Spec")[0]


def test_others_that_one_may_not_see_stay_unseen(wired):
    ann = user()
    grant(ann, ["view"], Connection, Switch)
    her = browser(ann)
    shown = her.get(address(wired["wire"]))
    assert "Nothing that you may see refers to it" in text(shown)
    assert address(wired["server"]) not in shown.content.decode()
    assert "server-1/enp1" in text(shown)
    bob = user("bob")
    grant(bob, ["view"], VPC)
    grant(bob, ["view"], VPCAttachment, constraints={"name": "another"})
    assert "attachment" not in text(browser(bob).get(address(wired["vpc"]))).partition("Used by")[2].split("History")[0]


def test_the_sentence_tells_nothing_of_objects_that_one_may_not_see(wired):
    ann = user()
    grant(ann, ["view"], VPCAttachment)
    assert "server-1" not in text(browser(ann).get(address(wired["attachment"])))


def test_history_leads_to_the_runs(wired):
    made = run(wired["lab"], state="succeeded")
    about = {"kind": "VPC", "namespace": "default", "name": "vpc-1", "object_id": wired["vpc"].pk}
    about |= {"run": made, "fabric": made.fabric}
    ResourceChange.objects.create(action="updated", fields=[{"path": "spec.mode"}], **about)
    shown = root().get(address(wired["vpc"]))
    assert f"Updated spec.mode #{made.pk}" in text(shown)
    ann = user()
    grant(ann, ["view"], VPC)
    assert "No run that you may see has changed it" in text(browser(ann).get(address(wired["vpc"])))
    grant(ann, ["view"], SyncRun)
    assert "spec.mode" in text(browser(ann).get(address(wired["vpc"])))


def test_yaml_is_there_to_copy(wired):
    shown = root().get(address(wired["wire"])).content.decode()
    assert "<details" in shown
    assert 'data-clipboard-target="#hedgehog-yaml"' in shown
    assert "kind: Connection" in shown


def test_conditions_are_a_table():
    condition = {"type": "Applied", "status": "True", "reason": "Fine", "message": "All applied"}
    one = thing(Agent, fabric(), "leaf-01", status={"conditions": [condition]})
    assert "Type Status Reason Message Applied True Fine All applied" in text(root().get(address(one)))


def test_an_agents_page_begins_with_what_the_switch_reports():
    now = (timezone.now() - timedelta(hours=3, minutes=1)).isoformat()
    state = {
        "interfaces": {"E1/1": {"enabled": True, "oper": "down", "lldpNeighbors": [{"sysName": "spine-01"}]}},
        "bgpNeighbors": {"default": {"192.0.2.9": {"state": "established", "peerAS": 65100}}},
    }
    status = {"lastHeartbeat": now, "lastAppliedGen": 4, "state": state}
    said = text(root().get(address(thing(Agent, fabric(), "leaf-01", status=status, generation=5))))
    assert "Heartbeat 3 h ago" in said
    assert "not applied yet generation 4 applied, 5 current" in said
    assert "E1/1 down" in said
    assert "spine-01" in said
    assert "default 192.0.2.9 established 65100" in said


@pytest.mark.parametrize("status", [None, {}, {"state": "?"}, {"state": {"interfaces": [1]}, "lastHeartbeat": 5}])
def test_an_agents_page_bears_any_status(status):
    said = text(root().get(address(thing(Agent, fabric(), "leaf-01", status=status))))
    assert "Heartbeat never" in said
