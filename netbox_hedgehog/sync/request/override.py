"""Approves removals that a guard stopped: exactly the held objects, by a person, with a reason that is kept."""

from typing import Any

from core.choices import ObjectChangeActionChoices
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from netbox_hedgehog.models import Fabric, Hold, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.decide.scope import Scope
from netbox_hedgehog.sync.request.request import Requested, request_sync
from netbox_hedgehog.sync.runs.deleted_fabric import FabricGone

__all__ = ("NotHeld", "approvable", "approve_removal")


class NotHeld(Exception):
    """Nothing can be approved, or not any more; the message says why and what to do."""


def approvable() -> Any:
    """The holds that can be approved: those of the newest run over the whole fabric."""
    complete = SyncRun.objects.whole_fabric().completed_reading().filter(fabric=OuterRef("fabric"))
    newest = Subquery(complete.order_by("-finished").values("held")[:1])
    return Hold.objects.filter(closed_at=None, approved_at=None, pk=newest)


def approve_removal(run: SyncRun, reason: str, user: Any = None, approver: str = "") -> Requested:
    """Approve the removal of what a run has held, and request the sync that removes it.

    The approval covers exactly these objects, and one run over the whole fabric: if more objects are gone by then, that
    run is blocked again.

    Args:
        run: The blocked run.
        reason: Why the objects may go; kept with the run and in the fabric's change log.
        user: Who approves, if a NetBox user.
        approver: The name to show; that of ``user`` if empty.

    Returns:
        The run that removes them.

    Raises:
        NotHeld: Nothing can be approved.
        ValueError: The reason is empty.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError(_("Say why these objects may go; the reason is kept with the run."))
    if run.held_id is None:
        raise NotHeld(_("Run #{run} has held nothing back.").format(run=run.pk))
    approver = approver or (user.username if user else "")
    with transaction.atomic():
        approved = approvable().filter(pk=run.held_id)
        if not approved.update(approved_at=Now(), approved_by=user, approver=approver, reason=reason):
            raise NotHeld(_why_not(run))
        fabric = Fabric.objects.defer("credential_data").get(pk=run.fabric_id)
        _log(fabric, run, user, approver, reason)
        return request_sync(fabric, RunTriggerChoices.OVERRIDE, user, approver)


def _why_not(run: SyncRun) -> str:
    hold = Hold.objects.filter(pk=run.held_id).first()
    if hold is None:
        raise FabricGone(_("Fabric {name} was deleted meanwhile.").format(name=run.fabric.name))
    if hold.approved_at:
        said = _("{who} has let it through already, at {time} UTC.")
        return said.format(who=hold.approver or _("Somebody"), time=f"{hold.approved_at:%Y-%m-%d %H:%M:%S}")
    if not Scope.of(run.scope).full:
        said = _("Run #{run} has looked at {kind} only. Sync the whole fabric, and decide on that run.")
        return said.format(run=run.pk, kind=run.scope["kind"])
    return _("A newer sync has looked since, and holds something else or nothing. See the newest run.")


def _log(fabric: Fabric, run: SyncRun, user: Any, approver: str, reason: str) -> None:
    """Write an entry into the fabric's change log, where auditors look, whatever happens to the run."""
    entry = fabric.to_objectchange(ObjectChangeActionChoices.ACTION_UPDATE)
    entry.prechange_data = entry.postchange_data
    entry.user, entry.user_name = user, approver or "hedgehog sync"
    entry.request_id = run.request_id
    entry.message = f"Let through what run #{run.pk} held: {reason}"[:200]
    entry.save()
