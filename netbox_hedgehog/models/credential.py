"""A fabric's credential: how it is encrypted for the database, and how a cluster's target is built from it."""

import json
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from netbox.plugins import get_plugin_config

from netbox_hedgehog.cluster import (
    ClientCertificate,
    ClusterError,
    ErrorCode,
    Network,
    Target,
    Token,
    in_cluster,
    parse_kubeconfig,
    parse_networks,
    read_kubeconfig,
)
from netbox_hedgehog.models.choices import CredentialChoices
from netbox_hedgehog.models.configured import ConfiguredFabric
from netbox_hedgehog.models.encryption import CredentialUnreadable, decrypt, encrypt

__all__ = ("allowed_file", "parts_of", "seal", "target")


def seal(parts: dict[str, str]) -> str:
    """A credential's parts, encrypted for the database."""
    return encrypt(json.dumps(parts, sort_keys=True))


def target(fabric: ConfiguredFabric) -> Target:
    """Build the target of a fabric from its stored credential.

    Raises:
        ClusterError: The credential cannot be used; the hint says what to do.
    """
    return replace(_TARGETS[fabric.credential_kind](fabric), allowed=allowed_networks())


def allowed_networks() -> tuple[Network, ...]:
    """Read the plugin setting ``allowed_addresses``; empty means all networks.

    Raises:
        ValueError: A value is no network.
    """
    return parse_networks(get_plugin_config("netbox_hedgehog", "allowed_addresses"))


def parts_of(fabric: ConfiguredFabric) -> dict[str, str]:
    """Decrypt the parts of a fabric's credential.

    Returns:
        The parts by name, such as ``token``.

    Raises:
        ClusterError: There is none, or no configured key decrypts it.
    """
    if not fabric.credential_data:
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID,
            f"Fabric {fabric.name} has no credential.",
            hint="Edit the fabric and enter a token, a client certificate or a kubeconfig.",
        )
    try:
        return dict(json.loads(decrypt(fabric.credential_data)))
    except CredentialUnreadable as error:
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, str(error), hint="See docs/security.md, Rotation.") from error
    except ImproperlyConfigured as error:  # the file with the keys, say
        hint = "Correct the plugin's settings encryption_keys and encryption_key_file, and restart NetBox's workers."
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, str(error), hint=hint) from error
    except (ValueError, TypeError) as error:
        message = f"What is stored as the credential of fabric {fabric.name} is none."
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, message, hint="Enter the credential again.") from error


def _part(fabric: ConfiguredFabric, name: str) -> str:
    """A part of the stored credential; it may be missing, since the kind of credential can be changed without it."""
    if part := parts_of(fabric).get(name):
        return part
    message = f"The stored credential of fabric {fabric.name} has no {name}."
    raise ClusterError(ErrorCode.CREDENTIAL_INVALID, message, hint="Edit the fabric and enter the credential again.")


def _with(fabric: ConfiguredFabric, credential: Token | ClientCertificate) -> Target:
    return Target(server=fabric.api_url, ca_pem=fabric.ca_certificate or None, credential=credential)


def _token(fabric: ConfiguredFabric) -> Target:
    return _with(fabric, Token(_part(fabric, "token")))


def _certificate(fabric: ConfiguredFabric) -> Target:
    return _with(fabric, ClientCertificate(cert_pem=_part(fabric, "certificate"), key_pem=_part(fabric, "key")))


def _kubeconfig(fabric: ConfiguredFabric) -> Target:
    return parse_kubeconfig(_part(fabric, "kubeconfig"), allow_exec=_allow_exec())


def _kubeconfig_file(fabric: ConfiguredFabric) -> Target:
    return read_kubeconfig(allowed_file(fabric.credential_file), allow_exec=_allow_exec())


def _in_cluster(_fabric: ConfiguredFabric) -> Target:
    return in_cluster()


def _allow_exec() -> bool:
    return bool(get_plugin_config("netbox_hedgehog", "allow_exec_credentials"))


def allowed_file(name: str) -> Path:
    """Resolve a path within the plugin setting ``credential_directories``.

    Raises:
        ClusterError: It lies elsewhere.
    """
    directories = [Path(each).resolve() for each in get_plugin_config("netbox_hedgehog", "credential_directories")]
    try:
        path = Path(name).resolve()
    except (OSError, ValueError, RuntimeError) as error:  # links in a circle, or no file can have that name
        hint = "Enter the path of a kubeconfig on the hosts of NetBox's workers."
        raise ClusterError(ErrorCode.CREDENTIAL_INVALID, f"{name}: {error}", hint=hint) from None
    if not any(path.is_relative_to(directory) for directory in directories):
        raise ClusterError(
            ErrorCode.CREDENTIAL_INVALID,
            f"{name} is not in a directory that credentials may be read from.",
            hint="Put the file in one of: "
            + ", ".join(map(str, directories))
            + " (plugin setting credential_directories).",
        )
    return path


_TARGETS = {
    CredentialChoices.TOKEN: _token,
    CredentialChoices.CERTIFICATE: _certificate,
    CredentialChoices.KUBECONFIG: _kubeconfig,
    CredentialChoices.KUBECONFIG_FILE: _kubeconfig_file,
    CredentialChoices.IN_CLUSTER: _in_cluster,
}
