"""The four facts of a fabric, computed once for a whole page."""

from extras.api.customfields import CustomFieldListSerializer
from rest_framework import serializers

from netbox_hedgehog.models import ConditionChoices
from netbox_hedgehog.queries.fabric_facts import visible_facts
from netbox_hedgehog.queries.viewer import viewer_of
from netbox_hedgehog.sync import Facts

__all__ = (
    "FACTS",
    "ConditionsField",
    "FactField",
    "FactListSerializer",
    "SentenceField",
    "WatcherField",
    "facts_in",
)

FACTS = ("connection", "freshness", "drift", "health")


class FactSerializer(serializers.Serializer):
    """One fact: a fixed word, the word with its age, since when, and what more there is to say.

    ``count`` of ``total`` is how many switches are unhealthy; null where nothing is counted.
    """

    value = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    detail = serializers.CharField(read_only=True, allow_blank=True)
    count = serializers.IntegerField(read_only=True, allow_null=True)
    total = serializers.IntegerField(read_only=True, allow_null=True)


def facts_in(field: serializers.Field, fabric) -> Facts:
    """What the reader may see of the facts of ``fabric``: of the page where one was computed, otherwise its own."""
    known = field.context.setdefault("facts", {})
    if fabric.pk not in known:
        known |= visible_facts([fabric], viewer_of(field.context.get("request")))
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


class WatcherSerializer(serializers.Serializer):
    """How the fabric is watched; ``state`` is "stopped" where no process does. ``lag`` is in seconds."""

    state = serializers.CharField(read_only=True)
    process = serializers.CharField(read_only=True, source="row.holder")
    heartbeat = serializers.DateTimeField(read_only=True, source="row.heartbeat", allow_null=True)
    lag = serializers.SerializerMethodField()
    streams = serializers.IntegerField(read_only=True, source="row.streams")
    streams_wanted = serializers.IntegerField(read_only=True, source="row.streams_wanted")
    events = serializers.IntegerField(read_only=True, source="row.events")
    written = serializers.IntegerField(read_only=True, source="row.written")
    last_event = serializers.DateTimeField(read_only=True, source="row.last_event", allow_null=True)
    error_code = serializers.CharField(read_only=True, source="row.error_code", allow_blank=True)
    error_message = serializers.CharField(read_only=True, source="row.error_message", allow_blank=True)

    def get_lag(self, watching) -> float:
        return watching.row.lag_ms / 1000


class WatcherField(WatcherSerializer):
    """The watcher of a fabric; null if the fabric has never been watched."""

    def __init__(self, **options):
        super().__init__(**{"source": "*", "read_only": True, "allow_null": True, **options})

    def to_representation(self, fabric):
        watching = facts_in(self, fabric).watching
        return None if watching is None else super().to_representation(watching)


class ConditionSerializer(serializers.Serializer):
    """What is (or is not) wrong with the fabric: ``reason`` is a code, ``changed_at`` when ``status`` became so."""

    type = serializers.ChoiceField(choices=ConditionChoices, read_only=True)
    status = serializers.BooleanField(read_only=True)
    reason = serializers.CharField(read_only=True, allow_blank=True)
    message = serializers.CharField(read_only=True, allow_blank=True)
    changed_at = serializers.DateTimeField(read_only=True)


class ConditionsField(serializers.ListField):
    """The conditions of a fabric, by type; empty until they were first evaluated."""

    child = ConditionSerializer()

    def __init__(self, **options):
        super().__init__(**{"source": "*", "read_only": True, **options})

    def to_representation(self, fabric):
        return super().to_representation(facts_in(self, fabric).conditions)


COMPUTED = (ConditionsField, FactField, SentenceField, WatcherField)


class FactListSerializer(CustomFieldListSerializer):
    """Computes the facts of all fabrics of a page in a constant number of queries."""

    def to_representation(self, data):
        fabrics = list(data)
        if any(isinstance(field, COMPUTED) for field in self.child.fields.values()):
            self.child.context["facts"] = visible_facts(fabrics, viewer_of(self.child.context.get("request")))
        return super().to_representation(fabrics)
