"""``trigger FABRIC``: request a sync of the fabric, of a kind or of an object; with ``--wait``, wait for its end."""

from netbox_hedgehog.management.hedgehog_sync.changelog import os_user
from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.follow_run import follow, wait_arguments
from netbox_hedgehog.management.hedgehog_sync.options import text
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output, Stop
from netbox_hedgehog.models import Fabric, RunTriggerChoices
from netbox_hedgehog.queries.scope_from_names import BadScope, scope_from_names
from netbox_hedgehog.sync import FabricGone, Scope, request_sync

HELP = "request a sync; exit status 3 when no worker serves the queue (the run stays queued)"


def arguments(parser):
    fabric_argument(parser)
    parser.add_argument("--kind", type=text, metavar="KIND", help="sync this kind alone: VPC, vpcs ...")
    parser.add_argument("--name", type=text, metavar="NAME", help="with --kind: sync this object alone")
    parser.add_argument("--namespace", type=text, metavar="NS", help="with --name: its namespace (default: default)")
    parser.add_argument("--hard", action="store_true", help="compare everything anew, trust nothing that was compared")
    wait_arguments(parser)


def run(options, output: Output) -> int:
    fabric = named(options["fabric"])
    scope = _scope(fabric, options)
    try:
        requested = request_sync(fabric, RunTriggerChoices.COMMAND, requester=os_user(), scope=scope)
    except FabricGone as gone:
        raise Stop(Exit.USAGE, str(gone), code="not_found") from None
    scope = Scope.of(requested.run.scope)  # of a run that was joined it may be wider than what was asked for
    what = fabric.name if scope == Scope() else f"{fabric.name} ({scope})"
    output.say(f"Run #{requested.run.pk} of {what} " + ("is queued." if requested.created else "was queued already."))
    return follow(requested, options, output)


def _scope(fabric: Fabric, options) -> Scope:
    parts = {name: options[name] or "" for name in ("kind", "namespace", "name")}
    try:
        return scope_from_names(fabric, **parts, hard=options["hard"])
    except BadScope as bad:
        hint = "For example: --kind VPC --name vpc-01 --namespace default"
        raise Stop(Exit.USAGE, str(bad), hint, code=f"bad_{bad.field}") from None
