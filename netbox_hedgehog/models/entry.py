"""The one set of rules for a fabric's address and credential, whichever way they come in.

Form, REST, bulk import and command put what somebody entered on the fabric (``Fabric.entered``) and call its
full_clean(), which comes here: what is wrong is told by field, what is right is sealed, and what belonged to another
kind of credential goes.
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
    """Check the parts of a credential that were ``given`` for ``fabric``, and all that belongs to them, and keep them.

    Nothing is checked again that is stored already: a fabric whose credential has become useless can still be edited.

    Raises:
        ValidationError: messages by field; each has a code, and ``message`` and ``hint`` among its params.
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
    """An error of which every way in can tell code, message and hint apart.

    Django's forms put words of their own in the place of some codes' (required, for example): those are not used here.
    """
    text = "%(message)s %(hint)s" if hint else "%(message)s"
    return ValidationError(text, code=code, params={"message": message, "hint": hint})


def _stored(fabric: ConfiguredFabric) -> dict[str, Any]:
    """What the database holds of ``fabric``; empty for a new one."""
    columns = ("credential_kind", "credential_data", *PLACES)
    rows = type(fabric)._base_manager.filter(pk=fabric.pk).values(*columns)
    return (rows.first() or {}) if fabric.pk else {}


def _sealed_meanwhile(fabric: ConfiguredFabric, stored: Mapping[str, Any]) -> dict[str, str]:
    """The parts that ``set_credential`` sealed on the instance, and that nobody has checked yet."""
    if not fabric.credential_data or fabric.credential_data == stored.get("credential_data"):
        return {}
    try:
        return credential.parts_of(fabric)
    except ClusterError:  # no key opens it
        return {}


def _normal(name: str, text: str) -> str:
    """A token's surrounding white space is never part of it; PEM and YAML want the end of their last line."""
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
    """What cannot be used of ``fabric``'s places and of the ``parts`` that were entered, by field."""
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
    """Who edits a fabric need not know its token, and must not get it by naming an address that receives it."""
    if kind != CredentialChoices.TOKEN or parts:
        return
    for name in moved:
        if name in ("api_url", "ca_certificate"):
            why = _("Enter the token again: it would be sent to another address, or under another certificate.")
            yield name, refusal(why, code="token_again")


def _told(field: str, check: Callable[[], Any]) -> Iterator[tuple[str, ValidationError]]:
    """What ``check`` says of ``field``, in the words of whoever said it, with the next step."""
    try:
        check()
    except ClusterError as error:
        # An address that is none has the code of one that cannot be found; here nobody has looked for it.
        code = "invalid" if error.code == ErrorCode.NAME_NOT_RESOLVED else error.code.value
        yield field, refusal(f"{error.message.rstrip('.')}.", error.hint or "", code)


def _keep(fabric: ConfiguredFabric, parts: Mapping[str, str], changed: bool, stored: Mapping[str, Any]) -> None:
    """Seal ``parts``, and forget what ``fabric``'s kind of credential has no use for."""
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
    """The address that a kubeconfig brings along; empty where it is known to the worker alone."""
    if fabric.credential_kind != CredentialChoices.KUBECONFIG:
        return ""
    return credential.target(fabric).server if parts else stored.get("api_url", "")
