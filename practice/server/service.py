"""One server in an event loop: listens, saves what changes, moves what lives, stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from practice.server import users
from practice.server.app import Front
from practice.server.faults import Faults
from practice.server.registry import Registry
from practice.server.state import READER_USER, State
from practice.server.store import Store
from practice.server.users import Users

HOST = "127.0.0.1"
SAVE_EVERY = 3.0  # seconds
GRACE = 0.5  # seconds that open requests have at the end


class Service:
    """Everything that one server is made of. MOVE is called about once a second; ABOUT is saved beside the objects."""

    def __init__(
        self,
        state: State,
        store: Store,
        registry: Registry,
        about: dict[str, Any],
        move: Callable[[], None] | None = None,
    ) -> None:
        self.state, self.store, self.registry, self.about, self.move = state, store, registry, about, move
        self.faults, self.users = Faults(), Users()
        self.users.tokens[state.admin_token] = users.ADMIN
        self.users.add(READER_USER, token=state.reader_token)
        self.front: Front | None = None
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._saved = -1

    async def start(self, port: int = 0) -> None:
        """Listen, then say so in the directory. PORT 0: the one of last time if it is free, else any."""
        self.front = Front(self.store, self.registry, self.users, self.faults)
        self._runner = web.AppRunner(
            self.front.application(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=GRACE,
            keepalive_timeout=75,
        )
        await self._runner.setup()
        port = await self._listen(self._runner, port)
        self.url = f"https://{HOST}:{port}"
        self.save()
        self.state.ready(self.url, port)
        self._tasks = [asyncio.create_task(self._keep_saving())]
        if self.move:
            self._tasks.append(asyncio.create_task(self._keep_moving(self.move)))

    async def _listen(self, runner: web.AppRunner, port: int) -> int:
        wanted = [port] if port else [self.state.last_port(), 0]
        for number in wanted:
            site = web.TCPSite(runner, HOST, number, ssl_context=self.state.tls())
            try:
                await site.start()
            except OSError:
                if number == wanted[-1]:
                    raise
            else:
                return int(runner.addresses[-1][1])
        raise OSError(f"no port to listen on at {HOST}")

    async def stop(self) -> None:
        self.state.gone()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.front:
            self.front.stopping.set()
            self.front.watchers.close()
        if self._runner and self._runner.server:
            open_ones = [connection.transport for connection in self._runner.server.connections]
            await self._runner.cleanup()
            for transport in open_ones:  # a peer that does not say goodbye is not waited for
                if transport:
                    transport.abort()
            await asyncio.sleep(0)
        self.save()

    def save(self) -> None:
        """Write the objects, if any changed since the last time."""
        edition = self.store.edition
        if edition != self._saved:
            self.state.save(self.store, self.about)
            self._saved = edition

    async def _keep_saving(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            await asyncio.to_thread(self.save)

    async def _keep_moving(self, move: Callable[[], None]) -> None:
        while True:
            await asyncio.sleep(1.0)
            move()
