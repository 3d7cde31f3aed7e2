"""What a run learned of each kind, written in two statements at the run's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from netbox_hedgehog.models import Fabric, KindObservation

__all__ = ("KindListing", "save_observations")

ALWAYS = ("api_version", "looked_at", "error_code", "error_message")


@dataclass(frozen=True)
class KindListing:
    """How the listing of one kind went: complete, or with the error that stopped it."""

    api_group: str
    kind: str
    api_version: str
    resource_version: str = ""
    objects_seen: int | None = None
    error_code: str = ""
    error_message: str = ""
    full_names: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.error_code


def save_observations(fabric: Fabric, listings: Sequence[KindListing], at: datetime) -> None:
    """Keep ``looks``, made in a run that began ``at``. A failed look leaves what the last complete one found as it
    is.
    """
    for complete in (True, False):
        rows = [
            KindObservation(
                fabric=fabric,
                api_group=listing.api_group,
                kind=listing.kind,
                api_version=listing.api_version,
                looked_at=at,
                complete_at=at if complete else None,
                resource_version=listing.resource_version,
                objects_seen=listing.objects_seen,
                error_code=listing.error_code,
                error_message=listing.error_message,
                full_names=list(listing.full_names),
                short_names=list(listing.short_names),
            )
            for listing in listings
            if listing.complete is complete
        ]
        found = ("complete_at", "resource_version", "objects_seen", "full_names", "short_names") if complete else ()
        KindObservation.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=("fabric", "api_group", "kind"),
            update_fields=(*ALWAYS, *found),
        )
