"""A certificate authority and certificates of every kind of wrongness, made for one test run."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """Signs certificates for servers and clients."""

    def __init__(self, name: str = "test authority") -> None:
        self._ca = trustme.CA(organization_unit_name=name)
        self.pem = self._ca.cert_pem.bytes().decode()

    def issue(
        self,
        name: str = "server",
        hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
        ends: timedelta = timedelta(days=1),
    ) -> tuple[str, str]:
        """A certificate for HOSTS (none: its common name is all) and its key, in PEM form; it ends at ENDS from now."""
        made = self._ca.issue_cert(*hosts, common_name=name, not_after=datetime.now(UTC) + ends)
        return made.cert_chain_pems[0].bytes().decode(), made.private_key_pem.bytes().decode()


def server_context(pair: tuple[str, str], directory: Path, clients: Authority | None = None) -> ssl.SSLContext:
    """A server's context that shows PAIR (certificate, key) and, with CLIENTS, wants a certificate signed by them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    path = directory / "server.pem"
    path.write_text("".join(pair))
    context.load_cert_chain(path)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem)
    return context
