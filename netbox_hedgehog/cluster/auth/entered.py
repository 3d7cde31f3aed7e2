"""Checks what people enter to reach a cluster, before anything is stored or sent."""

from netbox_hedgehog.cluster.auth.credentials import ClientCertificate, Credential, Token
from netbox_hedgehog.cluster.auth.exec_plugin import ExecPlugin
from netbox_hedgehog.cluster.auth.kubeconfig import parse_kubeconfig
from netbox_hedgehog.cluster.auth.kubeconfig_entry import LARGEST
from netbox_hedgehog.cluster.auth.pem import chain, private_key
from netbox_hedgehog.cluster.auth.target import Target
from netbox_hedgehog.cluster.auth.tls import context_for
from netbox_hedgehog.cluster.errors.cluster_error import ClusterError
from netbox_hedgehog.cluster.errors.codes import ErrorCode

__all__ = ("check_address", "check_ca", "check_certificate", "check_key", "check_kubeconfig", "check_token")

LONGEST_ADDRESS = 500  # characters, as NetBox stores it
ANYWHERE = "https://localhost"
PEM_HINT = "Enter it whole, with its lines -----BEGIN ...----- and -----END ...-----."


def check_address(server: str, credential: Credential | None = None) -> str:
    """Normalise the address of an API server.

    Args:
        server: The address as it was entered.
        credential: The credential that would be sent there, if any.

    Returns:
        The address as it is used: ``https://HOST:PORT``, without a slash at the end.

    Raises:
        ClusterError: It is no address, it is too long, or the credential would travel unencrypted.
    """
    address = Target(server=server, credential=credential).server
    if len(address) > LONGEST_ADDRESS:
        raise ClusterError(
            ErrorCode.NAME_NOT_RESOLVED,
            f"The address of the API server has {len(address):,} characters; NetBox stores {LONGEST_ADDRESS}.",
            hint="Give the API server a shorter name.",
        )
    return address


def check_token(text: str) -> None:
    """Check a bearer token.

    Raises:
        ClusterError: ``text`` cannot be one.
    """
    _check_size(text, "The token")
    Token(text)


def check_ca(pem: str) -> None:
    """Check the certificate authority of a server.

    Raises:
        ClusterError: ``pem`` has no certificate that can vouch for a server.
    """
    _check_size(pem, "The CA certificate")
    context_for(Target(server=ANYWHERE, ca_pem=pem))


def check_certificate(pem: str) -> None:
    """Check a client certificate.

    Raises:
        ClusterError: ``pem`` has no certificate.
    """
    _check_size(pem, "The client certificate")
    if not chain(pem):
        raise _invalid("The client certificate is not a certificate in PEM form.")


def check_key(key_pem: str, cert_pem: str) -> None:
    """Check the private key of a client certificate.

    Args:
        key_pem: The key.
        cert_pem: The certificate, which ``check_certificate`` has accepted.

    Raises:
        ClusterError: It is no private key, it is encrypted, or it belongs to another certificate.
    """
    _check_size(key_pem, "The private key")
    if not private_key(key_pem):
        raise _invalid("The private key is not a private key in PEM form.")
    context_for(Target(server=ANYWHERE, credential=ClientCertificate(cert_pem, key_pem)))


def check_kubeconfig(text: str, *, allow_exec: bool) -> str:
    """Check that a kubeconfig's credential and certificates can be used. No program is run.

    Args:
        text: The kubeconfig.
        allow_exec: Whether it may name a program to run for a credential.

    Returns:
        The address of the API server.

    Raises:
        ClusterError: With the code kubeconfig_invalid, credential_invalid, credential_exec_refused or
            name_not_resolved.
    """
    if len(text.encode(errors="replace")) > LARGEST:
        raise ClusterError(
            ErrorCode.KUBECONFIG_INVALID,
            f"The kubeconfig is larger than {LARGEST:,} bytes.",
            hint="Enter the part of one context: kubectl config view --raw --minify --flatten",
        )
    target = parse_kubeconfig(text, allow_exec=allow_exec)
    if not isinstance(target.credential, ExecPlugin):  # its certificate would come from the program
        context_for(target)
    elif target.ca_pem:
        check_ca(target.ca_pem)
    return check_address(target.server)


def _check_size(text: str, what: str) -> None:
    if len(text.encode(errors="replace")) > LARGEST:
        raise _invalid(f"{what} is larger than {LARGEST:,} bytes.")


def _invalid(message: str) -> ClusterError:
    return ClusterError(ErrorCode.CREDENTIAL_INVALID, message, hint=PEM_HINT)
