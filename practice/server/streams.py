"""Streams: a watch on its way to its client, from the first event to the end, and the faults that strike on the way."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from practice.server import events
from practice.server.events import Event
from practice.server.faults import Faults
from practice.server.store import Store
from practice.server.watch import Watch, begin
from practice.server.watchers import ABORT, CLEAN, End, Watcher, Watchers, failed

PATIENCE = 10.0  # seconds in which a client must take what is sent
PIECE = 64 * 1024  # bytes that are sent at once
ROUND = 500  # changes between two looks at the clock
BOOKMARK_EVERY, BOOKMARK_BEFORE_END = 60.0, 2.0  # seconds


class Over(Exception):
    """The stream ends here."""

    def __init__(self, end: End) -> None:
        super().__init__(end)
        self.end = end


class Stream:
    """One watch of one client."""

    def __init__(self, watch: Watch, store: Store, faults: Faults, watchers: Watchers) -> None:
        self.watch, self.store, self.faults, self.watchers = watch, store, faults, watchers
        self.response = web.StreamResponse(headers={"Cache-Control": "no-cache, private"})
        self.response.content_type = "application/json"
        self._buffer = bytearray()
        self._held: tuple[bytes, float] | None = None  # an event that waits for a later one to pass it, and until when

    async def run(self, request: web.Request, user: str) -> web.StreamResponse:
        """Send until the time is over, the client leaves, or the server ends it."""
        if not self.watch.refused:
            begin(self.store, self.watch, user)
        watcher = self.watch.watcher
        if watcher:
            self.watchers.add(watcher)
        try:
            await self.response.prepare(request)
            self._buffer += self.watch.stray
            await self._send(watcher)
        except Over as over:
            await self._finish(request, over.end)
        except (TimeoutError, ConnectionError):
            await self._finish(request, ABORT)
        finally:
            if watcher:
                self.watchers.remove(watcher)
                self.store.unfollow(self.watch.kind.path, watcher.offer)
        return self.response

    async def _send(self, watcher: Watcher | None) -> None:
        if watcher is None:
            raise Over(End(error=self.watch.refused))
        for event in self.watch.first:
            await self._emit(event, watcher)
        self.watch.first = []
        for change in self.watch.missed:
            event = self.watch.selection.event(change)
            if event:
                await self._emit(event, watcher)
        came = self.watch.missed[-1].version if self.watch.missed else self.watch.version
        self.watch.missed = []
        await self._follow(watcher, came)
        raise Over(watcher.end or CLEAN)

    async def _follow(self, watcher: Watcher, came: int) -> None:
        """Send what comes. CAME: the version that the stream has come to, shown or not."""
        deadline = watcher.opened + self.watch.options.seconds
        marked, mark_at = self.watch.version, self._next_mark(watcher.opened, deadline)
        while not watcher.end:
            due, watcher.due = watcher.due, False  # before the look: what was written before it is in the bookmark
            for change in watcher.take(ROUND):
                event = self.watch.selection.event(change)
                if event:
                    await self._emit(event, watcher)
                came = change.version
            now = time.monotonic()
            if self._held and now >= self._held[1]:
                self._release()
            if now >= mark_at or due:
                if came > marked and self.watch.options.bookmarks:
                    await self._emit(events.bookmark(self.watch.kind, came), watcher)
                marked, mark_at = came, self._next_mark(now, deadline)
            await self._flush()
            if now >= deadline:
                if self.faults.struck_events(self.watch.asked, ("stall",)):
                    await self._stall(watcher)
                self._release()
                return
            await watcher.wait(min(deadline, mark_at, self._held[1] if self._held else deadline) - now)

    def _next_mark(self, now: float, deadline: float) -> float:
        """When the next bookmark is due: every minute, and shortly before the end."""
        if not self.watch.options.bookmarks:
            return float("inf")
        last = deadline - BOOKMARK_BEFORE_END
        return min(now + BOOKMARK_EVERY, last) if last > now else float("inf")

    # --- one event

    async def _emit(self, event: Event, watcher: Watcher) -> None:
        line = self.watch.lines.line(event)
        struck = self.faults.struck_events(self.watch.asked)
        if "stall" in struck:
            await self._flush()
            await self._stall(watcher)
        if "error" in struck:
            raise Over(End(error=failed(**struck["error"])))
        if "cut" in struck:
            self._buffer += line[: max(1, int((len(line) - 1) * struck["cut"]["share"]))]
            await self._flush()
            raise Over(End(abort=not struck["cut"]["clean"]))
        if "swap" in struck and self._held is None:
            self._held = line, time.monotonic() + struck["swap"]["seconds"]
            return
        self._buffer += line * (2 if "double" in struck else 1)
        watcher.sent += 1
        self._release()
        if len(self._buffer) >= PIECE:
            await self._flush()

    def _release(self) -> None:
        if self._held:
            self._buffer += self._held[0]
            self._held = None

    async def _stall(self, watcher: Watcher) -> None:
        """Say nothing more, whatever happens, until somebody hangs up."""
        while not watcher.end:
            watcher.take(ROUND)
            await watcher.wait(60.0)
        raise Over(ABORT)

    # --- bytes

    async def _flush(self) -> None:
        """Send what is collected; raises TimeoutError where the client does not take it."""
        if self._buffer:
            piece, self._buffer = bytes(self._buffer), bytearray()
            async with asyncio.timeout(PATIENCE):
                await self.response.write(piece)
            await asyncio.sleep(0)  # a long beginning is not everyone's delay

    async def _finish(self, request: web.Request, end: End) -> None:
        try:
            if not end.abort:
                if end.error:
                    self._buffer += self.watch.lines.line(events.failure(end.error))
                await self._flush()
                async with asyncio.timeout(PATIENCE):
                    await self.response.write_eof()
                return
        except (TimeoutError, ConnectionError):
            pass  # it is to end, one way or the other
        if request.transport:
            request.transport.abort()
