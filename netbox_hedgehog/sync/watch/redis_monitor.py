"""Logs whether Redis answers: without it a watcher writes, but notifies no event rules and requests no syncs."""

import logging
import threading

from django_rq import get_connection
from redis.exceptions import RedisError

__all__ = ("RedisMonitor",)

logger = logging.getLogger("netbox_hedgehog.watch")

EVERY = 3.0  # seconds


class RedisMonitor(threading.Thread):
    """Says once when Redis goes away, and once when it is back. A thread, since Redis may be long in not answering."""

    def __init__(self) -> None:
        super().__init__(name="watch redis", daemon=True)
        self._stop_asked = threading.Event()
        self._away = False

    def stop(self) -> None:
        self._stop_asked.set()

    def run(self) -> None:
        while not self._stop_asked.wait(EVERY):
            try:
                get_connection().ping()
            except (RedisError, OSError) as error:
                if not self._away:
                    logger.warning("Redis: %s Changes are written; event rules are not told, syncs wait.", error)
                self._away = True
            except Exception:
                if not self._away:
                    logger.exception("Redis cannot be asked.")
                self._away = True
            else:
                if self._away:
                    logger.info("Redis answers again.")
                self._away = False
