"""``test-sync FABRIC``: everything a sync would do, in this process, writing nothing."""

from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.management.hedgehog_sync.serialize import error_lines, total
from netbox_hedgehog.models import RunStateChoices
from netbox_hedgehog.presentation.folded_troubles import Trouble, fold_troubles
from netbox_hedgehog.sync import dry_run

HELP = "do everything a sync would do, in this process, and write nothing"
COUNTED = ("listed", "created", "updated", "replaced", "restored", "missing", "removed", "unchanged")


def arguments(parser):
    fabric_argument(parser)


def run(options, output: Output) -> int:
    fabric = named(options["fabric"])
    result = dry_run(fabric)
    output.document({"fabric": fabric.name, **result})
    rows = [(kind, *(counts.get(name, 0) for name in COUNTED)) for kind, counts in result["counts"].items()]
    if rows:
        output.table(("KIND", *(name.upper() for name in COUNTED)), rows)
    output.say(f"A sync now would end {result['state']}. {total(result['counts'])}")
    alike = fold_troubles(Trouble(*map(issue.get, Trouble._fields)) for issue in result["issues"] if not issue["name"])
    folded = {each.code for each in alike}
    for each in alike:
        output.say(f"{each.code}: {each.sentence} {each.troubles[0].message} {each.hint}".rstrip())
    for issue in result["issues"]:
        if issue["code"] in folded and not issue["name"]:
            continue
        where = "/".join(part for part in (issue["kind"], issue["namespace"], issue["name"]) if part)
        output.say(f"{where}: {issue['code']}: {issue['message']} {issue['hint']}".rstrip())
    output.say(*error_lines(result["error"]))
    return Exit.GOOD if result["state"] == RunStateChoices.SUCCEEDED else Exit.FAILED
