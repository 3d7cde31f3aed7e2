"""The only way a sync begins. The button, REST, the command and whatever comes later call ``request_sync``."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from netbox_hedgehog.models import Fabric, SyncRun
from netbox_hedgehog.sync.decide.scope import FABRIC, Scope
from netbox_hedgehog.sync.execute.dispatch import dispatch
from netbox_hedgehog.sync.health.ticks import keep_ticking
from netbox_hedgehog.sync.recovery.sweep import sweep
from netbox_hedgehog.sync.request.branch import refuse_inside_branch
from netbox_hedgehog.sync.runs import transitions
from netbox_hedgehog.sync.runs.deleted_fabric import FabricGone, unless_deleted

__all__ = ("Requested", "request_sync")


@dataclass(frozen=True)
class Requested:
    """The run that will answer the request; ``created`` is False where a queued run was joined."""

    run: SyncRun
    created: bool


def request_sync(
    fabric: Fabric, trigger: str, user: Any = None, requester: str = "", scope: Scope = FABRIC
) -> Requested:
    """Ask for a sync of FABRIC, or of as much of it as SCOPE says, that starts after this moment.

    Joins the queued run where there is one; a running one is never joined, since it may have read already what the
    caller has just changed. USER is the NetBox user who asks; REQUESTER names whoever asks without being one. Raises
    PermissionDenied inside a NetBox branch, and FabricGone where the fabric is deleted at the same time.
    """
    refuse_inside_branch()
    sweep(fabric_id=fabric.pk)
    with unless_deleted(fabric):
        pk, created = transitions.enqueue(fabric, trigger, user, requester or (user.username if user else ""), scope)
        transaction.on_commit(partial(dispatch, fabric.pk))
        transaction.on_commit(keep_ticking)
    run = SyncRun.objects.select_related("fabric", "requested_by").filter(pk=pk).first()
    if run is None:
        raise FabricGone(_("Fabric {name} was deleted meanwhile.").format(name=fabric.name))
    return Requested(run, created)
