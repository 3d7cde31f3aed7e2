"""``schedule``: each fabric's interval, last run and next attempt, and whether the timer ticks."""

from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync.agenda import agenda
from netbox_hedgehog.sync.chain import chain
from netbox_hedgehog.sync.newest import newest_requested
from netbox_hedgehog.sync.workers import queue_state

HELP = "tell when each fabric is synced next"


def arguments(parser):
    """No arguments."""


def run(_options, output: Output) -> int:
    fabrics = list(Fabric.objects.all())
    due, timer = agenda(fabrics), chain()
    newest = newest_requested([fabric.pk for fabric in fabrics])
    rows = []
    for fabric in fabrics:
        last = newest.get(fabric.pk)
        rows.append(
            {
                "fabric": fabric.name,
                "interval": fabric.sync_interval,
                "suspended": fabric.suspended,
                "last_run": last and {"id": last.pk, "state": last.state, "created": last.created},
                "next_attempt": due.get(fabric.pk),
            }
        )
    output.document({"timer": {"alive": timer.alive, "next_tick": timer.next_tick}, "fabrics": rows})
    output.table(("fabric", "interval", "last run", "next attempt"), [_cells(row) for row in rows])
    if timer.alive:
        output.say(f"The timer ticks next at {timer.next_tick:%H:%M:%S} (UTC).")
        if trouble := queue_state().message:
            output.say(trouble)
        return Exit.GOOD
    output.say("The timer does not tick. Begin it anew with: netbox hedgehog_sync bootstrap")
    return Exit.FAILED


def _cells(row: dict) -> tuple:
    last = row["last_run"]
    soon = row["next_attempt"]
    when = "suspended" if row["suspended"] else f"{soon:%Y-%m-%d %H:%M:%S}" if soon else "at the next tick"
    return row["fabric"], f"{row['interval']} s", f"#{last['id']} {last['state']}" if last else "none", when
