"""Answers: bytes with a status, a type and headers, compressed where that is worth it."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass, field

from aiohttp import web

from practice.server.documents import Form, encode
from practice.server.errors import ApiError

WORTH_GZIP = 128 * 1024  # bytes; the real server's limit


@dataclass
class Answer:
    """What is sent back. HEADERS may hold a name several times (Warning)."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: list[tuple[str, str]] = field(default_factory=list)


def text(words: str, status: int = 200) -> Answer:
    headers = [("X-Content-Type-Options", "nosniff")] if status >= 400 else []
    return Answer(words.encode(), status, "text/plain; charset=utf-8", headers)


def refusal(error: ApiError) -> Answer:
    return Answer(encode(error.body()), error.status, headers=[*error.headers.items(), *_warned(error.warnings)])


def made(data: object, form: Form, status: int = 200, warnings: list[str] | None = None) -> Answer:
    return Answer(encode(data, form), status, form.content_type, _warned(warnings or []))


def _warned(warnings: list[str]) -> list[tuple[str, str]]:
    return [("Warning", f"299 - {quoted(words)}") for words in warnings]


def quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


async def response(answer: Answer, request: web.Request) -> web.Response:
    """The HTTP response; large ones are compressed in a thread for a client that takes gzip."""
    body, headers = answer.body, [("Cache-Control", "no-cache, private"), *answer.headers]
    if len(body) > WORTH_GZIP and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, 1)
        headers.append(("Content-Encoding", "gzip"))
    found = web.Response(body=body, status=answer.status)
    found.headers["Content-Type"] = answer.content_type
    for name, value in headers:
        found.headers.add(name, value)
    return found
