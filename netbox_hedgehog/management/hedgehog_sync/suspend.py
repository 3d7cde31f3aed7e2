"""``suspend FABRIC`` and ``resume FABRIC``: whether the schedule syncs a fabric."""

from types import SimpleNamespace

from django.core.exceptions import ValidationError
from django.db import transaction

from netbox_hedgehog.management.hedgehog_sync.changelog import log_changed
from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output, stop_of

__all__ = ("RESUME", "SUSPEND")


def _set(options, output: Output, suspended: bool) -> int:
    fabric = named(options["fabric"])
    if fabric.suspended != suspended:
        fabric.snapshot()
        fabric.suspended = suspended
        try:
            fabric.full_clean()
        except ValidationError as refused:
            raise stop_of(refused) from refused
        with transaction.atomic():
            fabric.save()
            log_changed(fabric)
    output.document({"fabric": fabric.name, "suspended": suspended})
    output.say(f"The schedule leaves {fabric.name} alone." if suspended else f"The schedule syncs {fabric.name} again.")
    return Exit.GOOD


SUSPEND = SimpleNamespace(
    HELP="have the schedule leave a fabric alone; people can still sync it",
    arguments=fabric_argument,
    run=lambda options, output: _set(options, output, suspended=True),
)
RESUME = SimpleNamespace(
    HELP="have the schedule sync a suspended fabric again",
    arguments=fabric_argument,
    run=lambda options, output: _set(options, output, suspended=False),
)
