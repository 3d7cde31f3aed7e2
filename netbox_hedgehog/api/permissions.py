"""Actions beyond view, add, change and delete: each asks for a permission of its own, on the very object."""

from functools import cache
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.utils.translation import gettext as _
from netbox.api.authentication import TokenPermissions
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from netbox_hedgehog.classes import bind, make_class
from netbox_hedgehog.models import Fabric

__all__ = ("action_permission", "permitted_fabric", "permitted_object")


@cache
def action_permission(action: str) -> type[TokenPermissions]:
    """A permission class by which every method of a view needs ``action`` on its model.

    A POST would need ``add`` otherwise. Whether the token may write is still checked by the parent class.
    """
    needed = [f"%(app_label)s.{action}_%(model_name)s"]
    methods = {**TokenPermissions.perms_map, "GET": needed, "HEAD": needed, "POST": needed}
    return bind(make_class(__name__, f"Token{action.title()}Permission", TokenPermissions, perms_map=methods))


def permitted_fabric(request: Request, pk: int) -> Fabric:
    """The fabric with the key ``pk`` of an object that the user may see, where the user may sync it; otherwise 403."""
    if found := Fabric.objects.restrict(request.user, "sync").filter(pk=pk).first():
        return found
    raise PermissionDenied(_("You may not sync the fabric of this object."))


def permitted_object[M: Model](model: type[M], request: Request, action: str, pk: Any) -> M:
    """The object that the user may do ``action`` with; otherwise 403 when it may be seen, 404 when it may not."""
    if found := model.objects.restrict(request.user, action).filter(pk=pk).first():
        return found
    if model.objects.restrict(request.user, "view").filter(pk=pk).exists():
        raise PermissionDenied(_("You may not {action} this object.").format(action=action))
    raise Http404
