"""``status [FABRIC]``: the four facts, what is wrong since when, the newest runs, and who serves the queue."""

from dataclasses import asdict

from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.management.hedgehog_sync.serialize import error_lines, run_row, when
from netbox_hedgehog.models import Fabric, FabricCondition, SyncRun
from netbox_hedgehog.presentation.removal_hold import newest_held
from netbox_hedgehog.sync import Facts, QueueState, facts_for, queue_state

HELP = "tell how fabrics are; exit status 3 when no worker serves the queue"
FACTS = ("connection", "freshness", "drift", "health", "schedule")


def arguments(parser):
    fabric_argument(parser, optional=True)


def run(options, output: Output) -> int:
    fabrics = [named(options["fabric"])] if options["fabric"] else list(Fabric.objects.all())
    facts, queue = facts_for(fabrics), queue_state()
    rows = [_row(fabric, facts[fabric.pk], queue) for fabric in fabrics]
    output.document({"queue": asdict(queue), "fabrics": rows})
    if not fabrics:
        output.say("There is no fabric yet. Add one with: netbox hedgehog_sync add NAME --kubeconfig FILE")
    for row in rows:
        _tell(row, output)
    output.say(queue.message or f"Served by {len(queue.workers)} worker(s).")
    return Exit.NO_WORKER if queue.message else Exit.GOOD


def _row(fabric: Fabric, facts: Facts, queue: QueueState) -> dict:
    newest = SyncRun.objects.reads().filter(fabric=fabric).select_related("fabric", "held", "let_through").first()
    held = newest_held(SyncRun.objects.filter(fabric=fabric))
    shown = {name: _fact(getattr(facts, name)) for name in FACTS}
    return {
        "id": fabric.pk,
        "name": fabric.name,
        **shown,
        "sentence": facts.sentence,
        "conditions": [_condition(each) for each in facts.conditions],
        "watcher": facts.watching.state if facts.watching else "stopped",
        "held_by": run_row(held, queue) if held else None,
        "last_run": run_row(newest, queue) if newest else None,
    }


def _fact(fact) -> dict:
    return {name: getattr(fact, name) for name in ("value", "label", "at", "detail", "count", "total")}


def _condition(row: FabricCondition) -> dict:
    return {name: getattr(row, name) for name in ("type", "status", "reason", "message", "changed_at")}


def _tell(row: dict, output: Output) -> None:
    output.say(f"{row['name']}: {row['sentence']}")
    for name in FACTS:
        fact = row[name]
        output.say(f"  {name:<11} {fact['label']}" + (f" - {fact['detail']}" if fact["detail"] else ""))
    for wrong in (each for each in row["conditions"] if each["status"]):
        output.say(f"  {wrong['type']:<11} since {when(wrong['changed_at'])}: {wrong['reason']}")
    if held := row["held_by"]:
        count = held["held"]["count"]
        output.say(f"  held        {count} object(s) by run #{held['id']}: netbox hedgehog_sync override {row['name']}")
    if last := row["last_run"]:
        output.say(f"  last run    #{last['id']} {last['state']}")
        output.say(*(f"    {line}" for line in [*error_lines(last["error"]), last["waiting"]] if line))
