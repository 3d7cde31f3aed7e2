"""``schedule``: each fabric's interval, last run and next attempt, and whether the timer ticks."""

from datetime import timedelta

from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.management.hedgehog_sync.serialize import when
from netbox_hedgehog.models import Fabric
from netbox_hedgehog.sync import (
    FAILED_TICK_HINT,
    TimerState,
    age,
    database_time,
    late_by,
    latest_requested,
    next_attempts,
    queue_state,
    timer_state,
)

HELP = "tell when each fabric is synced next"


def arguments(parser):
    """No arguments."""


def run(_options, output: Output) -> int:
    fabrics = list(Fabric.objects.all())
    due, timer = next_attempts(fabrics), timer_state()
    newest = latest_requested([fabric.pk for fabric in fabrics])
    rows = []
    for fabric in fabrics:
        last = newest.get(fabric.pk)
        rows.append(
            {
                "fabric": fabric.name,
                "interval": fabric.sync_interval,
                "suspended": fabric.suspended,
                "last_run": last and {"id": last.pk, "state": last.known_state, "created": last.created},
                "next_attempt": due.get(fabric.pk),
            }
        )
    late = late_by(timer.status, database_time(), timer.next_tick)
    output.document({"timer": _timer(timer, late), "fabrics": rows})
    output.table(("fabric", "interval", "last run", "next attempt"), [_cells(row) for row in rows])
    output.say(*_errors(timer, {fabric.pk: fabric.name for fabric in fabrics}))
    if late:
        output.say(f"The timer is late: it has not ticked for {age(late)}, and should once a minute.")
    if timer.alive:
        output.say(f"The timer ticks next at {timer.next_tick:%H:%M:%S} (UTC).")
    if trouble := queue_state().message:
        output.say(trouble)
    if timer.alive:
        return Exit.FAILED if late or timer.status.errors else Exit.GOOD
    output.say("The timer does not tick. Begin it anew with: netbox hedgehog_sync bootstrap")
    return Exit.FAILED


def _timer(timer: TimerState, late: timedelta | None) -> dict:
    status = timer.status
    return {
        "alive": timer.alive,
        "next_tick": timer.next_tick,
        "last_tick": status.ended,
        "late_seconds": int(late.total_seconds()) if late else 0,
        "failing_since": status.failing_since,
        "errors": status.errors,
    }


def _errors(timer: TimerState, names: dict[int, str]) -> list[str]:
    """The errors of the newest tick, unabridged: people at a terminal may see every fabric."""
    lines = [f"  {each['step']}{_of(each['fabric'], names)}: {each['message']}" for each in timer.status.errors]
    if not lines:
        return []
    since = when(timer.status.failing_since)
    return [f"The newest tick failed in part; ticks have failed since {since}:", *lines, str(FAILED_TICK_HINT)]


def _of(fabric: int | None, names: dict[int, str]) -> str:
    return "" if fabric is None else f" of {names.get(fabric, f'fabric {fabric}')}"


def _cells(row: dict) -> tuple:
    last = row["last_run"]
    soon = row["next_attempt"]
    when = "suspended" if row["suspended"] else f"{soon:%Y-%m-%d %H:%M:%S}" if soon else "at the next tick"
    return row["fabric"], f"{row['interval']} s", f"#{last['id']} {last['state']}" if last else "none", when
