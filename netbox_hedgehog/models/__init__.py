"""The plugin's tables: one model a known kind, and the run-time rows around them."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from utilities.permissions import ModelAction, register_model_actions

from netbox_hedgehog import kinds
from netbox_hedgehog.models.base import HedgehogObject, indexed_paths
from netbox_hedgehog.models.change import ResourceChange
from netbox_hedgehog.models.choices import (
    ChangeActionChoices,
    ConditionChoices,
    CredentialChoices,
    ModeChoices,
    RunOperationChoices,
    RunStateChoices,
    RunTriggerChoices,
    WatchStateChoices,
)
from netbox_hedgehog.models.condition import FabricCondition
from netbox_hedgehog.models.connection_test import ConnectionTest
from netbox_hedgehog.models.fabric import Fabric
from netbox_hedgehog.models.gateway import Gateway, GatewayGroup, GatewayPeering
from netbox_hedgehog.models.hold import HeldObject, Hold
from netbox_hedgehog.models.observation import KindObservation, not_served
from netbox_hedgehog.models.other import OtherResource
from netbox_hedgehog.models.reference import Reference
from netbox_hedgehog.models.run import RunIssue, SyncRun
from netbox_hedgehog.models.run_queryset import SyncRunQuerySet, known_state, transient_failure
from netbox_hedgehog.models.runtime import Agent, Catalog, DHCPSubnet, GatewayAgent, VPCInfo
from netbox_hedgehog.models.schedule import ScheduleStatus
from netbox_hedgehog.models.vpc import (
    VPC,
    External,
    ExternalAttachment,
    ExternalPeering,
    IPv4Namespace,
    VPCAttachment,
    VPCPeering,
)
from netbox_hedgehog.models.watcher import Watcher
from netbox_hedgehog.models.wiring import (
    CONNECTION_TYPES,
    Connection,
    Server,
    ServerProfile,
    Switch,
    SwitchGroup,
    SwitchProfile,
    VLANNamespace,
)

__all__ = (
    "CONNECTION_TYPES",
    "VPC",
    "Agent",
    "Catalog",
    "ChangeActionChoices",
    "ConditionChoices",
    "Connection",
    "ConnectionTest",
    "CredentialChoices",
    "DHCPSubnet",
    "External",
    "ExternalAttachment",
    "ExternalPeering",
    "Fabric",
    "FabricCondition",
    "Gateway",
    "GatewayAgent",
    "GatewayGroup",
    "GatewayPeering",
    "HedgehogObject",
    "HeldObject",
    "Hold",
    "IPv4Namespace",
    "KindObservation",
    "ModeChoices",
    "OtherResource",
    "Reference",
    "ResourceChange",
    "RunIssue",
    "RunOperationChoices",
    "RunStateChoices",
    "RunTriggerChoices",
    "ScheduleStatus",
    "Server",
    "ServerProfile",
    "Switch",
    "SwitchGroup",
    "SwitchProfile",
    "SyncRun",
    "SyncRunQuerySet",
    "VLANNamespace",
    "VPCAttachment",
    "VPCInfo",
    "VPCPeering",
    "WatchStateChoices",
    "Watcher",
    "indexed_paths",
    "kind_models",
    "known_state",
    "model_for",
    "not_served",
    "register_actions",
    "transient_failure",
)


def model_for(kind: kinds.Kind | None) -> type[HedgehogObject]:
    """The model of a known kind; OtherResource for one that we do not know."""
    return OtherResource if kind is None else apps.get_model("netbox_hedgehog", kind.kind)


def kind_models() -> list[type[HedgehogObject]]:
    """The models of all known kinds in the order of ``kinds.KINDS``, and OtherResource."""
    return [*(model_for(kind) for kind in kinds.KINDS), OtherResource]


def register_actions() -> None:
    """Register the plugin's actions beyond view, add, change and delete with NetBox's permission form."""
    register_model_actions(
        Fabric,
        [
            ModelAction("sync", help_text=_("Request a sync of the fabric")),
            ModelAction("test", help_text=_("Test the connection to the fabric")),
        ],
    )
    register_model_actions(
        SyncRun,
        [
            ModelAction("cancel", help_text=_("Cancel a sync run")),
            ModelAction("override", help_text=_("Let through what a guard has kept from being removed")),
        ],
    )
