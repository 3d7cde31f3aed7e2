"""Syncs in this process, and the SQL that they run."""

import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from netbox_hedgehog.models import Fabric, RunTriggerChoices, SyncRun
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.request.request import request_sync

__all__ = (
    "statements",
    "sync",
    "writes",
)

LOOKS = ("netbox_hedgehog_syncrun", "netbox_hedgehog_kindobservation")


def sync(fabric: Fabric, user: Any = None, worker: str = "worker-1") -> SyncRun:
    """Request a sync of FABRIC and execute it here; the run as it ended."""
    run = request_sync(fabric, RunTriggerChoices.COMMAND, user).run
    execute(run.pk, worker)
    return SyncRun.objects.get(pk=run.pk)


def statements(fabric: Fabric) -> list[str]:
    """The SQL of one sync of FABRIC, but for the reports of progress, whose number depends on the time it takes."""
    with CaptureQueriesContext(connection) as captured:
        sync(fabric)
    progress = 'UPDATE "netbox_hedgehog_syncrun" SET "lease_until"'
    return [each["sql"] for each in captured if not each["sql"].startswith(progress)]


def writes(sql: list[str]) -> list[str]:
    """Those of the statements that write anything but the run itself and the times of its looks."""
    return [each for each in sql if _changed_table(each) not in (None, *LOOKS)]


def _changed_table(sql: str) -> str | None:
    found = re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', sql)
    return found and found[1]
