"""``netbox hedgehog_watch``: follow the changes of all fabrics as they happen, until it is stopped."""

import logging
import resource
import signal

from django.core.management.base import BaseCommand

from netbox_hedgehog.heap import freeze_heap
from netbox_hedgehog.sync.watch import Supervisor


class Command(BaseCommand):
    help = (
        "Follow all fabrics as they change, so that NetBox shows a change within a fraction of a second. Runs until "
        "INT or TERM. Any number may run, on any hosts: each fabric is followed by one, and taken over when that dies."
    )
    requires_system_checks = ()

    def handle(self, *args, verbosity, **options):
        log = logging.getLogger("netbox_hedgehog.watch")
        if verbosity and not log.handlers:
            handler = logging.StreamHandler(self.stderr)
            handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
            log.addHandler(handler)
            log.setLevel(logging.INFO if verbosity == 1 else logging.DEBUG)
        # A stream is a file descriptor; the soft limit is 1,024 on most systems, made for programs that use select().
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        supervisor = Supervisor()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.stop())
        freeze_heap()
        self.stdout.write("Watching")
        self.stdout.flush()
        supervisor.run()
