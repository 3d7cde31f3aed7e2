"""What a practice server keeps in its directory: certificates, tokens, kubeconfig, objects. For its owner alone."""

from __future__ import annotations

import base64
import json
import os
import secrets
import ssl
from pathlib import Path
from typing import Any

import msgspec

from practice.server import certificates
from practice.server.certificates import Pair
from practice.server.store import Store
from practice.server.users import MASTERS

ADMIN_USER, READER_USER = "practice:admin", "practice:reader"


def write(path: Path, content: bytes) -> None:
    """Write a file of which nobody ever sees a half, and nobody but its owner anything."""
    beside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)


class State:
    """The directory of one server."""

    def __init__(
        self, directory: Path, hosts: tuple[str, ...] = ("127.0.0.1", "localhost"), expired: bool = False
    ) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.kubeconfig = directory / "kubeconfig"
        self.gone()  # a killed server may have left it
        self.ca = self._pair("ca", certificates.authority)
        self.server = self._pair("server", lambda: certificates.server(self.ca, hosts, expired))
        self.admin = self._pair("admin", lambda: certificates.client(self.ca, ADMIN_USER, MASTERS))
        self.admin_token, self.reader_token = self._token("admin"), self._token("reader")

    def _pair(self, name: str, make: Any) -> Pair:
        certificate, key = self.directory / f"{name}.crt", self.directory / f"{name}.key"
        if not (certificate.exists() and key.exists()):
            made: Pair = make()
            write(key, made.key)
            write(certificate, made.certificate)
        return Pair(certificate.read_bytes(), key.read_bytes())

    def _token(self, name: str) -> str:
        path = self.directory / f"token-{name}.txt"
        if not path.exists():
            write(path, (secrets.token_urlsafe(24) + "\n").encode())
        return path.read_text().strip()

    def tls(self) -> ssl.SSLContext:
        """TLS with a client certificate for who has one."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.directory / "server.crt", self.directory / "server.key")
        context.load_verify_locations(self.directory / "ca.crt")
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def last_port(self) -> int:
        """The port of the server that ran here before, or 0: an address that someone wrote down should stay good."""
        path = self.directory / "port"
        return int(path.read_text()) if path.exists() else 0

    def ready(self, url: str, port: int) -> None:
        """Say that the server answers at URL."""
        write(self.directory / "port", str(port).encode())
        write(self.kubeconfig, json.dumps(self._config(url), indent=1).encode())

    def gone(self) -> None:
        """Say that no server answers: the kubeconfig is there only while one does."""
        self.kubeconfig.unlink(missing_ok=True)

    def _config(self, url: str) -> dict[str, Any]:
        cluster = {
            "server": url,
            "certificate-authority-data": _base64(self.ca.certificate),
            "disable-compression": True,  # who asks is on the same machine
        }
        user = {"client-certificate-data": _base64(self.admin.certificate), "client-key-data": _base64(self.admin.key)}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "practice", "cluster": cluster}],
            "users": [{"name": "admin", "user": user}],
            "contexts": [
                {"name": "practice", "context": {"cluster": "practice", "user": "admin", "namespace": "default"}}
            ],
            "current-context": "practice",
        }

    @property
    def _objects(self) -> Path:
        return self.directory / "store.json"

    def has_objects(self) -> bool:
        return self._objects.exists()

    def save(self, store: Store, about: dict[str, Any]) -> None:
        """Write every object and what else is ABOUT them."""
        version, objects = store.dump()
        head = msgspec.json.encode({"version": version, **about})[:-1]
        lists = [msgspec.json.encode(path) + b":[" + b",\n".join(raws) + b"]" for path, raws in objects.items()]
        write(self._objects, head + b',"objects":{' + b",\n".join(lists) + b"}}\n")

    def load(self) -> dict[str, Any]:
        """What `save` wrote."""
        return msgspec.json.decode(self._objects.read_bytes())


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
