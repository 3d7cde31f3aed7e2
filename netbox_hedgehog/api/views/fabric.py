"""Fabrics, and the two things that can be asked of one: a sync, and a test of its connection."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from netbox_hedgehog.api.odd import OddRequests
from netbox_hedgehog.api.permissions import action_permission, permitted_object
from netbox_hedgehog.api.requested import REQUESTED, answer
from netbox_hedgehog.api.serializers import ConnectionTestSerializer, FabricSerializer, ScopeSerializer
from netbox_hedgehog.filtersets import FabricFilterSet
from netbox_hedgehog.models import ConnectionTest, Fabric, RunTriggerChoices
from netbox_hedgehog.sync import request_sync, request_test

__all__ = ("FabricViewSet",)


class FabricViewSet(OddRequests, NetBoxModelViewSet):
    queryset = Fabric.objects.all()
    serializer_class = FabricSerializer
    filterset_class = FabricFilterSet
    # A background request would leave a credential in the queue and in the job's record.
    background_enabled = False

    def check_background_enabled(self):
        # One that deletes carries keys alone.
        if self.action != "bulk_destroy":
            super().check_background_enabled()

    @extend_schema(request=ScopeSerializer, responses=REQUESTED)
    @action(detail=True, methods=["post"], permission_classes=[action_permission("sync")])
    def sync(self, request, pk=None):
        """Request a sync of the fabric, or of a part of it. It starts after this request, whatever runs now."""
        fabric = permitted_object(Fabric, request, "sync", pk)
        asked = ScopeSerializer(data=request.data, context={**self.get_serializer_context(), "fabric": fabric})
        asked.is_valid(raise_exception=True)
        return answer(request, request_sync(fabric, RunTriggerChoices.API, user=request.user, scope=asked.scope))

    @extend_schema(methods=["post"], request=None, responses={202: ConnectionTestSerializer})
    @extend_schema(methods=["get"], responses={200: ConnectionTestSerializer}, filters=False)
    @action(
        detail=True,
        methods=["get", "post"],
        url_path="test-connection",
        permission_classes=[action_permission("test")],
        pagination_class=None,
    )
    def test_connection(self, request, pk=None):
        """POST asks a worker to test the connection; GET tells the newest test, while it is under way too."""
        fabric = permitted_object(Fabric, request, "test", pk)
        if request.method == "POST":
            test = request_test(fabric, user=request.user)
            newest = ConnectionTest.objects.filter(pk=test.pk).first()  # again: the job is made after the commit
            if newest is None:
                raise NotFound(_("The fabric was deleted meanwhile."))
            return Response(self._told(newest), status=202)
        newest = ConnectionTest.objects.filter(fabric=fabric).first()
        if newest is None:
            raise NotFound(_("The connection to this fabric was never tested. POST here to test it."))
        return Response(self._told(newest))

    def _told(self, test: ConnectionTest):
        return ConnectionTestSerializer(test, context=self.get_serializer_context()).data
