"""Connection tests in REST."""

from rest_framework import serializers

from netbox_hedgehog.api.serializers.run import ErrorSerializer, JobLinkSerializer
from netbox_hedgehog.models import ConnectionTest
from netbox_hedgehog.sync import queue_state

__all__ = ("ConnectionTestSerializer",)


class StepSerializer(serializers.Serializer):
    """One step of a test: what was tried, whether it went well, what was seen, and how long it took in seconds."""

    name = serializers.CharField()
    ok = serializers.BooleanField(allow_null=True)
    detail = serializers.CharField(allow_blank=True)
    seconds = serializers.FloatField(allow_null=True)


class ConnectionTestSerializer(serializers.ModelSerializer):
    ok = serializers.BooleanField(read_only=True, allow_null=True, help_text="null until the test has ended")
    steps = StepSerializer(many=True, read_only=True)
    error = ErrorSerializer()
    waiting = serializers.SerializerMethodField(read_only=True)
    job = JobLinkSerializer()

    class Meta:
        model = ConnectionTest
        fields = ("id", "fabric", "created", "finished", "ok", "steps", "error", "waiting", "job")
        read_only_fields = fields

    def get_waiting(self, test) -> str:
        """Why a test has not begun, and what to do; empty when nothing holds it up."""
        return "" if test.finished else queue_state().message
