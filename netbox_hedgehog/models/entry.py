"""The rules for a fabric's address and credential, the same for form, REST, bulk import and command.

Each of them puts what was entered on the fabric (``Fabric.entered``) and calls its full_clean(), which comes here:
errors are reported by field, valid secrets are encrypted, and what belonged to another kind of credential is dropped.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from netbox.plugins import get_plugin_config

from netbox_hedgehog.cluster import ClusterError, ErrorCode, Token
from netbox_hedgehog.cluster.auth.entered import (
    check_address,
    check_ca,
    check_certificate,
    check_key,
    check_kubeconfig,
    check_token,
)
from netbox_hedgehog.models import credential
from netbox_hedgehog.models.choices import CredentialChoices
from netbox_hedgehog.models.configured import ConfiguredFabric

__all__ = ("ADDRESSED", "PARTS", "SECRETS", "refusal", "settle")

# What each kind of credential is made of. The parts go in and never come out.
PARTS: dict[str, tuple[str, ...]] = {
    CredentialChoices.TOKEN: ("token",),
    CredentialChoices.CERTIFICATE: ("certificate", "key"),
    CredentialChoices.KUBECONFIG: ("kubeconfig",),
    CredentialChoices.KUBECONFIG_FILE: (),
    CredentialChoices.IN_CLUSTER: (),
}
SECRETS = tuple(part for parts in PARTS.values() for part in parts)
# The kinds with which somebody enters where the API is; the others bring it along.
ADDRESSED = (CredentialChoices.TOKEN, CredentialChoices.CERTIFICATE)
PLACES = ("api_url", "ca_certificate", "credential_file")


def settle(fabric: ConfiguredFabric, given: Mapping[str, str]) -> None:
    """Check the parts of a credential that were entered, and what depends on them, and store them on the fabric.

    What is stored already is not checked again: a fabric whose credential has become useless can still be edited.

    Args:
        fabric: The fabric, which is not saved.
        given: The parts by name: ``token``, ``certificate``, ``key``, ``kubeconfig``.

    Raises:
        ValidationError: Messages by field; each has a code, and ``message`` and ``hint`` among its params.
    """
    kind = fabric.credential_kind
    if kind not in PARTS:
        return  # the field itself says so
    stored = _stored(fabric)
    changed = not stored or stored["credential_kind"] != kind
    parts = {name: _normal(name, text) for name, text in (given or _sealed_meanwhile(fabric, stored)).items()}
    moved = [name for name in PLACES if stored and getattr(fabric, name) != stored[name]]
    errors = dict(_incomplete(kind, parts, complete=changed or bool(parts)))
    if not errors and (changed or moved or parts):
        errors = dict(_led_astray(kind, parts, moved)) or dict(_unusable(fabric, parts))
    if errors:
        raise ValidationError(errors)
    _keep(fabric, parts, changed, stored)


def refusal(message: str, hint: str = "", code: str = "invalid") -> ValidationError:
    """Make an error whose code, message and hint every face can tell apart.

    Avoid codes that Django's forms replace by texts of their own, such as ``required``.
    """
    text = "%(message)s %(hint)s" if hint else "%(message)s"
    return ValidationError(text, code=code, params={"message": message, "hint": hint})


def _stored(fabric: ConfiguredFabric) -> dict[str, Any]:
    """The columns of the fabric in the database; empty for a new one."""
    columns = ("credential_kind", "credential_data", *PLACES)
    rows = type(fabric)._base_manager.filter(pk=fabric.pk).values(*columns)
    return (rows.first() or {}) if fabric.pk else {}


def _sealed_meanwhile(fabric: ConfiguredFabric, stored: Mapping[str, Any]) -> dict[str, str]:
    """The parts that ``set_credential`` encrypted on the instance, and that are not checked yet."""
    if not fabric.credential_data or fabric.credential_data == stored.get("credential_data"):
        return {}
    try:
        return credential.parts_of(fabric)
    except ClusterError:  # no key opens it
        return {}


def _normal(name: str, text: str) -> str:
    """Strip a token; end PEM and YAML with a line break."""
    if name == "token" or not text.strip():
        return text.strip()
    return text if text.endswith("\n") else text + "\n"


def _incomplete(kind: str, parts: Mapping[str, str], complete: bool) -> Iterator[tuple[str, ValidationError]]:
    for name in parts:
        if name not in PARTS[kind]:
            yield name, refusal(_("Not used with credential_kind {kind}.").format(kind=kind), code="not_used")
    for name in PARTS[kind] if complete else ():
        if not parts.get(name):
            why = _("Needed with credential_kind {kind}, and it is left out or empty.").format(kind=kind)
            yield name, refusal(why, code="needed")


def _unusable(fabric: ConfiguredFabric, parts: Mapping[str, str]) -> Iterator[tuple[str, ValidationError]]:
    """Yield errors by field: what cannot be used of the address, the files and the entered parts."""
    kind = fabric.credential_kind
    if kind == CredentialChoices.KUBECONFIG_FILE:
        yield from _of_file(fabric, kind)
    if "kubeconfig" in parts:
        allow_exec = bool(get_plugin_config("netbox_hedgehog", "allow_exec_credentials"))
        yield from _told("kubeconfig", lambda: check_kubeconfig(parts["kubeconfig"], allow_exec=allow_exec))
    if kind not in ADDRESSED:
        return
    if not fabric.api_url:
        yield (
            "api_url",
            refusal(_("The address of the Kubernetes API is needed with this credential."), code="needed"),
        )
    else:
        # Any credential will do to find out whether one would travel unencrypted.
        yield from _told("api_url", lambda: check_address(fabric.api_url, Token("any")))
    if fabric.ca_certificate:
        yield from _told("ca_certificate", lambda: check_ca(fabric.ca_certificate))
    if "token" in parts:
        yield from _told("token", lambda: check_token(parts["token"]))
    if "certificate" in parts:
        wrong = [*_told("certificate", lambda: check_certificate(parts["certificate"]))]
        yield from wrong or _told("key", lambda: check_key(parts["key"], parts["certificate"]))


def _of_file(fabric: ConfiguredFabric, kind: str) -> Iterator[tuple[str, ValidationError]]:
    if not fabric.credential_file.strip():
        needed = _("Needed with credential_kind {kind}, and it is left out or empty.").format(kind=kind)
        yield "credential_file", refusal(needed, code="needed")
    else:
        yield from _told("credential_file", lambda: credential.allowed_file(fabric.credential_file))


def _led_astray(kind: str, parts: Mapping[str, str], moved: list[str]) -> Iterator[tuple[str, ValidationError]]:
    """Refuse to send a stored token to a changed address.

    Whoever edits a fabric need not know its token, and must not get it by naming a server that receives it.
    """
    if kind != CredentialChoices.TOKEN or parts:
        return
    for name in moved:
        if name in ("api_url", "ca_certificate"):
            why = _("Enter the token again: it would be sent to another address, or under another certificate.")
            yield name, refusal(why, code="token_again")


def _told(field: str, check: Callable[[], Any]) -> Iterator[tuple[str, ValidationError]]:
    """Run a check; yield its ClusterError as an error of ``field``, with its hint."""
    try:
        check()
    except ClusterError as error:
        # An address that is none has the code of one that cannot be found; here nobody has looked for it.
        code = "invalid" if error.code == ErrorCode.NAME_NOT_RESOLVED else error.code.value
        yield field, refusal(f"{error.message.rstrip('.')}.", error.hint or "", code)


def _keep(fabric: ConfiguredFabric, parts: Mapping[str, str], changed: bool, stored: Mapping[str, Any]) -> None:
    """Encrypt the parts, and drop what this kind of credential has no use for."""
    kind = fabric.credential_kind
    if parts:
        fabric.set_credential(**parts)
    elif changed or not PARTS[kind]:
        fabric.credential_data, fabric.credential_set = "", None
    if kind != CredentialChoices.KUBECONFIG_FILE:
        fabric.credential_file = ""
    if kind not in ADDRESSED:
        fabric.ca_certificate = ""
        fabric.api_url = _brought(fabric, parts, stored)


def _brought(fabric: ConfiguredFabric, parts: Mapping[str, str], stored: Mapping[str, Any]) -> str:
    """The address that a kubeconfig brings; empty if only the worker can read it."""
    if fabric.credential_kind != CredentialChoices.KUBECONFIG:
        return ""
    return credential.target(fabric).server if parts else stored.get("api_url", "")
