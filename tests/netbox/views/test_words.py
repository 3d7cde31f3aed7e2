"""Headings and cells of lists, in the words and with the truth of the objects' own pages."""

import re

import pytest
from django.utils import timezone

from netbox_hedgehog import kinds
from netbox_hedgehog.models import VPC, DHCPSubnet, Gateway, OtherResource, VLANNamespace, VPCAttachment
from netbox_hedgehog.presentation.field_tree import tree
from netbox_hedgehog.presentation.labels import label, path_label
from netbox_hedgehog.presentation.printer_columns import brief, printer_columns
from netbox_hedgehog.tables import table_for
from tests.builders import KINDS, fabric, thing
from tests.netbox.views.given import address, root, text

# In the order of the kinds' columns; those of the rest are single words of their own.
HEADINGS = {
    "VPC": ["IPv4 namespace", "VLAN namespace", "Subnets", "VNI", "Mode"],
    "VPCAttachment": ["Subnet", "Connection", "Native VLAN"],
    "VPCPeering": ["VPC 1", "VPC 2", "Remote"],
    "External": ["IPv4 namespace", "Inbound community", "Outbound community", "Static prefixes"],
    "ExternalAttachment": ["External", "Connection", "Switch VLAN", "Switch IP", "Neighbor ASN", "Neighbor IP"],
    "ExternalPeering": ["VPC", "VPC subnets", "External", "External prefixes"],
    "Switch": ["Profile", "Role", "Description", "Groups", "Redundancy", "Boot", "ASN", "IP"],
    "SwitchProfile": ["Display name", "Other names", "Ports", "NOS type", "Switch silicon"],
    "ServerProfile": ["NICs"],
    "Gateway": ["Protocol IP", "VTEP IP", "Groups", "ASN"],
    "GatewayAgent": [
        "Last applied time",
        "Last applied generation",
        "Generation",
        "Agent version",
        "Gateway protocol IP",
        "Gateway VTEP IP",
        "Last heartbeat",
    ],
    "Agent": [
        "Role",
        "Description",
        "NOS hardware SKU version",
        "Last heartbeat",
        "Last applied time",
        "Last applied generation",
        "Generation",
        "Version",
        "Reboot required",
        "NOS software version",
        "Last attempt time",
        "Last attempt generation",
        "Switch RoCE",
        "RoCE",
        "Switch ECMP RoCE QPN",
    ],
    "DHCPSubnet": [
        "Subnet",
        "CIDR block",
        "Gateway",
        "Start IP",
        "End IP",
        "VRF",
        "Circuit ID",
        "DNS servers",
        "Time servers",
        "Interface MTU",
    ],
}


@pytest.mark.parametrize("kind", HEADINGS)
def test_headings_are_words(kind):
    assert [each.heading for each in printer_columns(kinds.by_name(kind))] == HEADINGS[kind]


def test_no_heading_is_kubectls_and_none_stands_twice():
    checked = 0
    for model in KINDS:
        columns = [str(column.verbose_name) for column in table_for(model).base_columns.values() if column.verbose_name]
        folded = [each.lower() for each in columns]
        assert sorted(set(folded)) == sorted(folded), model
        for each in printer_columns(model.kind_entry) if model is not OtherResource else ():
            # kubectl runs words together, or shortens them.
            assert each.heading.isupper() or each.heading[0].isupper(), each.heading
            for word in each.heading.split():
                assert word in {"IPv4", "NICs", "RoCE", "1", "2"} or word.isupper() or word[1:].islower(), each.heading
            checked += 1
    assert checked > 60


@pytest.mark.django_db
def test_a_field_is_called_the_same_in_its_list_its_export_and_on_its_page():
    lab, admin = fabric(), root()
    live = {"ipv4Namespace": "default", "vlanNamespace": "default", "mode": "l3vni"}
    one = thing(VPC, lab, "vpc-1", live=live)
    export = admin.get(address(VPC), {"export": "table", "include_columns": "col_mode"}).content.decode()
    listed, shown = text(admin.get(address(VPC))), text(admin.get(address(one)))
    for word in ("IPv4 namespace", "VLAN namespace"):
        assert word in listed
        assert word in shown
        assert word in export.splitlines()[0]
    for page in (listed, export):
        assert "IPv4NS" not in page
        assert "VLANNS" not in page


def test_words_in_the_middle_of_a_heading_keep_their_own_capitals():
    assert path_label(("gateway", "protocolIP")) == "Gateway protocol IP"
    assert path_label(("switch", "ecmp", "roceQPN")) == "Switch ECMP RoCE QPN"
    assert (label("lastAppliedGen"), label("nics"), label("E1/1")) == ("Last applied generation", "NICs", "E1/1")
    assert (label("ipv4Namespace"), label("attachedVPCs")) == ("IPv4 namespace", "Attached VPCs")
    assert (label("irbVLANs"), label("portChannelIDs"), label("DHCPSubnets")) == (
        "IRB VLANs",
        "Port channel IDs",
        "DHCP subnets",
    )
    assert label("ecmpRoCEQPN") == "ECMP RoCE QPN"
    assert (label("vpc1"), path_label(("switch1", "port"))) == ("VPC 1", "Switch 1 port")


def test_every_field_of_every_kind_is_in_words():
    """No key is cut in the middle of a word: ``VP cs``."""
    seen = set()
    for kind in kinds.KINDS:
        for part in (kind.spec, kind.status):
            seen |= set(_keys(part))
    assert len(seen) > 300
    cut = {key: label(key) for key in seen if set(label(key).lower().split()) & {"s", "cs", "ns", "ds", "ro", "vp"}}
    assert cut == {}
    changed = {key: label(key) for key in seen if "".join(label(key).split()).lower() != _whole(key)}
    assert changed == {}


def _whole(key):
    for short, long in {"gen": "generation", "descr": "description", "hwsku": "hardwaresku"}.items():
        key = re.sub(f"({short}|{short.capitalize()})(?![a-z])", long, key)
    return key.lower()


def _keys(described):
    if isinstance(described, kinds.Object):
        for field in described.fields:
            yield field.name
            yield from _keys(field.type)
    elif isinstance(described, kinds.List | kinds.Map):
        yield from _keys(described.of)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([{"to": 2999, "from": 1000}], "1000-2999"),
        ([{"from": 100}, {"from": 7, "to": 7}], "100, 7"),
        ([{"from": 1, "to": 2, "note": "old"}], "1-2 (note old)"),
        ([{"end": "10.0.0.9", "start": "10.0.0.2"}], "10.0.0.2-10.0.0.9"),
        ([{"name": "blue", "priority": 100}, {"name": "red"}], "blue (priority 100), red"),
        ([{"prefix": "10.0.0.0/8"}], "10.0.0.0/8"),
        ([{"vtepIP": "10.0.0.1", "ok": True}], "VTEP IP 10.0.0.1, ok yes"),
        ({"default": {"vlan": 5, "subnet": "10.0.1.0/24"}}, "default 10.0.1.0/24"),
        ({"a": {"vlan": 5}, "b": {}}, "a VLAN 5, b"),
        ({"group": "mclag-1", "type": "mclag"}, "group mclag-1, type mclag"),
        (["a", "b"], "a, b"),
        ([[1, 2], None], "1, 2, "),
        (False, "no"),
        (None, ""),
    ],
)
def test_lists_and_maps_are_told_by_what_they_say(value, said):
    assert brief(value) == said


CELLS = [
    (VLANNamespace, "col_ranges", {"ranges": [{"from": 1000, "to": 2999}, {"from": 3100}]}, "1000-2999, 3100"),
    (Gateway, "col_groups", {"groups": [{"name": "default", "priority": 5}]}, "default (priority 5)"),
    (VPCAttachment, "col_nativevlan", {"nativeVLAN": True}, "yes"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "column", "live", "said"), CELLS, ids=lambda each: getattr(each, "__name__", None))
def test_cells_of_lists_say_the_truth_on_the_page_and_in_the_export(model, column, live, said):
    thing(model, fabric(), "the-one", live=live)
    admin = root()
    assert said in text(admin.get(address(model), {"include_columns": column}))
    csv = admin.get(address(model), {"export": "table", "include_columns": column}).content.decode()
    assert said in csv


@pytest.mark.django_db
def test_keys_of_a_map_stand_under_what_they_are():
    lab, admin = fabric(), root()
    lease = {"ip": "10.0.1.5", "hostname": "server-1"}
    status = {"allocated": {"0c:20:12:fe:01:01": lease}}
    subnet = thing(DHCPSubnet, lab, live={"static": {"0c:20:12:fe:01:02": {"ip": "10.0.1.6"}}}, status=status)
    page = text(admin.get(address(subnet)))
    assert page.count("MAC address") == 2
    assert "Name" not in page.partition("Spec")[2].partition("Tags")[0]
    odd = thing(OtherResource, lab, "odd", live={"things": {"a": {"x": 1}, "b": {"x": 2}}})
    assert "Key X a 1 b 2" in text(admin.get(address(odd)))


def test_keys_that_name_objects_stand_under_their_kind():
    sides = kinds.Map(
        kinds.Object(kinds.Field("ip", kinds.Text())), keys=kinds.Reference("VPC", prefixed=("ext.", "External"))
    )
    shown = tree({"sides": {"vpc-1": {"ip": "10.0.0.1"}}}, kinds.Object(kinds.Field("sides", sides)), 1, "default")
    assert shown.root.rows[0].value.headings == [("VPC or external", ""), ("IP", "")]


@pytest.mark.django_db
def test_an_age_is_not_broken_in_two_lines():
    thing(VPC, fabric(), "vpc-1", cluster_created=timezone.now() - timezone.timedelta(days=39))
    cell = re.search(r"<td([^>]*)>\s*<span[^>]*>39 d</span>", root().get(address(VPC)).content.decode())
    assert 'class="text-nowrap"' in cell[1]
