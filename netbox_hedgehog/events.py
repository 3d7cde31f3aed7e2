"""The event types that the plugin adds to NetBox's event rules: of fabrics, and of objects on the cluster.

Each is sent once for each change from one state to the other.
"""

from django.utils.translation import gettext_lazy as _
from netbox.events import (
    EVENT_TYPE_KIND_DANGER,
    EVENT_TYPE_KIND_SUCCESS,
    EVENT_TYPE_KIND_WARNING,
    EventType,
)

__all__ = (
    "FABRIC_STALE",
    "FABRIC_UNREACHABLE",
    "OBJECT_MISSING",
    "OBJECT_RESTORED",
    "RUN_BLOCKED",
    "SCHEDULE_FAILED",
    "SCHEDULE_RECOVERED",
    "SYNC_FAILED",
    "SYNC_RECOVERED",
    "register_events",
)

# The names are stored in event rules: they are added to, never renamed.
SYNC_FAILED = "hedgehog_sync_failed"
SYNC_RECOVERED = "hedgehog_sync_recovered"
RUN_BLOCKED = "hedgehog_run_blocked"
FABRIC_UNREACHABLE = "hedgehog_fabric_unreachable"
FABRIC_STALE = "hedgehog_fabric_stale"
OBJECT_MISSING = "hedgehog_object_missing"
OBJECT_RESTORED = "hedgehog_object_restored"
SCHEDULE_FAILED = "hedgehog_schedule_failed"
SCHEDULE_RECOVERED = "hedgehog_schedule_recovered"


def register_events() -> None:
    """Register the event types with NetBox; called once, when it starts."""
    EventType(SYNC_FAILED, _("Hedgehog sync failed"), kind=EVENT_TYPE_KIND_DANGER).register()
    EventType(SYNC_RECOVERED, _("Hedgehog sync recovered"), kind=EVENT_TYPE_KIND_SUCCESS).register()
    EventType(RUN_BLOCKED, _("Hedgehog run blocked"), kind=EVENT_TYPE_KIND_WARNING).register()
    EventType(FABRIC_UNREACHABLE, _("Hedgehog fabric unreachable"), kind=EVENT_TYPE_KIND_DANGER).register()
    EventType(FABRIC_STALE, _("Hedgehog fabric stale"), kind=EVENT_TYPE_KIND_WARNING).register()
    EventType(OBJECT_MISSING, _("Hedgehog object missing"), kind=EVENT_TYPE_KIND_WARNING).register()
    EventType(OBJECT_RESTORED, _("Hedgehog object restored"), kind=EVENT_TYPE_KIND_SUCCESS).register()
    EventType(SCHEDULE_FAILED, _("Hedgehog schedule failed or late"), kind=EVENT_TYPE_KIND_DANGER).register()
    EventType(SCHEDULE_RECOVERED, _("Hedgehog schedule recovered"), kind=EVENT_TYPE_KIND_SUCCESS).register()
