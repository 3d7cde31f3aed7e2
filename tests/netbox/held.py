"""A fabric whose guard has held objects: what the tests of every face start from."""

from typing import Any

from django.utils import timezone

from netbox_hedgehog.models import VPC, Fabric, HedgehogObject, HeldObject, Hold, Server, SyncRun
from tests.builders import run, thing

__all__ = ("approve", "hold", "hold_of", "newer")


def hold(of: Fabric, vpcs: int = 3, servers: int = 1, **columns: Any) -> SyncRun:
    """A run that was blocked since VPCS VPCs and SERVERS servers were gone; the objects are stored."""
    gone = [thing(VPC, of, f"vpc-{number}", uid=f"v{number}") for number in range(vpcs)]
    gone += [thing(Server, of, f"server-{number}", uid=f"s{number}") for number in range(servers)]
    held = hold_of(of, *gone)
    error = {"error_code": "shrink_guard", "error_message": "Too many are gone.", "error_hint": "Look at the run."}
    return run(of, state="blocked", held=held, **{**error, **columns})


def hold_of(of: Fabric, *objects: HedgehogObject, digest: str = "d1") -> Hold:
    made = Hold.objects.create(fabric=of, digest=digest, count=len(objects), created=timezone.now())
    HeldObject.objects.bulk_create(
        HeldObject(
            hold=made,
            kind=each.kind,
            namespace=each.namespace,
            name=each.name,
            uid=each.uid,
            object_id=each.pk,
            code="shrink_guard",
        )
        for each in objects
    )
    return made


def approve(held: Hold, **columns: Any) -> None:
    """Somebody has let HELD through."""
    values = {"approved_at": timezone.now(), "approver": "bob", "reason": "Rack 7", **columns}
    Hold.objects.filter(pk=held.pk).update(**values)


def newer(of: SyncRun, state: str = "succeeded", **columns: Any) -> SyncRun:
    """A whole look at the fabric after the run OF, which ended what that one held."""
    Hold.objects.filter(pk=of.held_id).update(closed_at=timezone.now())
    return run(of.fabric, state=state, **columns)
