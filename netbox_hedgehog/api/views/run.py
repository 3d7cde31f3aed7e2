"""Sync runs: what they did, their cancelling, and the letting through of what one has held."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from netbox.api.authentication import IsAuthenticatedOrLoginNotRequired
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.decorators import action
from rest_framework.response import Response

from netbox_hedgehog.api.odd import OddRequests
from netbox_hedgehog.api.permissions import action_permission, permitted_object
from netbox_hedgehog.api.requested import answer
from netbox_hedgehog.api.serializers import (
    HeldObjectSerializer,
    OverrideSerializer,
    RunChangeSerializer,
    RunIssueSerializer,
    SyncRunSerializer,
)
from netbox_hedgehog.filtersets import ResourceChangeFilterSet, RunIssueFilterSet, SyncRunFilterSet
from netbox_hedgehog.models import HeldObject, ResourceChange, RunIssue, SyncRun
from netbox_hedgehog.presentation.removal_hold_state import with_state
from netbox_hedgehog.queries.visible import visible_changes, visible_issues
from netbox_hedgehog.sync import NotHeld, approve_removal, cancel_run

__all__ = ("SyncRunViewSet",)


def _rows(serializer, filterset=None) -> dict[str, Any]:
    """Options of an action that lists rows of a run: for whoever may see the run, as far as they see the objects."""
    return {
        "permission_classes": [IsAuthenticatedOrLoginNotRequired],
        "serializer_class": serializer,
        "filterset_class": filterset,
    }


def _filters(filterset) -> list[OpenApiParameter]:
    """A filter set's own filters for the schema, which looks at the view's model only."""
    return [OpenApiParameter(name, str, many=name != "q") for name in filterset.base_filters if "__" not in name]


class SyncRunViewSet(OddRequests, NetBoxReadOnlyModelViewSet):
    queryset = SyncRun.objects.lapses()
    serializer_class = SyncRunSerializer
    filterset_class = SyncRunFilterSet

    def get_queryset(self):
        run = self.kwargs.get("pk")
        if self.action == "held":
            held = HeldObject.objects.filter(hold__runs=run).order_by("kind", "namespace", "name")
            return with_state(visible_changes(held, self.request.user))
        if self.action == "changes":
            return visible_changes(ResourceChange.objects.filter(run=run), self.request.user)
        if self.action == "issues":
            return visible_issues(RunIssue.objects.filter(run=run), self.request.user)
        return super().get_queryset()

    @extend_schema(
        request=None,
        responses={
            202: OpenApiResponse(SyncRunSerializer, description="Cancelled, or asked to stop at its next batch."),
            409: OpenApiResponse(description="The run had ended already."),
        },
    )
    @action(detail=True, methods=["post"], permission_classes=[action_permission("cancel")])
    def cancel(self, request, pk=None):
        """Cancel the run: at once while it is queued, between two batches while it is running."""
        run = permitted_object(SyncRun, request, "cancel", pk)
        done = cancel_run(run, user=request.user)
        run.refresh_from_db()
        if not done:
            return Response(
                {"detail": _("Run #{run} has ended already: {state}.").format(run=run.pk, state=run.state)}, status=409
            )
        return Response(SyncRunSerializer(run, context=self.get_serializer_context()).data, status=202)

    @extend_schema(
        filters=False, parameters=_filters(ResourceChangeFilterSet), responses=RunChangeSerializer(many=True)
    )
    @action(detail=True, **_rows(RunChangeSerializer, ResourceChangeFilterSet))
    def changes(self, request, pk=None):
        """What the run did with each object."""
        return self._page(pk)

    @extend_schema(filters=False, parameters=_filters(RunIssueFilterSet), responses=RunIssueSerializer(many=True))
    @action(detail=True, **_rows(RunIssueSerializer, RunIssueFilterSet))
    def issues(self, request, pk=None):
        """The run's problems: with one object, or with a whole kind."""
        return self._page(pk)

    @extend_schema(
        request=OverrideSerializer,
        responses={
            202: OpenApiResponse(SyncRunSerializer, description="Let through; the run that lets it go."),
            409: OpenApiResponse(description="Nothing is held, or nothing any more; the detail says why."),
        },
    )
    @action(detail=True, methods=["post"], permission_classes=[action_permission("override")])
    def override(self, request, pk=None):
        """Let through what the run has held: exactly these objects, in the next sync, which this requests."""
        run = permitted_object(SyncRun, request, "override", pk)
        asked = OverrideSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            requested = approve_removal(run, asked.validated_data["reason"], user=request.user)
        except NotHeld as refused:
            return Response({"detail": str(refused)}, status=409)
        return answer(request, requested, status=202)

    @extend_schema(filters=False, responses=HeldObjectSerializer(many=True))
    @action(detail=True, **_rows(HeldObjectSerializer))
    def held(self, request, pk=None):
        """The objects that a guard has kept in this run, as far as the user may see each."""
        return self._page(pk)

    def _page(self, pk):
        permitted_object(SyncRun, self.request, "view", pk)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
