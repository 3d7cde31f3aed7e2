"""Two switch models, and the server model, that the sample fabric is built of."""

from __future__ import annotations

from practice.sample.make import WIRING, Data, make

LEAF, SPINE, SERVER = "sample-leaf-48x25g", "sample-spine-32x100g", "two-port"
SFP28 = {"speed": {"default": "25G", "supported": ["10G", "25G"]}}
QSFP28 = {
    "breakout": {
        "default": "1x100G",
        "supported": {"1x100G": {"offsets": ["0"]}, "4x25G": {"offsets": ["0", "1", "2", "3"]}},
    }
}
MANAGEMENT = {"M1": {"nos": "Management0", "oniePortName": "eth0", "management": True}}


def profiles() -> list[Data]:
    """What a fabric's controller registers at start, and one server profile."""
    leaf = _profile("Sample Leaf 48x25G", _fixed(48) | _breakable(49, 56, lane=48) | MANAGEMENT)
    leaf["portProfiles"] = {"SFP28-25G": SFP28, "QSFP28-100G": QSFP28}
    leaf["portGroups"] = {str(group): {"nos": str(group), "profile": "SFP28-25G"} for group in range(1, 13)}
    spine = _profile("Sample Spine 32x100G", _breakable(1, 32, lane=0) | MANAGEMENT)
    spine["portProfiles"] = {"QSFP28-100G": QSFP28}
    nics = [{"name": "nic0", "ports": [{"name": "enp2s1"}, {"name": "enp2s2"}]}]
    return [
        _described(make(WIRING, "SwitchProfile", LEAF, leaf), "48xSFP28-25G, 8xQSFP28-100G"),
        _described(make(WIRING, "SwitchProfile", SPINE, spine), "32xQSFP28-100G"),
        make(WIRING, "ServerProfile", SERVER, {"nics": nics}),
    ]


def _described(profile: Data, ports: str) -> Data:
    profile["metadata"]["annotations"] = {"fabric.githedgehog.com/ports": ports}
    return profile


def _profile(title: str, ports: Data) -> Data:
    on = ("acls", "eslag", "l2vni", "l3vni", "mclag", "roce", "subinterfaces")
    return {
        "displayName": title,
        "switchSilicon": "practice-asic",
        "features": dict.fromkeys(on, True),
        "config": {"maxPathsEBGP": 64},
        "nosType": "sonic-bcm-vs",
        "platform": "x86_64-practice-r0",
        "ports": ports,
    }


def _fixed(count: int) -> Data:
    """Ports of 25G, in groups of four that share a speed."""
    numbers = range(1, count + 1)
    return {f"E1/{n}": {"nos": f"Ethernet{n - 1}", "label": str(n), "group": str((n + 3) // 4)} for n in numbers}


def _breakable(first: int, last: int, lane: int) -> Data:
    ports = {}
    for place, n in enumerate(range(first, last + 1)):
        base = f"Ethernet{lane + 4 * place}"
        ports[f"E1/{n}"] = {"nos": f"1/{n}", "baseNOSName": base, "label": str(n), "profile": "QSFP28-100G"}
    return ports
