"""``bootstrap``: make sure that the timer ticks, and report what will run. Safe to repeat."""

from netbox_hedgehog.management.hedgehog_sync import schedule
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output, Stop
from netbox_hedgehog.sync import restart_timer, timer_state

HELP = "make sure that the schedule's timer is planned, and tell what will run"


def arguments(parser):
    """No arguments."""


def run(options, output: Output) -> int:
    ticked = timer_state().alive
    restart_timer()
    if not timer_state().alive:
        hint = "Look at NetBox's log; the plugin may not be in PLUGINS of the process that runs this."
        raise Stop(Exit.FAILED, "The timer could not be planned.", hint, code="no_timer")
    output.say("The timer ticks already." if ticked else "The timer did not tick; it has been begun anew.")
    return schedule.run(options, output)
