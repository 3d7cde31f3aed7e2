"""The subcommands of ``netbox hedgehog_sync``: a module each, with HELP, arguments(parser), run(options, output)."""

from netbox_hedgehog.management.hedgehog_sync import (
    add,
    bootstrap,
    cmd_test_connection,
    cmd_test_sync,
    override,
    rotate_keys,
    runs,
    schedule,
    status,
    trigger,
)
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output, Stop
from netbox_hedgehog.management.hedgehog_sync.suspend import RESUME, SUSPEND

__all__ = ("SUBCOMMANDS", "Exit", "Output", "Stop")

SUBCOMMANDS = {
    "status": status,
    "trigger": trigger,
    "runs": runs,
    "override": override,
    "test-connection": cmd_test_connection,
    "test-sync": cmd_test_sync,
    "add": add,
    "schedule": schedule,
    "suspend": SUSPEND,
    "resume": RESUME,
    "bootstrap": bootstrap,
    "rotate-keys": rotate_keys,
}
