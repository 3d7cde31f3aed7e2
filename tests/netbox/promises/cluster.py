"""A practice server of three kinds, and a record of all that it ever was."""

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from netbox_hedgehog import kinds
from practice.server import PracticeServer
from tests.builders import manifest

__all__ = ("KINDS", "Cluster", "Event", "Key", "Sight")

KINDS = {"VPC": ("vpc", "vpcs"), "Server": ("wiring", "servers"), "VPCAttachment": ("vpc", "vpcattachments")}
FAILING = ("fail", "html", "cut")  # end a run that meets them
OF_THE_KIND = ("forbid", "hide", "malformed")  # make it partial

type Key = tuple[str, str]  # kind and name


class Sight(NamedTuple):
    """An object as it was at one version."""

    uid: str
    version: str
    spec: str
    labels: str


class Event(NamedTuple):
    """What a watch would have shown."""

    type: str
    kind: str
    data: dict[str, Any]


@dataclass
class Cluster:
    """SERVER, emptied, with methods that change it and keep in mind what it was.

    ``sights``: every version of every object. ``events``: the changes since the store was last put back, in order.
    ``absent`` and ``readable``: the last step in which an object was not there, or a kind had no fault.
    """

    server: PracticeServer
    step: int = 0
    sights: dict[Key, set[Sight]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    absent: dict[Key, int] = field(default_factory=dict)
    readable: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    faults: dict[str, tuple[str, Any]] = field(default_factory=dict)  # by kind, "" for all of them
    restores: int = 0
    _uids: int = 0

    def __post_init__(self) -> None:
        self.server.faults.clear()
        self.server.restore()
        for entry in kinds.KINDS:
            if entry.kind not in KINDS:  # a run is quick when it asks for little
                self.server.faults.hide(entry.plural)

    # --- what it is

    def objects(self, kind: str) -> dict[str, dict[str, Any]]:
        """Also those of a kind whose CustomResourceDefinition is gone for the time being."""
        group, plural = KINDS[kind]
        items = self.server.stored(f"{group}.githedgehog.com/v1beta1/{plural}")
        return {item["metadata"]["name"]: item for item in items}

    def now(self) -> dict[Key, Sight]:
        return {(kind, name): sight_of(data) for kind in KINDS for name, data in self.objects(kind).items()}

    def look(self) -> None:
        """A step is over: note what was not there in it, and what could be read."""
        present = self.now()
        self.absent |= {key: self.step for key in self.sights if key not in present}
        if "" not in self.faults:
            self.readable |= {kind: self.step for kind in KINDS if kind not in self.faults}

    def fault_of(self, kind: str) -> str:
        return self.faults.get("", self.faults.get(kind, ("", None)))[0]

    @property
    def fails(self) -> bool:
        """Whether a run can only fail."""
        return "" in self.faults or any(fault in FAILING for fault, _ in self.faults.values())

    # --- what happens to it

    def put(self, kind: str, name: str, value: int) -> None:
        """Make the object, or change it; one that is made again has another uid."""
        if self.fault_of(kind) == "hide":
            return
        old = self.objects(kind).get(name)
        group, _plural = KINDS[kind]
        if old is None:
            self._uids += 1
        uid = old["metadata"]["uid"] if old else f"uid-{self._uids}"
        data = self.server.put(manifest(kind, group, name, _spec(kind, value), uid=uid, labels={"value": str(value)}))
        if old != data:
            self._happened("MODIFIED" if old else "ADDED", kind, data)

    def delete(self, kind: str, name: str) -> None:
        data = self.objects(kind).get(name)
        if data is None or self.fault_of(kind) == "hide":
            return
        self.server.delete(KINDS[kind][1], name)
        version = str(self.server.backup()[1])
        self.absent[kind, name] = self.step
        self._happened("DELETED", kind, {**data, "metadata": {**data["metadata"], "resourceVersion": version}})

    def restore(self, backup: Any) -> None:
        """An API server on an older backup: versions go back, watches break."""
        self.server.restore(*backup)
        self.events.clear()
        self.restores += 1
        for kind in KINDS:
            for name, data in self.objects(kind).items():
                self.sights.setdefault((kind, name), set()).add(sight_of(data))

    def break_(self, kind: str, fault: str) -> None:
        """Switch FAULT on for KIND ("": all requests)."""
        self.mend(kind)
        faults, plural = self.server.faults, KINDS[kind][1] if kind else ""
        if fault == "fail":
            made = faults.fail(500, kind=plural)
        elif fault == "hide":
            made = faults.hide(plural)
        else:
            made = faults.add({"refuse": "unauthorized"}.get(fault, fault), kind=plural)
        self.faults[kind] = (fault, made)

    def mend(self, kind: str) -> None:
        if kind in self.faults:
            self.server.faults.remove(self.faults.pop(kind)[1])

    def _happened(self, what: str, kind: str, data: dict[str, Any]) -> None:
        self.events.append(Event(what, kind, data))
        self.sights.setdefault((kind, data["metadata"]["name"]), set()).add(sight_of(data))


def sight_of(data: dict[str, Any]) -> Sight:
    metadata = data["metadata"]
    return Sight(metadata["uid"], metadata["resourceVersion"], text(data["spec"]), text(metadata.get("labels", {})))


def text(data: Any) -> str:
    return json.dumps(data, sort_keys=True)


def _spec(kind: str, value: int) -> dict[str, Any]:
    if kind == "VPC":
        return {"ipv4Namespace": "default", "subnets": {"default": {"subnet": "10.0.1.0/24", "vlan": 1000 + value}}}
    if kind == "Server":
        return {"description": f"number {value}"}
    return {"subnet": f"vpc-{value % 3}/default", "connection": f"server-{value}--unbundled--leaf-1"}
