"""Pages of objects as nobody has foreseen them: any JSON in any place, and megabytes of it."""

import time

import pytest

from netbox_hedgehog.models import VPC, Agent, Connection, GatewayPeering, SwitchProfile
from netbox_hedgehog.presentation import field_tree
from netbox_hedgehog.presentation.object_page import LARGEST_YAML
from tests.builders import KINDS, fabric, reference, thing
from tests.netbox.generated.faces import show_everything
from tests.netbox.views.given import address, root, text

pytestmark = pytest.mark.django_db


def deep(levels):
    value = "end"
    for _ in range(levels):
        value = {"a": [value]}
    return value


def agent(**state):
    return {"status": {"state": state}}


ODD = {
    "status that is a list": (VPC, {"status": [1, {"a": 2}, [3]]}),
    "status that is a text": (VPC, {"status": "up"}),
    "status that is a number": (VPC, {"status": 5}),
    "spec that is a list": (VPC, {"live": [{"a": 1}]}),
    "spec that is false": (VPC, {"live": False}),
    "spec 100 levels deep": (VPC, {"live": deep(50)}),
    "spec 800 levels deep": (VPC, {"live": deep(400)}),
    "status 800 levels deep": (Agent, {"status": deep(400)}),
    "subnets that are a number": (VPC, {"live": {"subnets": 5}}),
    "neighbors that are a number": (Agent, agent(interfaces={"E1/1": {"lldpNeighbors": 7}})),
    "neighbors that are a text": (Agent, agent(interfaces={"E1/1": {"lldpNeighbors": "leaf-01"}})),
    "neighbors that are an object": (Agent, agent(interfaces={"E1/1": {"lldpNeighbors": {"a": 1}}})),
    "interfaces that are a list": (Agent, agent(interfaces=[1], bgpNeighbors=[{}])),
    "sessions of numbers": (Agent, agent(bgpNeighbors={"default": {"10.0.0.1": 5, "10.0.0.2": {"prefixes": 3}}})),
    "states of odd types": (Agent, agent(interfaces={"E1/1": {"oper": {"a": 1}, "change": 5, "counters": "x"}})),
    "state that is a list": (Agent, {"status": {"state": [], "version": ["x"], "lastHeartbeat": {"a": 1}}}),
    "times beyond a calendar": (Agent, {"status": {"lastHeartbeat": "9999-12-31T23:59:59Z", "lastAppliedTime": "x"}}),
    "links that are a text": (Connection, {"live": {"unbundled": {"link": "x"}, "eslag": {"links": "y"}}}),
    "sides that are a list": (GatewayPeering, {"live": {"peering": [1], "acl": {"rules": 3}}}),
}


def test_every_face_takes_any_json():
    of, browser = fabric(), root()
    rows = [thing(model, of, f"odd {what}", **columns) for what, (model, columns) in ODD.items()]
    assert show_everything(browser, of, rows) > 50
    assert [row.name for row in rows if row.name not in text(browser.get(address(row)))] == []


def test_value_that_is_no_object_is_shown():
    row = thing(VPC, fabric(), status=["first", "second"])
    assert "Value first , second" in text(root().get(address(row)))


MEGABYTES = {
    "a VPC of 45,000 subnets": (
        VPC,
        {"subnets": {f"subnet-{number}": {"subnet": "10.0.1.0/24", "vlan": number} for number in range(45_000)}},
    ),
    "a text": (VPC, {"ipv4Namespace": "default", "note": "x" * 2_900_000}),
    "100,000 unknown fields": (VPC, {f"field-{number}": {"a": number} for number in range(100_000)}),
    "a list of 300,000 numbers": (VPC, {"numbers": list(range(300_000))}),
    "lists in lists": (VPC, {"lists": [[[number], [[number]]] for number in range(100_000)]}),
    "a switch of 30,000 ports": (
        SwitchProfile,
        {"ports": {f"E1/{number}": {"nos": f"Ethernet{number}", "profile": "SFP28-25G"} for number in range(30_000)}},
    ),
    "a connection of 30,000 links": (
        Connection,
        {
            "bundled": {
                "links": [
                    {"server": {"port": f"server-{number}/e1"}, "switch": {"port": f"leaf-{number}/E1/1"}}
                    for number in range(30_000)
                ]
            }
        },
    ),
}


@pytest.mark.parametrize(("model", "live"), MEGABYTES.values(), ids=MEGABYTES)
def test_page_of_megabytes_comes_in_a_moment_and_says_what_it_leaves_out(model, live):
    row = thing(model, fabric(), "odd", live=live)
    browser = root()
    browser.get(address(thing(model, row.fabric, "warm")))
    begun = time.process_time()
    page = browser.get(address(row))
    listed = browser.get(address(model))
    assert time.process_time() - begun < 4, "two pages; on a quiet machine about a second"
    assert page.status_code == listed.status_code == 200
    assert len(page.content) < 1_500_000
    assert len(listed.content) < 500_000
    told = text(page)
    assert "too large for a page" in told
    assert f"/api/plugins/hedgehog/{model.kind_entry.plural}/{row.pk}/" in page.content.decode()
    assert "not shown" in told or "characters)" in told


def test_agent_of_megabytes_shows_its_first_interfaces_and_sessions():
    status = {
        "state": {
            "interfaces": {f"E1/{number}": {"oper": "up", "mac": "02:00"} for number in range(20_000)},
            "bgpNeighbors": {"default": {f"10.0.0.{number}": {"state": "established"} for number in range(10_000)}},
        }
    }
    row = thing(Agent, fabric(), status=status)
    told = text(root().get(address(row)))
    assert "19500 more are not shown" in told
    assert "9500 more are not shown" in told


def test_object_of_very_many_references_names_the_first():
    row = thing(Connection, fabric())
    for number in range(230):
        reference(row, "Server", f"server-{number}", path=f"spec.links[{number}]")
    assert "and 30 more" in text(root().get(address(row)))


def test_very_many_labels_and_annotations_are_told_by_number():
    labels = {f"label-{number:04}": "x" for number in range(1000)}
    row = thing(VPC, fabric(), labels=labels, annotations={**labels, "long": "y" * 100_000})
    browser = root()
    told = text(browser.get(address(row)))
    assert "label-0099=x" in told
    assert "label-0100=x" not in told
    assert "and 900 more" in told
    assert len(browser.get(f"{address(VPC)}?include_columns=labels").content) < 200_000


def test_what_is_left_out_and_what_is_shown_is_everything():
    data = {f"f{number}": [number, {"x": [number]}] for number in range(field_tree.ROOM)}
    found = field_tree.tree(data, None, 1, "default")
    assert len(found.root) + found.left_out == 2 * field_tree.ROOM
    assert field_tree.ROOM <= len(found.root) < field_tree.ROOM + 20


def test_small_objects_are_shown_whole():
    for model in KINDS:
        found = field_tree.tree({"a": {"b": list(range(100))}}, None, 1, "default")
        assert (found.left_out, len(found.root)) == (0, 100), model
    assert LARGEST_YAML > 100_000
