"""The list over all kinds."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from netbox.api.authentication import IsAuthenticatedOrLoginNotRequired
from netbox.api.pagination import NetBoxPagination
from rest_framework.exceptions import ValidationError
from rest_framework.viewsets import GenericViewSet

from netbox_hedgehog.api.all_objects import AllResources
from netbox_hedgehog.api.odd import OddRequests
from netbox_hedgehog.api.serializers import ResourceSerializer
from netbox_hedgehog.filtersets import ResourceFilterSet
from netbox_hedgehog.models import OtherResource

__all__ = ("ResourceViewSet",)


class ResourceViewSet(OddRequests, GenericViewSet):
    """Objects of all kinds, as far as the user may see each; tags and custom fields are at the object's own ``url``."""

    permission_classes = (IsAuthenticatedOrLoginNotRequired,)
    pagination_class = NetBoxPagination
    serializer_class = ResourceSerializer
    queryset = OtherResource.objects.none()
    filter_backends = ()

    def get_view_name(self):
        return "Resource List"

    @extend_schema(
        operation_id="plugins_hedgehog_resources_list",
        responses={200: ResourceSerializer(many=True)},
        parameters=[
            OpenApiParameter(name, str, many=name != "q", description=str(each.label or name))
            for name, each in ResourceFilterSet.base_filters.items()
        ],
    )
    def list(self, request):
        if "start" in request.query_params:
            raise ValidationError({"start": [_("This list has no single key to start from; use limit and offset.")]})
        filters = ResourceFilterSet(request.query_params, queryset=self.queryset, request=request)
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        page = self.paginate_queryset(AllResources(request.user, filters))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
