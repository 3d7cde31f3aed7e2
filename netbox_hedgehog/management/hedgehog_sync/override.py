"""``override FABRIC``: list what a guard holds; with a reason, approve its removal."""

from netbox_hedgehog.management.hedgehog_sync.changelog import os_user
from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.follow_run import follow, wait_arguments
from netbox_hedgehog.management.hedgehog_sync.options import lines, whole_number
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output, Stop
from netbox_hedgehog.management.hedgehog_sync.serialize import run_row, when
from netbox_hedgehog.models import Fabric, SyncRun
from netbox_hedgehog.presentation.error_titles import error_title
from netbox_hedgehog.presentation.removal_hold import HeldObjects, newest_held
from netbox_hedgehog.presentation.removal_hold_state import with_state
from netbox_hedgehog.sync import NotHeld, Scope, approvable, approve_removal

HELP = "let through what a guard has held back; without --reason, list it (exit status 2)"

HIGHEST = 2**63 - 1  # key of a run
SHOWN = 50  # objects that people are shown; --json has all


def arguments(parser):
    fabric_argument(parser)
    parser.add_argument(
        "--reason", type=lines, metavar="TEXT", help="why these objects may go; it is kept with the run"
    )
    parser.add_argument(
        "--run", type=whole_number(HIGHEST), metavar="N", help="what run N has held (default: what is held now)"
    )
    wait_arguments(parser)


def run(options, output: Output) -> int:
    fabric = named(options["fabric"])
    sync_run = _run(fabric, options["run"])
    if options["reason"] is None:
        return _tell(fabric, sync_run, output)
    if sync_run is None:
        raise Stop(Exit.FAILED, f"Nothing is held on {fabric.name}.", _runs_hint(fabric), code="not_held")
    try:
        requested = approve_removal(sync_run, options["reason"], approver=os_user())
    except NotHeld as refused:
        raise Stop(Exit.FAILED, str(refused), _runs_hint(fabric), code="not_held") from None
    except ValueError as empty:
        raise Stop(Exit.USAGE, str(empty), 'For example: --reason "Rack 7 was taken down"', code="no_reason") from None
    fate = HeldObjects(sync_run.held, fabric).fate
    output.say(
        f"Let through what run #{sync_run.pk} held: {sync_run.held.count} object(s).",
        f"Run #{requested.run.pk} lets them go, if no others are gone by then: they {fate}.",
    )
    return follow(requested, options, output)


def _run(fabric: Fabric, number: int | None) -> SyncRun | None:
    runs = SyncRun.objects.filter(fabric=fabric)
    if number is None:
        return newest_held(runs)
    if found := runs.select_related("fabric", "held").filter(pk=number).first():
        return found
    raise Stop(Exit.USAGE, f"{fabric.name} has no run #{number}.", _runs_hint(fabric), code="unknown_run")


def _tell(fabric: Fabric, sync_run: SyncRun | None, output: Output) -> int:
    """List what is held and say what to do."""
    hold = sync_run and sync_run.held
    if hold is None:
        output.document({"run": sync_run and run_row(sync_run), "objects": []})
        said = f"Run #{sync_run.pk} has held nothing back." if sync_run else f"Nothing is held on {fabric.name}."
        output.say(said, _runs_hint(fabric))
        return Exit.GOOD
    held = HeldObjects(hold, fabric)
    columns = ("kind", "namespace", "name", "state", "code")
    rows = with_state(held.rows)
    output.document({"run": run_row(sync_run), "objects": list(rows.values(*columns, "uid", "object_id"))})
    output.say(f"Run #{sync_run.pk} held back {hold.count} object(s) since {when(hold.created)}: {held.words}.")
    shown = [(*row, state or "removed", error_title(code)) for *row, state, code in rows.values_list(*columns)[:SHOWN]]
    output.table(("KIND", "NAMESPACE", "NAME", "IN NETBOX", "HELD BECAUSE"), shown)
    if hold.count > len(shown):
        output.say(f"... and {hold.count - len(shown)} more; --json lists them all.")
    output.say(*_next(fabric, sync_run, held))
    return Exit.USAGE


def _next(fabric: Fabric, sync_run: SyncRun, held: HeldObjects) -> list[str]:
    hold = sync_run.held
    if approvable().filter(pk=hold.pk).exists():
        return [
            held.standing,
            f"See with kubectl whether they are really gone. If they are, let them go: they {held.fate}.",
            f'Next: netbox hedgehog_sync override {fabric.name} --reason "why they may go"',
        ]
    if hold.approved_at:
        return [f"{hold.approver or 'Somebody'} let it through at {when(hold.approved_at)}: {hold.reason}"]
    if not Scope.of(sync_run.scope).full:
        return [
            "It has looked at a part of the fabric only, and what may go is decided on the whole of it.",
            f"Next: netbox hedgehog_sync trigger {fabric.name} --wait, and decide on that run.",
        ]
    return ["It cannot be let through: the newest sync of the whole fabric holds something else, or nothing."]


def _runs_hint(fabric: Fabric) -> str:
    return f"See its runs with: netbox hedgehog_sync runs {fabric.name}"
