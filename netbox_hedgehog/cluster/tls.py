"""The TLS settings of a connection: whom to believe, and what to show."""

import ssl
import tempfile
from pathlib import Path

from netbox_hedgehog.cluster.codes import ErrorCode
from netbox_hedgehog.cluster.credentials import ClientCertificate
from netbox_hedgehog.cluster.errors import ClusterError
from netbox_hedgehog.cluster.target import Target

__all__ = ("context_for",)


def context_for(target: Target) -> ssl.SSLContext:
    """The context for TARGET; raises ClusterError (credential_invalid) where CA or client certificate are no good."""
    context = _trusting(target.ca_pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # as kubectl has it: only subjectAltName counts
    # Any certificate given as the CA is a root, and clusters' own CAs leave out fields that RFC 5280 wants.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not target.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if target.credential and (certificate := target.credential.certificate()):
        _load(context, certificate)
    return context


def _trusting(ca_pem: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=ca_pem or None)
    except (ssl.SSLError, ValueError, TypeError):  # TypeError: it is not ASCII
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID,
            "The CA certificate is not a certificate in PEM form.",
            hint="Enter the decoded certificate-authority-data: it starts with -----BEGIN CERTIFICATE-----.",
        ) from None


def _load(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """Give CONTEXT the certificate. OpenSSL reads it from files only: here one for its owner's eyes, gone at once."""
    with tempfile.TemporaryDirectory(prefix="hedgehog-") as directory:
        path = Path(directory, "client.pem")
        path.touch(mode=0o600)
        path.write_text(
            f"{certificate.cert_pem.strip()}\n{certificate.key_pem.strip()}\n", encoding="ascii", errors="replace"
        )
        try:
            context.load_cert_chain(path, password=_refuse)
        except (ssl.SSLError, ValueError, OSError) as error:
            raise ClusterError(ErrorCode.CREDENTIAL_INVALID, _explain(error)) from None


def _refuse() -> str:
    # Without this, OpenSSL would ask for the key's password on the terminal, and wait.
    raise ValueError("The client key is encrypted.")


def _explain(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "it is not PEM"
        return f"The client certificate or its key cannot be read ({reason.replace('_', ' ').lower()})."
    return str(error) if isinstance(error, ValueError) else "The client certificate or its key cannot be read."
