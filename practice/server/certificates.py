"""The certificate authority of one practice server, and the certificates that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import trustme


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both as PEM."""

    certificate: bytes
    key: bytes


def authority() -> Pair:
    made = trustme.CA(organization_name="practice", organization_unit_name="practice-ca")
    return Pair(made.cert_pem.bytes(), made.private_key_pem.bytes())


def server(ca: Pair, hosts: tuple[str, ...], expired: bool = False) -> Pair:
    """A server's certificate for HOSTS (names and addresses)."""
    end = datetime.now(UTC) - timedelta(days=1) if expired else None
    return _pair(_authority(ca).issue_cert(*hosts, common_name="practice-server", not_after=end))


def client(ca: Pair, user: str, group: str) -> Pair:
    """A client's certificate: the user is its common name, the group its organization."""
    return _pair(_authority(ca).issue_cert(common_name=user, organization_name=group))


def _authority(ca: Pair) -> trustme.CA:
    return trustme.CA.from_pem(ca.certificate, ca.key)


def _pair(made: trustme.LeafCert) -> Pair:
    return Pair(made.cert_chain_pems[0].bytes(), made.private_key_pem.bytes())
