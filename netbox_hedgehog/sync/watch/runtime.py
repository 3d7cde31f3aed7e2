"""The threads that all fabrics of a process share: however many are followed, these are as many."""

import threading
from collections.abc import Callable

from netbox_hedgehog.sync.watch.compartment import contained
from netbox_hedgehog.sync.watch.redis_monitor import RedisMonitor
from netbox_hedgehog.sync.watch.streams.connectors import Connectors
from netbox_hedgehog.sync.watch.streams.reader import Reader
from netbox_hedgehog.sync.watch.turn_pool import TurnPool

__all__ = ("Runtime",)

BEAT = 0.25  # seconds between two calls


class Runtime:
    """One reader, the connectors, the turn pool, and a beat: ``beat`` is called four times a second. Used once."""

    def __init__(self, beat: Callable[[], None]) -> None:
        self.reader, self.connectors, self.turn_pool = Reader(), Connectors(), TurnPool()
        self._redis = RedisMonitor()
        self._beat = beat
        self._stop_asked = threading.Event()
        self._clock = threading.Thread(target=self._keep_beating, name="watch beat", daemon=True)

    def start(self) -> None:
        self.reader.start()
        self._redis.start()
        self._clock.start()

    def stop(self) -> None:
        """Ask all to end; they do within a moment, but for connectors that wait for a server."""
        self._stop_asked.set()
        self._redis.stop()
        self.turn_pool.stop()
        self.reader.stop()

    def alive(self) -> bool:
        """Whether nothing of it has broken."""
        return self.reader.is_alive() and self._clock.is_alive()

    def _keep_beating(self) -> None:
        while not self._stop_asked.wait(BEAT):
            with contained("the beat"):
                self._beat()
