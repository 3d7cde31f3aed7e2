"""NetBox's views of one object: what their public classes are made of."""

from django.db.models import Model
from netbox.models.deletion import CountOnly
from netbox.views.generic.base import BaseObjectView
from netbox.views.generic.mixins import TableMixin

__all__ = ("BaseObjectView", "CountedDependents", "TableMixin")


class CountedDependents:
    """Mixin of delete views: says how many objects go along. NetBox would load and list every single one.

    It spares itself that for jobs alone (https://github.com/netbox-community/netbox/issues/22812). Remove when it does
    for every model of which there are many.
    """

    def dependents(self, obj: Model) -> dict[type[Model], int]:
        """How many objects of each model are deleted with ``obj``."""
        raise NotImplementedError

    def _get_dependent_objects(self, obj):
        return {model: CountOnly(count) for model, count in self.dependents(obj).items() if count}
