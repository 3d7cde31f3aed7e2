"""Kubeconfigs to try on several clients, and what reaches a server with each."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netbox_hedgehog.cluster import Cluster, ClusterError, ErrorCode, read_kubeconfig
from tests.pure.cluster.servers import Reply, Seen, Server

__all__ = ("Request", "Tried", "document", "names")

VERSION = Reply(body={"major": "1", "minor": "36", "gitVersion": "v1.36.2"})


@dataclass(frozen=True)
class Request:
    """Who asked, as a server sees it: the common name of the certificate, and the headers that say so, sorted."""

    client: str | None
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, seen: Seen) -> "Request":
        telling = [(name.lower(), value.strip()) for name, value in seen.pairs if _tells(name.lower())]
        return cls(seen.client, tuple(sorted(telling)))


def _tells(name: str) -> bool:
    return name == "authorization" or name.startswith("impersonate-")


class Tried:
    """Tries kubeconfigs in DIRECTORY on SERVER (None: nothing is sent): the request that came, or why none did."""

    def __init__(self, server: Server | None, directory: Path) -> None:
        self.server, self.directory = server, directory

    def kubectl(self, text: str) -> Request | str:
        done = self._kubectl(text, "get", "--raw", "/version")
        if "connection reset" in done.stderr:
            done = self._kubectl(text, "get", "--raw", "/version")
        return self._sent() if done.returncode == 0 else done.stderr

    def minified(self, text: str) -> Any:
        """What kubectl makes of the current context alone."""
        done = self._kubectl(text, "config", "view", "--minify", "--flatten", "--raw", "--output=json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def viewed(self, text: str) -> Any:
        done = self._kubectl(text, "config", "view", "--raw", "--output=json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def plugin(self, text: str) -> Request | ClusterError:
        found = self._plugin(text)
        # The server hangs up on who says nothing for 5 s, which on a busy machine may be anybody.
        lost = isinstance(found, ClusterError) and found.code == ErrorCode.CONNECTION_LOST
        return self._plugin(text) if lost else found

    def _plugin(self, text: str) -> Request | ClusterError:
        self._write(text)
        try:
            with Cluster(read_kubeconfig(self.directory / "config", allow_exec=True)) as cluster:
                cluster.version()
        except ClusterError as error:
            return error
        return self._sent()

    def _kubectl(self, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        self._write(text)
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory)}
        command = ["kubectl", "--kubeconfig", str(self.directory / "config"), "--request-timeout=5s", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=environment, cwd="/", stdin=subprocess.DEVNULL
        )

    def _write(self, text: str) -> None:
        if self.server:
            self.server.seen.clear()
        (self.directory / "config").write_text(text, encoding="utf-8")

    def _sent(self) -> Request:
        return Request.of(self.server.seen[-1])


def document(
    cluster: dict[str, Any], user: dict[str, Any] | None, dump: Callable[[Any], str] = json.dumps, **top: Any
) -> str:
    """A kubeconfig of one context, as text."""
    context = {"cluster": "c"} | ({} if user is None else {"user": "u"})
    whole = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [] if user is None else [{"name": "u", "user": user}],
        "contexts": [{"name": "x", "context": context}],
        "current-context": "x",
    }
    return dump(whole | top)


def names(config: dict[str, Any]) -> dict[str, Any]:
    """The contents of a kubeconfig that count, by kind and name."""
    kinds = ("cluster", "user", "context")
    found = {kind: {each["name"]: each[kind] for each in config.get(f"{kind}s") or ()} for kind in kinds}
    return {**found, "current-context": config["current-context"]}
