"""A practice server in a thread of this process, for tests and scripts."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from practice.server import source, watchers
from practice.server.app import Seen
from practice.server.direct import Direct
from practice.server.faults import Faults
from practice.server.registry import Registry, hedgehog
from practice.server.service import Service
from practice.server.state import State
from practice.server.store import Store
from practice.server.users import Rule
from practice.server.watchers import Watchers

START_SECONDS, STOP_SECONDS = 30.0, 10.0


class PracticeServer:
    """`with PracticeServer(snapshot=path) as server:` serves while the block runs.

    DIRECTORY: where certificates, kubeconfig and objects are; a temporary one without it. SNAPSHOT: a recorded state;
    EMPTY: no objects; else what DIRECTORY holds or the sample fabric. STILL: the sample does not move by itself. HOSTS
    and EXPIRED: what the server's certificate says. PORT 0: any.
    """

    def __init__(
        self,
        directory: Path | str | None = None,
        *,
        snapshot: Path | str | None = None,
        empty: bool = False,
        still: bool = True,
        port: int = 0,
        hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
        expired: bool = False,
    ) -> None:
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="practice-")
        self._state = State(Path(directory or self._temporary.name), hosts, expired)  # type: ignore[union-attr]
        self._store, self._registry = Store(), Registry(hedgehog())
        about, move = source.fill(
            self._state, self._store, self._registry, Path(snapshot) if snapshot else None, empty, still
        )
        self._service = Service(self._state, self._store, self._registry, about, move)
        self._direct = Direct(self._store, self._registry)
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="practice-server", daemon=True)

    # --- its life

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Serve from a thread; returns when the server answers, raises what kept it from that."""
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError(f"the practice server did not start in {START_SECONDS:.0f} s")
        if self._failure:
            raise self._failure
        return self

    def stop(self) -> None:
        """End the server; its address refuses connections from then on."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(STOP_SECONDS)
        if self._temporary:
            self._temporary.cleanup()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._loop.close()
            self._ready.set()

    async def _serve(self) -> None:
        await self._service.start(self._port)
        self._ready.set()
        await self._stop.wait()
        await self._service.stop()

    # --- how to reach it

    @property
    def url(self) -> str:
        return self._service.url

    @property
    def directory(self) -> Path:
        return self._state.directory

    @property
    def kubeconfig(self) -> Path:
        """Cluster admin, by client certificate."""
        return self._state.kubeconfig

    @property
    def ca_pem(self) -> str:
        return self._state.ca.certificate.decode()

    @property
    def admin_certificate(self) -> tuple[str, str]:
        """Certificate and key of the cluster admin, as PEM."""
        return self._state.admin.certificate.decode(), self._state.admin.key.decode()

    @property
    def admin_token(self) -> str:
        return self._state.admin_token

    @property
    def reader_token(self) -> str:
        """Known, and may do nothing but ask what it may do."""
        return self._state.reader_token

    def user(self, name: str, *rules: Rule) -> str:
        """A user with RULES; returns a bearer token."""
        return self._service.users.add(name, rules)

    def revoke(self, token: str, successor: str = "") -> None:
        """Refuse a bearer TOKEN from now on; SUCCESSOR, where given, is its user's new one."""
        self._service.users.revoke(token, successor)

    # --- what it holds

    def put(self, data: dict[str, Any]) -> dict[str, Any]:
        """Create or replace an object, status and all, without validation; see `Direct.put`."""
        return self._direct.put(data)

    def put_all(self, objects: Iterable[dict[str, Any]]) -> None:
        self._direct.put_all(objects)

    def get(self, plural: str, name: str, namespace: str = "default") -> dict[str, Any] | None:
        return self._direct.get(plural, name, namespace)

    def list(self, plural: str) -> list[dict[str, Any]]:
        return self._direct.list(plural)

    def delete(self, plural: str, name: str, namespace: str = "default") -> None:
        """Take an object away at once; raises KeyError where there is none."""
        self._direct.delete(plural, name, namespace)

    def add_kind(self, crd: dict[str, Any]) -> None:
        """Serve one more kind, described by a CustomResourceDefinition."""
        self._registry.add(crd)

    def remove_kind(self, path: str) -> None:
        """Serve the kind at PATH ("vpc.githedgehog.com/v1beta1/vpcs") no more; its objects stay stored."""
        self._registry.remove(path)

    def compact(self) -> None:
        """Forget all history, as etcd's compaction does: continue tokens and old versions are expired from now on."""
        self._store.compact()

    def stored(self, path: str) -> list[dict[str, Any]]:
        """The objects at PATH ("vpc.githedgehog.com/v1beta1/vpcs"), also of a kind that is not served now."""
        return [item.data() for item in self._store.items(path)]

    def save(self) -> None:
        """Write to the directory what has changed, which happens by itself every few seconds."""
        self._service.save()

    def backup(self) -> tuple[dict[str, list[dict[str, Any]]], int]:
        """Every object by path, and the version of this moment, for `restore`."""
        return self._direct.backup()

    def restore(
        self, objects: dict[str, list[dict[str, Any]]] | None = None, version: int = 0, drop: bool = True
    ) -> None:
        """Put the store back to OBJECTS and VERSION, history forgotten: an API server on an older backup.

        Without OBJECTS the store is empty and versions begin anew. DROP cuts off every watch, as the restart that goes
        with such a thing does.
        """
        self._direct.restore(objects, version)
        if drop:
            self.end_watches("abort")

    # --- who watches

    @property
    def watches(self) -> list[dict[str, Any]]:
        """The open watches: kind, namespace, user, seconds (its age), sent (events), waiting (changes)."""
        return [watcher.data() for watcher in self._watchers.open()]

    def followers(self, path: str) -> int:
        """How many are told of each change at PATH: no more than there are watches, or they are never let go."""
        return self._store.followers(path)

    def bookmark(self) -> None:
        """Send a bookmark now to each watch that asked for bookmarks and has come further since its last one."""
        for watcher in self._watchers.open():
            watcher.mark()

    def end_watches(self, how: str = "clean", kind: str = "", status: int = 500) -> int:
        """End the open watches (of a KIND) at once; returns how many: "clean", "abort", or "error" (a STATUS) first."""
        return watchers.finish(self._watchers, how, kind, status)

    @property
    def _watchers(self) -> Watchers:
        return self._service.front.watchers if self._service.front else Watchers()

    # --- what goes wrong, what was asked

    @property
    def faults(self) -> Faults:
        return self._service.faults

    @property
    def requests(self) -> list[Seen]:
        """The requests so far, oldest first; the last 20,000 at most."""
        return list(self._service.front.log) if self._service.front else []
