"""Servers and how they are cabled: each type of connection is there."""

from __future__ import annotations

from dataclasses import dataclass

from practice.sample import profiles
from practice.sample.make import WIRING, Data, label, listed, make


@dataclass(frozen=True)
class Host:
    """One server, cabled to LEAVES in a connection of TYPE, from port FIRST of each leaf on."""

    number: int
    type: str
    leaves: tuple[str, ...]
    first: int
    description: str

    @property
    def name(self) -> str:
        return f"server-{self.number:02}"

    @property
    def connection(self) -> str:
        return "--".join([self.name, self.type, *self.leaves])

    @property
    def switch_ports(self) -> list[str]:
        """One switch port for each server port."""
        if self.type == "unbundled":
            return [f"{self.leaves[0]}/E1/{self.first}"]
        if self.type == "bundled":
            return [f"{self.leaves[0]}/E1/{self.first + side}" for side in (0, 1)]
        return [f"{leaf}/E1/{self.first}" for leaf in self.leaves]


HOSTS = (
    Host(1, "eslag", ("leaf-01", "leaf-02"), 1, "Web front end 1"),
    Host(2, "eslag", ("leaf-01", "leaf-02"), 2, "Web front end 2"),
    Host(3, "unbundled", ("leaf-01",), 3, "Storage node 1"),
    Host(4, "bundled", ("leaf-02",), 3, "GPU node 1"),
    Host(5, "mclag", ("leaf-03", "leaf-04"), 1, "Hypervisor 1"),
    Host(6, "mclag", ("leaf-03", "leaf-04"), 2, "Hypervisor 2"),
    Host(7, "unbundled", ("leaf-03",), 3, "Lab machine"),
    Host(8, "bundled", ("leaf-04",), 3, "GPU node 2"),
    Host(9, "eslag", ("leaf-01", "leaf-02"), 5, "Database 1"),
    Host(10, "unbundled", ("leaf-04",), 6, "Spare, not cabled yet at its end"),
)
BY_NUMBER = {host.number: host for host in HOSTS}


def servers() -> list[Data]:
    return [
        make(WIRING, "Server", host.name, {"description": host.description, "profile": profiles.SERVER})
        for host in HOSTS
    ]


def connections() -> list[Data]:
    return [_connection(host) for host in HOSTS]


def _connection(host: Host) -> Data:
    links = [
        {"server": {"port": f"{host.name}/enp2s{side}"}, "switch": {"port": port}}
        for side, port in enumerate(host.switch_ports, 1)
    ]
    content: Data = {"link": links[0]} if host.type == "unbundled" else {"links": links}
    if host.type == "bundled":
        content["mtu"] = 9000
    spec = {host.type: content}
    if host.type == "mclag":  # the controller labels no MCLAG connection
        return make(WIRING, "Connection", host.connection, spec)
    labels = label("connection-type", host.type) | listed("switch", *host.leaves) | listed("server", host.name)
    return make(WIRING, "Connection", host.connection, spec, labels)
