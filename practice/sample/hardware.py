"""What a switch says of its own hardware and software."""

from __future__ import annotations

import random

from practice.sample.make import Data
from practice.sample.switches import Box


def hardware(box: Box, chance: random.Random) -> Data:
    model = "sample-spine-32x100g" if box.is_spine else "sample-leaf-48x25g"
    return {
        "nos": {
            "softwareVersion": "4.5.0-practice",
            "productDescription": "Practice network operating system",
            "serialNumber": f"PRACTICE{box.number:04}",
            "hwskuVersion": model,
            "platformName": "x86_64-practice-r0",
            "mfgName": "Practice Works",
            "asicVersion": "practice-asic",
            "kernelVersion": "6.1.0",
            "hardwareVersion": "A01",
            "buildDate": "Mon Jun 1 09:00:00 UTC 2026",
            "uptime": f"{20 + box.number} days",
        },
        "firmware": {"bios": "3.40.0", "cpld": "12"},
        "platform": {
            "fans": {
                f"FAN{n}": {"presence": True, "status": True, "speed": 8000 + chance.randrange(900)}
                for n in range(1, 5)
            },
            "psus": {f"PSU{n}": {"presence": True, "status": True} for n in (1, 2)},
            "temps": {
                "CPU": _temperature(chance.randrange(38, 49), 85, 95),
                "ASIC": _temperature(chance.randrange(45, 58), 95, 105),
            },
        },
        "roce": False,
    }


def _fan(speed: int) -> Data:
    return {"presence": True, "status": True, "speed": speed}


def _temperature(degrees: int, high: int, critical: int) -> Data:
    """Degrees Celsius, with the limits above which the switch warns and turns itself off."""
    return {"temp": degrees, "highThreshold": high, "critHighThreshold": critical}
