"""One endpoint a kind. Objects come from the cluster: they are neither made nor removed here."""

from functools import cache

from drf_spectacular.utils import extend_schema
from netbox.api.viewsets import NetBoxModelViewSet
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed

from netbox_hedgehog.api.odd import OddRequests
from netbox_hedgehog.api.permissions import action_permission, permitted_fabric, permitted_object
from netbox_hedgehog.api.requested import REQUESTED, answer
from netbox_hedgehog.api.serializers import serializer_for
from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.filtersets import filterset_for
from netbox_hedgehog.models import HedgehogObject, RunTriggerChoices, kind_models
from netbox_hedgehog.sync import Scope, request_sync

__all__ = ("HedgehogViewSet", "viewset_for")

# A job of a request with ?background=true imports the view set by this name.
PACKAGE = "netbox_hedgehog.api.views"


class HedgehogViewSet(OddRequests, NetBoxModelViewSet):
    http_method_names = ("get", "put", "patch", "head", "options")

    def initial(self, request, *args, **kwargs):
        # 405 whatever the user's rights are: without this a POST asks for the add permission first.
        if request.method.lower() not in self.http_method_names:
            raise MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)

    def get_queryset(self):
        # Large, and in no answer.
        return super().get_queryset().defer("field_managers")

    @extend_schema(request=None, responses=REQUESTED)
    @action(
        detail=True,
        methods=["post"],
        permission_classes=[action_permission("view")],
        http_method_names=("post", "options"),
    )
    def sync(self, request, pk=None):
        """Request a sync of this object alone. Whoever may see it needs the sync permission on its fabric."""
        obj = permitted_object(self.queryset.model, request, "view", pk)
        fabric = permitted_fabric(request, obj.fabric_id)
        scope = Scope(group=obj.api_group, kind=obj.kind, namespace=obj.namespace, name=obj.name)
        return answer(request, request_sync(fabric, RunTriggerChoices.API, user=request.user, scope=scope))


@cache
def viewset_for(model: type[HedgehogObject]) -> type[HedgehogViewSet]:
    """The view set of ``model``: list, get, and changes of tags and custom fields."""
    about = model.kind_entry.summary if model.kind_entry else "Objects of kinds that the plugin does not know."
    made = make_class(
        PACKAGE,
        f"{model.__name__}ViewSet",
        HedgehogViewSet,
        __doc__=about,
        queryset=model.objects.all(),
        serializer_class=serializer_for(model),
        filterset_class=filterset_for(model),
    )
    return bind(made)


for kind_model in kind_models():
    viewset_for(kind_model)
