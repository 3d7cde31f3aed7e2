"""What is answered to a request for a sync."""

from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from netbox_hedgehog.api.serializers import SyncRunSerializer
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync import Requested

__all__ = ("REQUESTED", "answer")

REQUESTED = {
    202: OpenApiResponse(SyncRunSerializer, description="A run was queued."),
    200: OpenApiResponse(SyncRunSerializer, description="A run was queued already; it answers this request."),
}


def answer(request: Request, requested: Requested, status: int = 0) -> Response:
    """The run, with ``status`` or what ``requested`` says; briefly to who may not see it."""
    run = requested.run
    visible = SyncRun.objects.restrict(request.user, "view").filter(pk=run.pk).exists()
    serializer = SyncRunSerializer(run, nested=not visible, context={"request": request})
    return Response(serializer.data, status=status or (202 if requested.created else 200))
