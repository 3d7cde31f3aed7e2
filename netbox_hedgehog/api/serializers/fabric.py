"""Fabrics in REST. Credentials are write-only: no answer has a field that could hold one."""

from dcim.api.serializers import SiteSerializer
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers
from tenancy.api.serializers import TenantSerializer

from netbox_hedgehog.api.serializers.credential import PARTS, credential_columns
from netbox_hedgehog.api.serializers.facts import (
    FACTS,
    ConditionsField,
    FactField,
    FactListSerializer,
    SentenceField,
    WatcherField,
)
from netbox_hedgehog.models import CredentialChoices, Fabric, ModeChoices

__all__ = ("FabricSerializer",)

SECRETS = tuple(name for parts in PARTS.values() for name in parts)


def _secret(help_text: str) -> serializers.CharField:
    # Not trimmed: PEM and YAML want the end of their last line.
    return serializers.CharField(
        write_only=True,
        required=False,
        trim_whitespace=False,
        help_text=help_text,
        style={"input_type": "password"},
    )


class FabricSerializer(PrimaryModelSerializer):
    mode = serializers.ChoiceField(choices=ModeChoices, required=False)
    credential_kind = serializers.ChoiceField(choices=CredentialChoices, required=False)
    token = _secret("Bearer token; with credential_kind token.")
    certificate = _secret("Client certificate, PEM; with credential_kind certificate.")
    key = _secret("Key of the client certificate, PEM; with credential_kind certificate.")
    kubeconfig = _secret("A whole kubeconfig, YAML; with credential_kind kubeconfig.")
    namespaces = serializers.ListField(child=serializers.CharField(max_length=63), required=False)
    kind_guards = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(min_value=0)),
        required=False,
        help_text='Shrink guards of single kinds: {"VPC": {"percent": 10, "count": 0}}.',
    )
    site = SiteSerializer(nested=True, required=False, allow_null=True)
    tenant = TenantSerializer(nested=True, required=False, allow_null=True)
    encrypted = serializers.BooleanField(
        read_only=True,
        allow_null=True,
        help_text="Whether the way to the API is encrypted: false for http://, null where no address is known",
    )
    connection = FactField()
    freshness = FactField()
    drift = FactField()
    health = FactField()
    sentence = SentenceField()
    conditions = ConditionsField()
    watcher = WatcherField()

    class Meta:
        model = Fabric
        list_serializer_class = FactListSerializer
        fields = (
            "id",
            "url",
            "display_url",
            "display",
            "name",
            "description",
            *FACTS,
            "sentence",
            "conditions",
            "watcher",
            "api_url",
            "encrypted",
            "ca_certificate",
            "credential_kind",
            "credential_file",
            "credential_set",
            *SECRETS,
            "namespaces",
            "mode",
            "suspended",
            "watch",
            "sync_interval",
            "shrink_percent",
            "shrink_count",
            "kind_guards",
            "removal_runs",
            "removal_hours",
            "site",
            "tenant",
            "owner",
            "comments",
            "tags",
            "custom_fields",
            "created",
            "last_updated",
        )
        read_only_fields = ("credential_set",)
        brief_fields = ("id", "url", "display", "name", "description")
        # Fabric.clean() takes the address from a kubeconfig.
        model_clean_fields = ("api_url",)

    def validate(self, data):
        if self.nested:
            return super().validate(data)
        given = {name: data.pop(name) for name in SECRETS if name in data}
        if "token" in given:
            given["token"] = given["token"].strip()
        data |= credential_columns(given, data, self.instance)
        return super().validate(data)
