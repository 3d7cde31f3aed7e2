"""What an agent reports of its switch, as tables: heartbeat, interfaces, BGP sessions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netbox_hedgehog.models import Agent
from netbox_hedgehog.ui.age import moment

__all__ = ("AgentReport", "Interface", "Session")


@dataclass(frozen=True)
class Interface:
    """A port as the switch sees it; ``up`` is None where it does not say."""

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
    """A BGP session; prefixes are those received and sent over all address families."""

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
    """The status of AGENT, whatever of it is there."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.status = agent.status if isinstance(agent.status, dict) else {}

    @property
    def heartbeat(self):
        return moment(self.status.get("lastHeartbeat"))

    @property
    def applied_at(self):
        return moment(self.status.get("lastAppliedTime"))

    @property
    def applied(self) -> int | None:
        generation = self.status.get("lastAppliedGen")
        return generation if isinstance(generation, int) else None

    @property
    def current(self) -> bool | None:
        """Whether the switch runs the newest generation; None where one of the two is not known."""
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
        return [_interface(name, _object(each)) for name, each in _object(self._state.get("interfaces")).items()]

    @property
    def sessions(self) -> list[Session]:
        return list(self._sessions())

    def _sessions(self) -> Iterator[Session]:
        for vrf, neighbors in _object(self._state.get("bgpNeighbors")).items():
            for address, each in _object(neighbors).items():
                yield _session(vrf, address, _object(each))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _interface(name: str, each: dict[str, Any]) -> Interface:
    counters = _object(each.get("counters"))
    return Interface(
        name=name,
        enabled=each.get("enabled"),
        oper=str(each.get("oper") or "unknown"),
        admin=str(each.get("admin") or "unknown"),
        speed=str(each.get("speed") or ""),
        mac=str(each.get("mac") or ""),
        neighbor=", ".join(filter(None, map(_neighbor, each.get("lldpNeighbors") or ()))),
        errors=_number(counters.get("ine")) + _number(counters.get("oute")),
        changed=moment(each.get("change")),
    )


def _neighbor(each: Any) -> str:
    found = _object(each)
    device = found.get("sysName") or found.get("name") or found.get("chassis") or ""
    return f"{device} {found.get('portID') or ''}".strip()


def _session(vrf: str, address: str, each: dict[str, Any]) -> Session:
    families = [_object(family) for family in _object(each.get("prefixes")).values()]
    return Session(
        vrf=vrf,
        neighbor=address,
        state=str(each.get("state") or "unknown"),
        peer_as=each.get("peerAS"),
        group=str(each.get("peerGroup") or ""),
        received=sum(_number(family.get("rec")) for family in families),
        sent=sum(_number(family.get("sent")) for family in families),
        since=moment(each.get("lastEstab")),
    )


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
