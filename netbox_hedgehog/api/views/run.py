"""Sync runs: what they did, and their cancelling."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework.decorators import action
from rest_framework.response import Response

from netbox_hedgehog.api.permissions import action_permission, permitted_object
from netbox_hedgehog.api.serializers import RunChangeSerializer, RunIssueSerializer, SyncRunSerializer
from netbox_hedgehog.filtersets import RunChangeFilterSet, RunIssueFilterSet, SyncRunFilterSet
from netbox_hedgehog.models import RunChange, RunIssue, SyncRun
from netbox_hedgehog.sync.cancel import cancel_run

__all__ = ("SyncRunViewSet",)


class SyncRunViewSet(NetBoxReadOnlyModelViewSet):
    queryset = SyncRun.objects.all()
    serializer_class = SyncRunSerializer
    filterset_class = SyncRunFilterSet

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
            return Response({"detail": f"Run #{run.pk} has ended already: {run.state}."}, status=409)
        return Response(SyncRunSerializer(run, context=self.get_serializer_context()).data, status=202)

    @extend_schema(responses={200: RunChangeSerializer(many=True)})
    @action(detail=True, serializer_class=RunChangeSerializer, filterset_class=RunChangeFilterSet)
    def changes(self, request, pk=None):
        """What the run did with each object."""
        return self._page(RunChange.objects.filter(run=self._run(pk)))

    @extend_schema(responses={200: RunIssueSerializer(many=True)})
    @action(detail=True, serializer_class=RunIssueSerializer, filterset_class=RunIssueFilterSet)
    def issues(self, request, pk=None):
        """The run's problems: with one object, or with a whole kind."""
        return self._page(RunIssue.objects.filter(run=self._run(pk)))

    def _run(self, pk):
        return permitted_object(SyncRun, self.request, "view", pk)

    def _page(self, rows):
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
