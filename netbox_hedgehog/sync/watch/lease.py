"""The lease of a fabric's watch: one holder at a time, by conditional statements and the database's clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q
from django.db.models.functions import Now
from netbox.plugins import get_plugin_config

from netbox_hedgehog.models import Fabric, Watcher, WatchStateChoices
from netbox_hedgehog.sync.runs.transitions import LeaseLost

__all__ = ("WatchLease", "claim", "claimable", "fence", "release", "renew", "rest")

FREE = Q(lease_until=None) | Q(lease_until__lt=Now())


@dataclass(frozen=True)
class WatchLease:
    """The right to write what the watch of a fabric sees, until the lease ends; ``epoch`` is its fencing token."""

    fabric_id: int
    epoch: int


def _end() -> Any:
    return Now() + timedelta(seconds=get_plugin_config("netbox_hedgehog", "watch_lease_seconds"))


def _held(lease: WatchLease) -> Any:
    return Watcher.objects.filter(fabric_id=lease.fabric_id, epoch=lease.epoch, lease_until__gt=Now())


def claimable() -> list[int]:
    """The primary keys of fabrics that are to be watched and that nobody watches."""
    watched = Watcher.objects.exclude(FREE).values("fabric_id")
    fabrics = Fabric.objects.filter(watch=True, suspended=False).exclude(pk__in=watched)
    return list(fabrics.order_by("pk").values_list("pk", flat=True))


def claim(fabric_id: int, holder: str) -> WatchLease | None:
    """Take the watch of a fabric.

    Args:
        fabric_id: The fabric's primary key.
        holder: The name of this process, for people.

    Returns:
        The lease; None if somebody else has it, or the fabric is being deleted.
    """
    try:
        Watcher.objects.bulk_create([Watcher(fabric_id=fabric_id)], ignore_conflicts=True)
    except IntegrityError:
        return None
    taken = Watcher.objects.filter(FREE, fabric_id=fabric_id).update(
        holder=holder,
        epoch=F("epoch") + 1,
        lease_until=_end(),
        started=Now(),
        heartbeat=Now(),
        state=WatchStateChoices.STARTING,
        streams=0,
        lag_ms=0,
        events=0,
        written=0,
        error_code="",
        error_message="",
    )
    if not taken:
        return None
    epoch = Watcher.objects.values_list("epoch", flat=True).filter(fabric_id=fabric_id).first()
    return None if epoch is None else WatchLease(fabric_id, epoch)


def renew(lease: WatchLease, **columns: Any) -> None:
    """Prolong the lease, and write columns of the watcher's row with it.

    Raises:
        LeaseLost: It has ended, or belongs to another process.
    """
    if not _held(lease).update(lease_until=_end(), heartbeat=Now(), **columns):
        raise LeaseLost


def fence(lease: WatchLease) -> None:
    """Lock the row for the rest of the transaction; the first statement of every write batch.

    Raises:
        LeaseLost: The lease has ended, or belongs to another process.
    """
    if not list(_held(lease).select_for_update().values_list("pk")):
        raise LeaseLost


def release(lease: WatchLease, **columns: Any) -> None:
    """Give the lease back, so that another process can take the fabric at once."""
    _held(lease).update(lease_until=None, **columns)


def rest(lease: WatchLease) -> bool:
    """Tell that the fabric, whose ``lease`` was given back, is still to be tried again; False where another has it."""
    given_back = Watcher.objects.filter(fabric_id=lease.fabric_id, epoch=lease.epoch, lease_until=None)
    return bool(given_back.update(heartbeat=Now()))
