"""REST view sets."""

from netbox_hedgehog.api.views.fabric import FabricViewSet
from netbox_hedgehog.api.views.resource import viewset_for
from netbox_hedgehog.api.views.resources import ResourceViewSet
from netbox_hedgehog.api.views.run import SyncRunViewSet

__all__ = ("FabricViewSet", "ResourceViewSet", "SyncRunViewSet", "viewset_for")
