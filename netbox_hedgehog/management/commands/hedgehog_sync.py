"""``netbox hedgehog_sync``: fabrics and their syncs from a terminal or a script."""

import sys

from django.core.management.base import BaseCommand

from netbox_hedgehog.management.hedgehog_sync import SUBCOMMANDS, Output, Stop
from netbox_hedgehog.management.hedgehog_sync.services import service_errors

EPILOG = "Exit status: 0 good, 1 the sync or test failed, 2 usage, 3 no worker serves the queue."


class Command(BaseCommand):
    help = "Add Hedgehog fabrics, sync them, and tell how they are."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.epilog = EPILOG
        subparsers = parser.add_subparsers(dest="subcommand", required=True, metavar="SUBCOMMAND")
        for name, module in SUBCOMMANDS.items():
            subparser = subparsers.add_parser(name, help=module.HELP, description=module.HELP, epilog=EPILOG)
            module.arguments(subparser)
            subparser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args, subcommand, **options):
        output = Output(self.stdout, self.stderr, as_json=options["json"])
        try:
            with service_errors():
                status = SUBCOMMANDS[subcommand].run(options, output)
        except Stop as stop:
            output.fail(stop)
            status = stop.status
        if status:
            sys.exit(status)
