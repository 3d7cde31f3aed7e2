"""Fabrics in REST. Credentials are write-only: no answer has a field that could hold one."""

from dcim.api.serializers import SiteSerializer
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers
from tenancy.api.serializers import TenantSerializer

from netbox_hedgehog.api.serializers.credential import SECRETS, CredentialMixin, secret
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


class FabricSerializer(CredentialMixin, PrimaryModelSerializer):
    mode = serializers.ChoiceField(choices=ModeChoices, required=False)
    credential_kind = serializers.ChoiceField(choices=CredentialChoices, required=False)
    token = secret("Bearer token; with credential_kind token.")
    certificate = secret("Client certificate, PEM; with credential_kind certificate.")
    key = secret("Key of the client certificate, PEM; with credential_kind certificate.")
    kubeconfig = secret("A whole kubeconfig, YAML; with credential_kind kubeconfig.")
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
    schedule = FactField()
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
            "schedule",
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
        # What Fabric.clean() settles: see models.entry.
        model_clean_fields = (
            "api_url",
            "ca_certificate",
            "credential_file",
            "credential_data",
            "credential_set",
            "namespaces",
        )
