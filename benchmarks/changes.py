"""Changes on a cluster at a rate, and when they are seen: by a bare stream, and in NetBox's database."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import psycopg

from netbox_hedgehog.cluster import ApiResource, Cluster, ClusterError, read_kubeconfig
from netbox_hedgehog.cluster.http.pools import pools_for

__all__ = ("Changes", "Streamed")

SERVERS = ApiResource("wiring.githedgehog.com", "v1beta1", "Server", "servers")
TABLE = "netbox_hedgehog_server"
WRITERS = 8
TRIGGER = f"""
CREATE OR REPLACE FUNCTION benchmark_seen() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('benchmark', NEW.resource_version); RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER benchmark_seen AFTER UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION benchmark_seen();
"""

type Seen = dict[str, float]  # a resourceVersion, and when it was seen (monotonic)


class Changes:
    """Makes COUNT Servers on the cluster of KUBECONFIG, and changes one after the other."""

    def __init__(self, kubeconfig: Path, count: int) -> None:
        target = read_kubeconfig(kubeconfig)
        self._pools = pools_for(target, 5, 30)
        self._pools.connection_pool_kw["maxsize"] = WRITERS
        self._url = f"{target.server}{SERVERS.path('default')}"
        self.names = [f"server-{number:04}" for number in range(count)]
        for name in self.names:
            metadata = {"name": name, "namespace": "default"}
            body = {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": metadata, "spec": {}}
            self._send("POST", "", body, "application/json")

    def make(self, number: int, rate: float) -> Seen:
        """NUMBER changes, RATE a second; when the server had taken each."""
        begun, answered = time.monotonic(), {}

        def one(index: int) -> None:
            time.sleep(max(0.0, begun + index / rate - time.monotonic()))
            body = {"spec": {"description": f"{index} at {time.monotonic_ns()}"}}
            name = f"/{self.names[index % len(self.names)]}"
            made = self._send("PATCH", name, body, "application/merge-patch+json")
            answered[made["metadata"]["resourceVersion"]] = time.monotonic()

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(one, range(number)))
        return answered

    @contextmanager
    def committed(self, address: dict[str, Any]) -> Iterator[Seen]:
        """When each version was committed to the database at ADDRESS, as PostgreSQL notifies of it."""
        keys = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        link = psycopg.connect(autocommit=True, **{keys[name]: address[name] for name in keys})
        link.execute(TRIGGER)
        link.execute("LISTEN benchmark")
        seen: Seen = {}
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                for notice in link.notifies(timeout=0.2):
                    seen[notice.payload] = time.monotonic()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield seen
        finally:
            stop.set()
            thread.join()
            link.execute(f"DROP TRIGGER benchmark_seen ON {TABLE}")
            link.close()

    def _send(self, method: str, name: str, body: dict[str, Any], kind: str) -> dict[str, Any]:
        data = json.dumps(body).encode()
        answer = self._pools.request(method, self._url + name, body=data, headers={"Content-Type": kind})
        if answer.status >= 300:
            raise RuntimeError(f"{method} {name}: {answer.status} {answer.data!r}")
        return json.loads(answer.data)


class Streamed:
    """A bare stream of the Servers: nothing between the server's bytes and ``seen``."""

    def __init__(self, kubeconfig: Path) -> None:
        self.seen: Seen = {}
        self._cluster = Cluster(read_kubeconfig(kubeconfig))
        page = next(self._cluster.list(SERVERS, limit=1))
        self._watch = self._cluster.watch(SERVERS, None, page.resource_version)
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.close()
        self._thread.join()
        self._cluster.close()

    def _read(self) -> None:
        try:
            for event in self._watch:
                msgspec.json.decode(event.raw)
                self.seen[event.resource_version] = time.monotonic()
        except ClusterError as error:
            print(f"the bare stream: {error}")
