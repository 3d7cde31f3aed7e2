"""The HTTP side: every request goes through faults, authentication, authorization and dispatch, in this order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from practice.server import answers, control, pages, reviews, users
from practice.server.answers import Answer
from practice.server.control import Levers
from practice.server.errors import ApiError, PageNotFound, unauthorized
from practice.server.faults import Faults
from practice.server.objects import Objects
from practice.server.paths import Asked
from practice.server.paths import read as read_path
from practice.server.registry import CRDS, Registry
from practice.server.request import Request
from practice.server.store import Store
from practice.server.streams import Stream
from practice.server.users import User, Users
from practice.server.watch import Watch
from practice.server.watchers import CLEAN, Watchers

BODY_LIMIT = 3 * 1024 * 1024  # bytes; the real server's
HTML = "<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n"
REMEMBERED = 20_000  # requests that the log holds


@dataclass(frozen=True)
class Seen:
    """One request as the log keeps it. STATUS is 0 where no answer was given."""

    method: str
    path: str
    query: dict[str, str]
    user: str
    status: int


class Hangup(Exception):
    """End the connection without an answer."""


class Front:
    """Answers requests for one store."""

    def __init__(self, store: Store, registry: Registry, known: Users, faults: Faults) -> None:
        self.store, self.registry, self.users, self.faults = store, registry, known, faults
        self.objects, self.watchers = Objects(store, registry), Watchers()
        self.levers = Levers(faults, registry, store, self.watchers)
        faults.on_change = registry.on_change = self._kinds_changed
        self.log: deque[Seen] = deque(maxlen=REMEMBERED)
        self.stopping = asyncio.Event()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/{path:.*}", self.handle)
        return app

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.registry.off = self.faults.missing()
        asked = read_path(request.method, request.path, request.query)
        struck = self.faults.struck(asked)
        user = ""
        try:
            answer = await self._before(struck)
            if answer is None:
                caller = self._caller(request, struck)
                user = caller.name
                answer = await self._answer(request, asked, caller, struck)
        except ApiError as error:
            answer = answers.refusal(error)
        except PageNotFound:
            answer = answers.text("404 page not found\n", 404)
        except Hangup:
            self._note(request, user, 0)
            return _hang_up(request)
        if isinstance(answer, Watch):
            self._note(request, user, 200)
            return await Stream(answer, self.store, self.faults, self.watchers).run(request, user)
        self._note(request, user, answer.status)
        response = await answers.response(answer, request)
        return await _cut(request, response, struck["cut"]["share"]) if "cut" in struck else response

    def _kinds_changed(self) -> None:
        """Some kind may have come or gone: watches of a kind that is gone end, those of definitions hear of it."""
        self.registry.off = self.faults.missing()
        served = {kind.plural for kind in self.registry.all()}
        self.watchers.finish(CLEAN, lambda watcher: watcher.kind not in served)
        if self.store.items(CRDS.path):
            self.objects.renew_crds()

    def _note(self, request: web.Request, user: str, status: int) -> None:
        self.log.append(Seen(request.method, request.path, dict(request.query), user, status))

    async def _before(self, struck: Mapping[str, dict[str, Any]]) -> Answer | None:
        """The faults that need no look at the request, or at who sent it."""
        if "latency" in struck:
            await asyncio.sleep(struck["latency"]["seconds"])
        if "silent" in struck:
            await self.stopping.wait()
        if "drop" in struck or "silent" in struck:
            raise Hangup
        if "throttle" in struck:
            seconds = struck["throttle"]["retry_after"]
            words, headers = "Too many requests, please try again later.", {"Retry-After": str(seconds)}
            raise ApiError(429, "TooManyRequests", words, {"retryAfterSeconds": seconds}, headers=headers)
        if "status" in struck:
            raise ApiError(struck["status"]["status"], "InternalError", struck["status"]["message"], {})
        if "html" in struck:
            return Answer(HTML.encode(), struck["html"]["status"], "text/html; charset=utf-8")
        return None

    def _caller(self, request: web.Request, struck: Mapping[str, Any]) -> User:
        if "unauthorized" in struck:
            raise unauthorized()
        certificate = request.transport.get_extra_info("peercert") if request.transport else None
        return self.users.who(request.headers.get("Authorization", ""), certificate)

    async def _answer(
        self, request: web.Request, asked: Asked, user: User, struck: dict[str, dict[str, Any]]
    ) -> Answer | Watch:
        users.check(user, asked)
        if self.faults.forbids(asked):
            raise users.forbidden(user, asked)
        if asked.path.startswith("/practice/"):
            return control.answer(self.levers, asked, request.query, await _body(request.clone(client_max_size=0)))
        if not asked.is_resource:
            return pages.answer(self.registry, asked, request.headers.get("Accept", ""))
        if asked.group == reviews.GROUP:
            return reviews.answer(asked, user, self._may(user), await _request(request, struck))
        return await self.objects.answer(asked, await _request(request, struck))

    def _may(self, user: User) -> reviews.May:
        def may(verb: str, group: str, resource: str, namespace: str) -> bool:
            plural, _, subresource = resource.partition("/")
            asked = Asked("", "", verb, True, group, "", plural, namespace, subresource=subresource)
            return users.may(user, verb, group, resource, namespace) and not self.faults.forbids(asked)

        return may


async def _request(request: web.Request, struck: dict[str, dict[str, Any]]) -> Request:
    headers = request.headers
    accept, content_type = headers.get("Accept", ""), headers.get("Content-Type", "")
    return Request(request.query, accept, content_type, await _body(request), struck)


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        words = f"Request entity too large: limit is {BODY_LIMIT}"
        raise ApiError(413, "RequestEntityTooLarge", words) from error


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _cut(request: web.Request, whole: web.Response, share: float) -> web.StreamResponse:
    """Promise the whole answer, send a SHARE of it, hang up."""
    body = bytes(whole.body or b"")  # type: ignore[arg-type]
    part = web.StreamResponse(status=whole.status, headers=whole.headers)
    part.content_length = len(body)
    await part.prepare(request)
    await part.write(body[: int(len(body) * share)])
    if request.transport:
        request.transport.close()
    return part
