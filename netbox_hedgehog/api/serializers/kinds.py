"""Objects of the kinds in REST: one serializer a kind from one factory. Only tags and custom fields can be written."""

from functools import cache
from typing import Any

from extras.api.customfields import CustomFieldListSerializer
from netbox.api.serializers import NetBoxModelSerializer
from rest_framework import serializers

from netbox_hedgehog.api.serializers.fabric import FabricSerializer
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.models import HedgehogObject, KindObservation, OtherResource, kind_models
from netbox_hedgehog.run_code import RunCode

__all__ = ("FIELDS", "HedgehogSerializer", "ResourceSerializer", "SeenListSerializer", "seen_by_kind", "serializer_for")

# Where NetBox looks for a model's serializer.
PACKAGE = "netbox_hedgehog.api.serializers"
FIELDS = (
    "id",
    "url",
    "display_url",
    "display",
    "fabric",
    "api_group",
    "kind",
    "namespace",
    "name",
    "state",
    "drift",
    "spec",
    "live",
    "status",
    "labels",
    "annotations",
    "uid",
    "resource_version",
    "generation",
    "seen",
    "served",
    "missing_since",
    "missing_by",
    "missing_run",
    "missing_runs",
    "held_run",
)


def seen_by_kind(objects: list[HedgehogObject]) -> dict[tuple[int, str, str], Any]:
    """When each (fabric id, API group, kind) of ``objects`` was last seen whole, and whether its cluster serves it: one
    query, whatever their number."""
    rows = KindObservation.objects.filter(
        fabric__in={each.fabric_id for each in objects}, kind__in={each.kind for each in objects}
    ).values_list("fabric_id", "api_group", "kind", "complete_at", "error_code")
    return {
        (fabric, group, kind): (complete_at, code != RunCode.NOT_SERVED)
        for fabric, group, kind, complete_at, code in rows
    }


class SeenListSerializer(CustomFieldListSerializer):
    """Looks up once a page when its kinds were last seen."""

    def to_representation(self, data):
        objects = list(data)
        if {"seen", "served"} & set(self.child.fields):
            self.child.context["seen"] = seen_by_kind(objects)
        return super().to_representation(objects)


class FabricReference(FabricSerializer):
    """A page's objects share few fabrics: each is represented once."""

    class Meta(FabricSerializer.Meta):
        pass

    def to_representation(self, fabric):
        known = self.context.setdefault("fabric_references", {})
        if fabric.pk not in known:
            known[fabric.pk] = super().to_representation(fabric)
        return known[fabric.pk]


class HedgehogSerializer(NetBoxModelSerializer):
    """An object with its identity, its intent (``spec``) and what was observed (``live``, ``status`` ...)."""

    fabric = FabricReference(nested=True, read_only=True)
    api_group = serializers.CharField(read_only=True)
    kind = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=("present", "missing"), read_only=True)
    missing_by = serializers.ChoiceField(choices=("", "run", "watcher"), read_only=True)
    drift = serializers.CharField(read_only=True)
    spec = serializers.JSONField(read_only=True, allow_null=True)
    live = serializers.JSONField(read_only=True, allow_null=True)
    status = serializers.JSONField(read_only=True, allow_null=True)
    labels = serializers.DictField(child=serializers.CharField(), read_only=True)
    annotations = serializers.DictField(child=serializers.CharField(), read_only=True)
    seen = serializers.SerializerMethodField(read_only=True)
    served = serializers.SerializerMethodField(read_only=True)

    def get_seen(self, instance) -> serializers.DateTimeField(allow_null=True):
        """When the object was last known to be there; null when it never was."""
        if instance.missing_since:
            return instance.seen_at
        complete_at, _ = self._look(instance)
        return complete_at or instance.seen_at

    def get_served(self, instance) -> bool:
        """Whether the cluster serves the object's kind; if not, the object is as it was last seen."""
        return self._look(instance)[1]

    def _look(self, instance):
        known = self.context.get("seen")
        if known is None:
            known = self.context["seen"] = seen_by_kind([instance])
        return known.get((instance.fabric_id, instance.api_group, instance.kind), (None, True))


@cache
def serializer_for(model: type[HedgehogObject]) -> type[HedgehogSerializer]:
    """The serializer of ``model``."""
    more = [name for name in model.identity_fields if name not in FIELDS]
    fields = (*FIELDS, *more, "tags", "custom_fields", "created", "last_updated")
    meta = {
        "model": model,
        "list_serializer_class": SeenListSerializer,
        "fields": fields,
        "read_only_fields": tuple(name for name in fields if name not in ("tags", "custom_fields")),
        "brief_fields": ("id", "url", "display", "fabric", "namespace", "name", "state"),
    }
    return bind(make_class(PACKAGE, f"{model.__name__}Serializer", HedgehogSerializer, meta=meta))


class ResourceSerializer(HedgehogSerializer):
    """An object of any kind, without what needs a look at its own kind: tags and custom fields."""

    class Meta:
        model = OtherResource
        list_serializer_class = SeenListSerializer
        fields = (*FIELDS, "created", "last_updated")
        read_only_fields = fields


for kind_model in kind_models():
    serializer_for(kind_model)
