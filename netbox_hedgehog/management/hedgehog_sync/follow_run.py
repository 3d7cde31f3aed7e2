"""What ``trigger`` and ``override`` share: what becomes of the run that somebody asks for at a terminal."""

import time
from argparse import ArgumentParser, ArgumentTypeError

from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.management.hedgehog_sync.serialize import error_lines, error_of, run_row, total
from netbox_hedgehog.models import RunStateChoices, SyncRun
from netbox_hedgehog.sync import Requested, queue_state, sweep, waiting_reason

__all__ = ("follow", "wait_arguments")

# Seconds.
POLL, REPEAT, FOR_THE_END, FOR_A_WORKER = 0.5, 10.0, 600.0, 30.0


def wait_arguments(parser: ArgumentParser) -> None:
    """The options ``--wait`` and ``--timeout``."""
    parser.add_argument("--wait", action="store_true", help="wait for the run to end, and tell its outcome")
    parser.add_argument(
        "--timeout",
        type=_seconds,
        metavar="S",
        help="with --wait: seconds to wait for the end (default: 600) and for a worker to appear (default: 30)",
    )


def follow(requested: Requested, options: dict, output: Output) -> int:
    """Report the run that answers a request, and its end if ``options`` ask to wait for it."""
    sync_run = requested.run
    if options["wait"]:
        status = _wait(sync_run, options["timeout"], output)
        sync_run = SyncRun.objects.select_related("fabric", "held", "let_through").get(pk=sync_run.pk)
    else:
        status = _look(sync_run, output)
    output.document({**run_row(sync_run), "joined": not requested.created})
    return status


def _look(sync_run: SyncRun, output: Output) -> int:
    """Whether anybody will take the run."""
    if message := queue_state().message:
        output.say(message, f"Run #{sync_run.pk} stays queued and begins as soon as a worker is there.")
        return Exit.NO_WORKER
    output.say(f"See it with: netbox hedgehog_sync runs {sync_run.fabric.name}")
    return Exit.GOOD


def _wait(sync_run: SyncRun, timeout: float | None, output: Output) -> int:
    begin = time.monotonic()
    patience = FOR_THE_END if timeout is None else timeout
    teller = _Teller(output)
    alone_since = None
    while True:
        sweep(fabric_id=sync_run.fabric_id)  # a run whose worker died is told as lost
        sync_run.refresh_from_db()
        if not sync_run.is_active:
            return _end(sync_run, output)
        queue = queue_state()
        teller.tell(sync_run, waiting_reason(sync_run, queue))
        now = time.monotonic()
        unserved = sync_run.state == RunStateChoices.QUEUED and queue.message
        alone_since = (alone_since or now) if unserved else None
        if unserved and now - alone_since >= (FOR_A_WORKER if timeout is None else timeout):
            output.say(queue.message, f"Run #{sync_run.pk} stays queued and begins as soon as a worker is there.")
            return Exit.NO_WORKER
        if now - begin >= patience and not unserved:
            output.say(f"Run #{sync_run.pk} has not ended in {patience:g} s; it is {sync_run.state} and goes on.")
            return Exit.FAILED
        time.sleep(POLL)


def _end(sync_run: SyncRun, output: Output) -> int:
    output.say(f"Run #{sync_run.pk} {sync_run.state}. {total(sync_run.counts) if sync_run.counts else ''}".rstrip())
    output.say(*error_lines(error_of(sync_run)))
    return Exit.GOOD if sync_run.state == RunStateChoices.SUCCEEDED else Exit.FAILED


class _Teller:
    """Tells what a run waits for at once and again every ten seconds, and its progress whenever it moves."""

    def __init__(self, output: Output):
        self.output, self.line, self.told_at = output, "", 0.0

    def tell(self, sync_run: SyncRun, waiting: str) -> None:
        progress = sync_run.progress
        line = waiting or (progress and f"{progress['percent']:>3} %  {progress['listed']} read  {progress['kind']}")
        now = time.monotonic()
        if not line or (line == self.line and not (waiting and now - self.told_at >= REPEAT)):
            return
        self.output.progress(line, always=bool(waiting))
        self.line, self.told_at = line, now


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError(f"{text} is not a number of seconds")
    return seconds
