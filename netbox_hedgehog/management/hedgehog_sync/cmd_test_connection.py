"""``test-connection FABRIC``: try to reach the fabric's API from this process, step by step."""

from netbox_hedgehog.management.hedgehog_sync.fabrics import fabric_argument, named
from netbox_hedgehog.management.hedgehog_sync.output import Exit, Output
from netbox_hedgehog.management.hedgehog_sync.serialize import error_lines, error_of
from netbox_hedgehog.models import ConnectionTest
from netbox_hedgehog.sync import run_test

HELP = "test the connection to a fabric in this process, without a worker"


def arguments(parser):
    fabric_argument(parser)


def run(options, output: Output) -> int:
    fabric = named(options["fabric"])
    # Kept like any other test, so that the fabric's page tells of it too.
    test = run_test(ConnectionTest.objects.create(fabric=fabric))
    error = error_of(test)
    output.document({"id": test.pk, "fabric": fabric.name, "ok": test.ok, "steps": test.steps, "error": error})
    for step in test.steps:
        mark = "ok" if step["ok"] else "FAILED"
        output.say(f"{mark:<7} {step['name']} ({step['seconds']:.2f} s) {step['detail']}".rstrip())
    output.say(*error_lines(error))
    if test.ok:
        output.say(f"{fabric.name} can be read. Sync it with: netbox hedgehog_sync trigger {fabric.name} --wait")
    return Exit.GOOD if test.ok else Exit.FAILED
