"""REST serializers, one a model. NetBox finds them here by the model's name, the kinds' included."""

from netbox_hedgehog.api.serializers.connection_test import ConnectionTestSerializer
from netbox_hedgehog.api.serializers.fabric import FabricSerializer
from netbox_hedgehog.api.serializers.hold import HeldObjectSerializer, OverrideSerializer
from netbox_hedgehog.api.serializers.kinds import HedgehogSerializer, ResourceSerializer, serializer_for
from netbox_hedgehog.api.serializers.run import RunChangeSerializer, RunIssueSerializer, SyncRunSerializer
from netbox_hedgehog.api.serializers.scope import ScopeSerializer

__all__ = (
    "ConnectionTestSerializer",
    "FabricSerializer",
    "HedgehogSerializer",
    "HeldObjectSerializer",
    "OverrideSerializer",
    "ResourceSerializer",
    "RunChangeSerializer",
    "RunIssueSerializer",
    "ScopeSerializer",
    "SyncRunSerializer",
    "serializer_for",
)
