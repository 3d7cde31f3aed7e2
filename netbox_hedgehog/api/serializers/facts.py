"""The four facts of a fabric, computed once for a whole page."""

from extras.api.customfields import CustomFieldListSerializer
from rest_framework import serializers

from netbox_hedgehog.sync.facts import Facts, facts_for, facts_of

__all__ = ("FACTS", "FactField", "FactListSerializer", "SentenceField", "facts_in")

FACTS = ("connection", "freshness", "drift", "health")


class FactSerializer(serializers.Serializer):
    """One fact: a fixed word, the word with its age, since when, and what more there is to say."""

    value = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    detail = serializers.CharField(read_only=True, allow_blank=True)


def facts_in(field: serializers.Field, fabric) -> Facts:
    """The facts of FABRIC: of the page where one was computed, otherwise its own, computed once."""
    known = field.context.setdefault("facts", {})
    if fabric.pk not in known:
        known[fabric.pk] = facts_of(fabric)
    return known[fabric.pk]


class FactField(FactSerializer):
    """The fact that is called like the field."""

    def __init__(self, **options):
        super().__init__(**{"source": "*", "read_only": True, **options})

    def to_representation(self, fabric):
        return super().to_representation(getattr(facts_in(self, fabric), self.field_name))


class SentenceField(serializers.CharField):
    """The facts in one plain sentence."""

    def __init__(self, **options):
        super().__init__(**{"source": "*", "read_only": True, **options})

    def to_representation(self, fabric):
        return facts_in(self, fabric).sentence


class FactListSerializer(CustomFieldListSerializer):
    """Computes the facts of all fabrics of a page in a constant number of queries."""

    def to_representation(self, data):
        fabrics = list(data)
        if any(isinstance(field, FactField | SentenceField) for field in self.child.fields.values()):
            self.child.context["facts"] = facts_for(fabrics)
        return super().to_representation(fabrics)
