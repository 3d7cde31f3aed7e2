"""What moves in the sample fabric by itself: heartbeats of agents."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from practice.sample.clock import stamp

if TYPE_CHECKING:
    from practice.server.direct import Direct

HEARTBEAT = 15.0  # seconds, as the agents of a real fabric


class Motion:
    """Call `move` about once a second; it does what is due."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct
        self._next_heartbeat = time.monotonic()

    def move(self) -> None:
        if time.monotonic() >= self._next_heartbeat:
            self._next_heartbeat = time.monotonic() + HEARTBEAT
            self._heartbeats()

    def _heartbeats(self) -> None:
        for agent in self._direct.list("agents"):
            if agent.get("status"):
                agent["status"]["lastHeartbeat"] = stamp()
                self._direct.put(agent)
