"""REST view sets."""

from netbox_hedgehog.api.views.all_objects import ResourceViewSet
from netbox_hedgehog.api.views.fabric import FabricViewSet
from netbox_hedgehog.api.views.kinds import viewset_for
from netbox_hedgehog.api.views.run import SyncRunViewSet

__all__ = ("FabricViewSet", "ResourceViewSet", "SyncRunViewSet", "viewset_for")
