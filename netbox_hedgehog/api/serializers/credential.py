"""A fabric's credential on its way in: which parts belong to which kind, checked before anything is stored."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from netbox.plugins import get_plugin_config
from rest_framework import serializers

from netbox_hedgehog.cluster import ClusterError, parse_kubeconfig
from netbox_hedgehog.models import CredentialChoices, Fabric
from netbox_hedgehog.models.credential import allowed_file, seal

__all__ = ("PARTS", "credential_columns")

# What each kind of credential is made of. The parts go in and never come out.
PARTS: dict[str, tuple[str, ...]] = {
    CredentialChoices.TOKEN: ("token",),
    CredentialChoices.CERTIFICATE: ("certificate", "key"),
    CredentialChoices.KUBECONFIG: ("kubeconfig",),
    CredentialChoices.KUBECONFIG_FILE: (),
    CredentialChoices.IN_CLUSTER: (),
}


def credential_columns(given: Mapping[str, str], data: Mapping[str, Any], fabric: Fabric | None) -> dict[str, Any]:
    """Columns of Fabric that keep the parts GIVEN; DATA is the rest of the request, FABRIC the row that it changes.

    Raises ValidationError that names the field, the cause and the next step.
    """
    kind = data.get("credential_kind", fabric.credential_kind if fabric else CredentialChoices.KUBECONFIG)
    changed = fabric is None or kind != fabric.credential_kind
    _check_parts(kind, given, complete=changed or bool(given))
    _check_file(kind, data, fabric)
    if given:
        return {"credential_data": seal(dict(given)), "credential_set": timezone.now()}
    return {"credential_data": "", "credential_set": None} if changed else {}


def _check_parts(kind: str, given: Mapping[str, str], complete: bool) -> None:
    wanted = PARTS[kind]
    errors = {name: [_("Not used with credential_kind {kind}.").format(kind=kind)] for name in given.keys() - wanted}
    if complete:
        errors |= {
            name: [_("Needed with credential_kind {kind}.").format(kind=kind)] for name in wanted if name not in given
        }
    if not errors and "kubeconfig" in given:
        try:
            parse_kubeconfig(
                given["kubeconfig"], allow_exec=bool(get_plugin_config("netbox_hedgehog", "allow_exec_credentials"))
            )
        except ClusterError as error:
            errors["kubeconfig"] = [f"{error.message} {error.hint}".strip()]
    if errors:
        raise serializers.ValidationError(errors)


def _check_file(kind: str, data: Mapping[str, Any], fabric: Fabric | None) -> None:
    if kind != CredentialChoices.KUBECONFIG_FILE:
        return
    name = data.get("credential_file", fabric.credential_file if fabric else "")
    if not name:
        raise serializers.ValidationError(
            {"credential_file": [_("Needed with credential_kind {kind}.").format(kind=kind)]}
        )
    try:
        allowed_file(name)
    except ClusterError as error:
        raise serializers.ValidationError({"credential_file": [f"{error.message} {error.hint}".strip()]}) from error
