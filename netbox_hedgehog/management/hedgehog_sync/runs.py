"""``runs FABRIC``: the newest runs of a fabric."""

from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.options import whole_number
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.management.hedgehog_sync.serialize import error_lines, run_row, total, when
from netbox_hedgehog.models import SyncRun
from netbox_hedgehog.sync import Scope, queue_state

HELP = "list a fabric's newest runs"
MOST = 10_000  # runs


def arguments(parser):
    fabric_argument(parser)
    parser.add_argument("--limit", type=whole_number(MOST), default=10, metavar="N", help="how many (default: 10)")


def run(options, output: Output) -> int:
    fabric = named(options["fabric"])
    queue = queue_state()
    runs = SyncRun.objects.filter(fabric=fabric).lapses().select_related("fabric", "held", "let_through")
    rows = [run_row(each, queue) for each in runs[: options["limit"]]]
    output.document(rows)
    if not rows:
        output.say(f"{fabric.name} was never synced. Ask for it with: netbox hedgehog_sync trigger {fabric.name}")
        return Exit.GOOD
    output.table(
        ("RUN", "STATE", "SCOPE", "CAUSE", "BY", "CREATED", "FINISHED", "WHAT"),
        [
            (
                f"#{row['id']}",
                row["state"],
                str(Scope.of(row["scope"])),
                row["trigger"],
                row["requested_by"],
                when(row["created"]),
                when(row["finished"]),
                (error_lines(row["error"]) or [row["waiting"] or (total(row["counts"]) if row["counts"] else "")])[0],
            )
            for row in rows
        ],
    )
    return Exit.GOOD
