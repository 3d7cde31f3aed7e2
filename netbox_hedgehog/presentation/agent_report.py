"""The status of an agent as tables: heartbeat, interfaces, BGP sessions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from netbox_hedgehog.kinds.reading import items, plain
from netbox_hedgehog.models import Agent
from netbox_hedgehog.presentation.age import moment
from netbox_hedgehog.presentation.labels import shortened

__all__ = ("AgentReport", "Interface", "Session")

MOST = 500  # rows of a table
MOST_NEIGHBORS = 20  # of one interface
LONGEST = 100  # characters of a name


@dataclass(frozen=True)
class Interface:
    """A port of the switch, as its agent reports it."""

    name: str
    enabled: Any
    oper: str
    admin: str
    speed: str
    mac: str
    neighbor: str
    errors: int
    changed: Any

    @property
    def color(self) -> str:
        """Green is up, red is down though wanted up, grey is everything else."""
        if self.oper.lower() == "up":
            return "green"
        return "red" if self.enabled and self.oper.lower() == "down" else "gray"


@dataclass(frozen=True)
class Session:
    """A BGP session; the numbers of prefixes are sums over all address families."""

    vrf: str
    neighbor: str
    state: str
    peer_as: Any
    group: str
    received: int
    sent: int
    since: Any

    @property
    def color(self) -> str:
        return "green" if self.state.lower() == "established" else "red"


class AgentReport:
    """Reads the status of an agent, which may be incomplete or malformed."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.status = agent.status if isinstance(agent.status, dict) else {}

    @property
    def heartbeat(self) -> datetime | None:
        return moment(self.status.get("lastHeartbeat"))

    @property
    def applied_at(self) -> datetime | None:
        return moment(self.status.get("lastAppliedTime"))

    @property
    def applied(self) -> int | None:
        generation = self.status.get("lastAppliedGen")
        return generation if isinstance(generation, int) else None

    @property
    def current(self) -> bool | None:
        """Whether the switch runs the newest generation; None if one of the two is unknown."""
        if self.applied is None or self.agent.generation is None:
            return None
        return self.applied == self.agent.generation

    @property
    def reboot(self) -> bool:
        return self.status.get("rebootRequired") is True

    @property
    def _state(self) -> dict[str, Any]:
        return _object(self.status.get("state"))

    @property
    def interfaces(self) -> list[Interface]:
        """The first ``MOST`` interfaces."""
        found = islice(_object(self._state.get("interfaces")).items(), MOST)
        return [_interface(shortened(name, LONGEST), _object(each)) for name, each in found]

    @property
    def more_interfaces(self) -> int:
        return max(0, len(_object(self._state.get("interfaces"))) - MOST)

    @property
    def sessions(self) -> list[Session]:
        """The first ``MOST`` BGP sessions."""
        return list(islice(self._sessions(), MOST))

    @property
    def more_sessions(self) -> int:
        vrfs = _object(self._state.get("bgpNeighbors")).values()
        return max(0, sum(len(_object(neighbors)) for neighbors in vrfs) - MOST)

    def _sessions(self) -> Iterator[Session]:
        for vrf, neighbors in _object(self._state.get("bgpNeighbors")).items():
            for address, each in _object(neighbors).items():
                yield _session(shortened(vrf, LONGEST), shortened(address, LONGEST), _object(each))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _interface(name: str, each: dict[str, Any]) -> Interface:
    counters = _object(each.get("counters"))
    return Interface(
        name=name,
        enabled=each.get("enabled"),
        oper=plain(each, "oper") or "unknown",
        admin=plain(each, "admin") or "unknown",
        speed=plain(each, "speed"),
        mac=plain(each, "mac"),
        neighbor=", ".join(filter(None, map(_neighbor, items(each, "lldpNeighbors")[:MOST_NEIGHBORS]))),
        errors=_number(counters.get("ine")) + _number(counters.get("oute")),
        changed=moment(each.get("change")),
    )


def _neighbor(each: Any) -> str:
    device = next(filter(None, (plain(each, name) for name in ("sysName", "name", "chassis"))), "")
    return f"{device} {plain(each, 'portID')}".strip()


def _session(vrf: str, address: str, each: dict[str, Any]) -> Session:
    families = [_object(family) for family in _object(each.get("prefixes")).values()]
    return Session(
        vrf=vrf,
        neighbor=address,
        state=plain(each, "state") or "unknown",
        peer_as=plain(each, "peerAS"),
        group=plain(each, "peerGroup"),
        received=sum(_number(family.get("rec")) for family in families),
        sent=sum(_number(family.get("sent")) for family in families),
        since=moment(each.get("lastEstab")),
    )


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
