"""REST serializers, one a model. NetBox finds them here by the model's name, the kinds' included."""

from netbox_hedgehog.api.serializers.connection_test import ConnectionTestSerializer
from netbox_hedgehog.api.serializers.fabric import FabricSerializer
from netbox_hedgehog.api.serializers.resource import SERIALIZERS, HedgehogSerializer, ResourceSerializer, serializer_for
from netbox_hedgehog.api.serializers.run import RunChangeSerializer, RunIssueSerializer, SyncRunSerializer

__all__ = (
    "ConnectionTestSerializer",
    "FabricSerializer",
    "HedgehogSerializer",
    "ResourceSerializer",
    "RunChangeSerializer",
    "RunIssueSerializer",
    "SyncRunSerializer",
    "serializer_for",
)

globals().update({serializer.__name__: serializer for serializer in SERIALIZERS.values()})
