"""The sample fabric as a whole: two spines, four leaves, ten servers, a gateway, five VPCs and ways out."""

from __future__ import annotations

from datetime import UTC, datetime

from practice.sample import agents, catalogs, gateways, leases, profiles, servers, switches, tenants
from practice.sample.clock import stamp
from practice.sample.make import Data

BY_CONTROLLER = {"SwitchProfile", "Agent", "Catalog", "DHCPSubnet", "VPCInfo", "GatewayAgent"}
AGED = {"vpc.githedgehog.com": 12, "dhcp.githedgehog.com": 12, "gateway.githedgehog.com": 9}  # days; the rest is older


def sample(now: datetime | None = None) -> list[Data]:
    """Every object of the sample fabric, in the order in which a fabric would take them. The same for the same NOW."""
    now = now or datetime.now(UTC)
    boxes = switches.switches()
    cables = [
        *switches.fabric_links(),
        *switches.peer_links(),
        *servers.connections(),
        *tenants.external_connections(),
    ]
    objects = [
        *tenants.namespaces(),
        *profiles.profiles(),
        *boxes,
        *servers.servers(),
        *gateways.gateways(),
        *cables,
        *tenants.vpcs(),
        *tenants.externals(),
        *tenants.attachments(),
        *tenants.peerings(),
        *gateways.vpc_infos(),
        *gateways.gateway_peerings(),
        *gateways.gateway_agents(now),
        *leases.dhcp_subnets(now),
        *catalogs.catalogs(),
        *agents.agents(now, boxes, cables),
    ]
    for number, data in enumerate(objects):
        _signed(data, now, number)
    return objects


def _signed(data: Data, now: datetime, number: int) -> None:
    """Say who wrote an object, and when."""
    group = data["apiVersion"].partition("/")[0]
    created = stamp(now, days=AGED.get(group, 40), seconds=-number)
    manager, operation = ("fabric-ctrl", "Update") if data["kind"] in BY_CONTROLLER else ("kubectl", "Apply")
    entry = {
        "manager": manager,
        "operation": operation,
        "apiVersion": data["apiVersion"],
        "time": created,
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:spec": {f"f:{name}": {} for name in sorted(data["spec"])}},
    }
    data["metadata"] |= {"creationTimestamp": created, "managedFields": [entry]}
