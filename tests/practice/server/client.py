"""A plain HTTP client for one practice server: what goes over the wire, without a library's helpfulness."""

from __future__ import annotations

import gzip
import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from practice.server import PracticeServer

VPCS = "/apis/vpc.githedgehog.com/v1beta1/namespaces/default/vpcs"
SERVERS = "/apis/wiring.githedgehog.com/v1beta1/namespaces/default/servers"


OPEN: list[Client] = []  # closed at each test's end


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def names(self) -> list[str]:
        return [item["metadata"]["name"] for item in self.data["items"]]


class Client:
    """One kept connection. TOKEN: whose; "" for nobody. CERTIFICATE: files of a client certificate and its key."""

    def __init__(
        self,
        server: PracticeServer,
        token: str | None = None,
        certificate: tuple[str, str] | None = None,
        timeout: float = 10,
    ) -> None:
        OPEN.append(self)
        context = ssl.create_default_context(cadata=server.ca_pem)
        if certificate:
            context.load_cert_chain(*certificate)
        port = int(server.url.rpartition(":")[2])
        self.token = server.admin_token if token is None else token
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=timeout)

    def send(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None, **headers: str
    ) -> Answer:
        """Send a request and read its answer; header names are given with _ for -."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            given.setdefault("Content-Type", "application/json")
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            self.connection.request(method, target, None if body is None else json.dumps(body), given)
            answer = self.connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise
        packed = answer.getheader("Content-Encoding") == "gzip"
        return Answer(answer.status, answer.headers, gzip.decompress(raw) if packed else raw)

    def get(self, path: str, **query: Any) -> Answer:
        return self.send("GET", path, query={name.rstrip("_"): value for name, value in query.items()})


def vpc(name: str, **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "vpc.githedgehog.com/v1beta1", "kind": "VPC", "metadata": {"name": name}, "spec": spec}


def host(name: str, **metadata: Any) -> dict[str, Any]:
    meta = {"name": name, **metadata}
    return {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": "Server", "metadata": meta, "spec": {}}
