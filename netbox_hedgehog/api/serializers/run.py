"""Sync runs, and what they report, in REST: read-only, since only the engine writes them."""

from typing import Any

from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from rest_framework.reverse import reverse
from users.api.serializers_.users import UserSerializer

from netbox_hedgehog.api.serializers.fabric import FabricSerializer
from netbox_hedgehog.api.serializers.hold import HoldSerializer
from netbox_hedgehog.models import (
    ChangeActionChoices,
    ResourceChange,
    RunIssue,
    RunOperationChoices,
    RunStateChoices,
    RunTriggerChoices,
    SyncRun,
)
from netbox_hedgehog.queries.viewer import RunView, viewer_of
from netbox_hedgehog.sync import queue_state, waiting_reason

__all__ = ("ErrorSerializer", "JobLinkSerializer", "RunChangeSerializer", "RunIssueSerializer", "SyncRunSerializer")


def seen(serializer: serializers.BaseSerializer, run: SyncRun) -> RunView:
    """What the reader may see of ``run``: of the page where one was asked for, otherwise its own, asked for once."""
    known = serializer.context.setdefault("runs_seen", {})
    if run.pk not in known:
        known[run.pk] = viewer_of(serializer.context.get("request")).run(run)
    return known[run.pk]


class ErrorSerializer(serializers.Serializer):
    """What went wrong: a stable code, the words of whoever said it, and what to do next."""

    code = serializers.CharField(source="error_code", read_only=True)
    message = serializers.CharField(source="error_message", read_only=True)
    hint = serializers.CharField(source="error_hint", read_only=True)

    def __init__(self, **options):
        super().__init__(**{"source": "*", "read_only": True, "allow_null": True, **options})

    def to_representation(self, row):
        return super().to_representation(row) if row.error_code else None


class RunErrorSerializer(ErrorSerializer):
    """What went wrong with a run: its message and hint where they are for the reader."""

    code = serializers.SerializerMethodField(read_only=True)
    message = serializers.SerializerMethodField(read_only=True)
    hint = serializers.SerializerMethodField(read_only=True)

    def to_representation(self, run):
        return serializers.Serializer.to_representation(self, run) if seen(self, run).error_code else None

    def get_code(self, run) -> str:
        return seen(self, run).error_code

    def get_message(self, run) -> str:
        return seen(self, run).error_message

    def get_hint(self, run) -> str:
        return seen(self, run).error_hint


class JobLinkSerializer(serializers.Serializer):
    """The NetBox job that did the work."""

    id = serializers.IntegerField(read_only=True)
    url = serializers.URLField(read_only=True)

    def __init__(self, **options):
        super().__init__(**{"source": "*", "read_only": True, "allow_null": True, **options})

    def to_representation(self, row):
        if row.job_id is None:
            return None
        url = reverse("core-api:job-detail", args=[row.job_id], request=self.context.get("request"))
        return {"id": row.job_id, "url": url}


class SeenRunsSerializer(serializers.ListSerializer):
    """Asks once for what the reader may see of all runs of a page."""

    def to_representation(self, data):
        runs = list(data)
        self.child.context["runs_seen"] = viewer_of(self.child.context.get("request")).runs(runs)
        return super().to_representation(runs)


class SyncRunSerializer(BaseModelSerializer):
    fabric = FabricSerializer(nested=True, read_only=True)
    operation = serializers.ChoiceField(choices=RunOperationChoices, read_only=True)
    state = serializers.ChoiceField(choices=RunStateChoices, read_only=True, source="known_state")
    trigger = serializers.ChoiceField(choices=RunTriggerChoices, read_only=True)
    requested_by = UserSerializer(nested=True, read_only=True, allow_null=True)
    scope = serializers.SerializerMethodField(read_only=True)
    progress = serializers.SerializerMethodField(read_only=True)
    counts = serializers.SerializerMethodField(read_only=True)
    error = RunErrorSerializer()
    waiting = serializers.SerializerMethodField(read_only=True)
    job = JobLinkSerializer()
    held = HoldSerializer(read_only=True, allow_null=True)
    let_through = HoldSerializer(read_only=True, allow_null=True)

    class Meta:
        model = SyncRun
        list_serializer_class = SeenRunsSerializer
        fields = (
            "id",
            "url",
            "display_url",
            "display",
            "fabric",
            "operation",
            "state",
            "trigger",
            "requested_by",
            "requester",
            "requests",
            "scope",
            "created",
            "started",
            "finished",
            "progress",
            "counts",
            "error",
            "held",
            "let_through",
            "worker",
            "waiting",
            "job",
        )
        read_only_fields = fields
        brief_fields = ("id", "url", "display", "state", "created")

    def get_scope(self, run) -> dict[str, Any]:
        """What the run looks at: nothing said is the whole fabric, `restricted` stands in for what you may not see."""
        return seen(self, run).scope

    def get_progress(self, run) -> dict[str, Any]:
        return seen(self, run).progress

    def get_counts(self, run) -> dict[str, Any]:
        """Objects by kind and by what became of them, of the kinds of which you may see every object."""
        return seen(self, run).counts

    def get_waiting(self, run) -> str:
        """Why a queued run has not begun, and what to do; empty when nothing holds it up."""
        if run.state != RunStateChoices.QUEUED:
            return ""
        if "queue" not in self.context:
            self.context["queue"] = queue_state()
        return waiting_reason(run, self.context["queue"])


class RunIssueSerializer(BaseModelSerializer):
    class Meta:
        model = RunIssue
        fields = ("id", "run", "api_group", "kind", "namespace", "name", "code", "message", "hint")
        read_only_fields = fields
        brief_fields = ("id", "kind", "namespace", "name", "code")


class RunChangeSerializer(BaseModelSerializer):
    action = serializers.ChoiceField(choices=ChangeActionChoices, read_only=True)
    fields_changed = serializers.JSONField(source="paths", read_only=True)

    class Meta:
        model = ResourceChange
        fields = ("id", "run", "kind", "namespace", "name", "object_id", "action", "fields_changed")
        read_only_fields = fields
        brief_fields = ("id", "kind", "namespace", "name", "action")
