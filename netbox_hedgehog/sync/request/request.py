"""The only way in which a sync begins. Button, REST, command, schedule and watcher all call ``request_sync``."""

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
    """The run that answers a request; ``created`` is False if a queued run was joined."""

    run: SyncRun
    created: bool


def request_sync(
    fabric: Fabric, trigger: str, user: Any = None, requester: str = "", scope: Scope = FABRIC
) -> Requested:
    """Request a sync of a fabric that starts after this moment.

    A queued run is joined. A running one is never joined, since it may have read already what the caller has just
    changed.

    Args:
        fabric: The fabric.
        trigger: A value of ``RunTriggerChoices``.
        user: The NetBox user who asks, if there is one.
        requester: The name to show for who asks; that of ``user`` if empty.
        scope: What the sync is to cover.

    Returns:
        The run that answers the request.

    Raises:
        PermissionDenied: A NetBox branch is active.
        FabricGone: The fabric is deleted at the same time.
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
