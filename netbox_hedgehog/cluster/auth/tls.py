"""The TLS settings of a connection: which CAs to trust and which client certificate to show."""

import ssl
import tempfile
from pathlib import Path

from netbox_hedgehog.cluster.auth.credentials import ClientCertificate
from netbox_hedgehog.cluster.auth.pem import authorities, chain, private_key
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("context_for", "proxy_context_for")


def context_for(target: Target) -> ssl.SSLContext:
    """Build the TLS context for a target.

    Raises:
        ClusterError: With the code credential_invalid, if the CA or the client certificate cannot be used.
    """
    context = _strict(target, _trusting(target.ca_pem))
    if target.credential and (certificate := target.credential.certificate()):
        _load(context, certificate)
    return context


def proxy_context_for(target: Target) -> ssl.SSLContext:
    """Build the TLS context for an https:// proxy; its CA may be the target's or one of the operating system."""
    context = _trusting(target.ca_pem)
    if target.ca_pem:
        context.load_default_certs()
    return _strict(target, context)


def _strict(target: Target, context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False  # as kubectl has it: only subjectAltName counts
    # Any certificate given as the CA is a root, and clusters' own CAs leave out fields that RFC 5280 wants.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not target.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _trusting(ca_pem: str | None) -> ssl.SSLContext:
    if not ca_pem:
        return ssl.create_default_context()
    trusted = authorities(ca_pem)
    if not trusted:
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID,
            "The CA certificate is not a certificate in PEM form.",
            hint="Enter the decoded certificate-authority-data: it starts with -----BEGIN CERTIFICATE-----.",
        )
    return ssl.create_default_context(cadata=trusted)


def _load(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """Load a client certificate into a context.

    OpenSSL reads it from files only: it goes through a temporary file that only its owner can read.
    """
    shown, key = chain(certificate.cert_pem), private_key(certificate.key_pem)
    for what, found in (("client certificate", shown), ("client key", key)):
        if not found:
            raise ClusterError(ErrorCode.CREDENTIAL_INVALID, f"The {what} is not in PEM form.")
    try:
        with tempfile.TemporaryDirectory(prefix="hedgehog-") as directory:
            path = Path(directory, "client.pem")
            path.touch(mode=0o600)
            path.write_text(shown + key, encoding="ascii", errors="replace")
            context.load_cert_chain(path, password=_refuse)
    except (ssl.SSLError, ValueError) as error:
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, _explain(error)) from None
    except OSError as error:
        message = f"The client certificate cannot be handed to OpenSSL in a temporary file: {error.strerror or error}"
        hint = "See that the host of NetBox's worker has space for temporary files and lets it write them."
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, message, hint=hint) from None


def _refuse() -> str:
    # Without this, OpenSSL would ask for the key's password on the terminal, and wait.
    raise ValueError("The client key is encrypted.")


def _explain(error: ssl.SSLError | ValueError) -> str:
    if isinstance(error, ssl.SSLError):
        reason = error.reason or "it is not PEM"
        return f"The client certificate or its key cannot be read ({reason.replace('_', ' ').lower()})."
    return str(error)
