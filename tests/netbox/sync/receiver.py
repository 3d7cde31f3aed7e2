"""Who receives webhooks: a small HTTP server, and the worker that sends what waits in NetBox's queue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import django_rq
from core.models import ObjectType
from extras.models import EventRule, Webhook
from rq import SimpleWorker

from netbox_hedgehog import events
from netbox_hedgehog.models import Fabric

__all__ = ("ALL", "Receiver", "receiving", "rule")

ALL = [
    events.SYNC_FAILED,
    events.SYNC_RECOVERED,
    events.RUN_BLOCKED,
    events.FABRIC_UNREACHABLE,
    events.FABRIC_STALE,
    events.SCHEDULE_FAILED,
    events.SCHEDULE_RECOVERED,
]


class InThisProcess(SimpleWorker):
    """A worker that leaves the signals of the tests' process alone: Ctrl-C must end the tests."""

    def _install_signal_handlers(self) -> None:
        pass


class Receiver:
    """``bodies``: the JSON of each request that came, in order."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.bodies: list[dict[str, Any]] = []

    def heard(self) -> list[dict[str, Any]]:
        """Let the worker of the queue do all that waits, here; what has come since the last call."""
        queue = django_rq.get_queue("default")
        InThisProcess([queue], connection=queue.connection).work(burst=True, with_scheduler=False)
        bodies, self.bodies = self.bodies, []
        return bodies


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rule(receiver: Receiver, event_types: list[str], of: tuple[type, ...] = (Fabric,), **columns: Any) -> EventRule:
    """An event rule on objects OF models that posts to RECEIVER, as a user would make it in NetBox's form."""
    hook = Webhook.objects.create(name="hook", payload_url=receiver.url)
    made = EventRule(
        name="rule",
        event_types=event_types,
        action_type="webhook",
        action_object_type=ObjectType.objects.get_for_model(Webhook),
        action_object_id=hook.pk,
        **columns,
    )
    made.full_clean()
    made.save()
    made.object_types.set([ObjectType.objects.get_for_model(model) for model in of])
    return made
