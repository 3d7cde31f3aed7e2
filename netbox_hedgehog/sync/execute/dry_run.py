"""A sync that writes nothing: everything is read and compared, and told."""

from typing import Any

from django.utils import timezone

from netbox_hedgehog.cluster import ClusterError
from netbox_hedgehog.models import Fabric, RunStateChoices, SyncRun
from netbox_hedgehog.sync.execute.fabric import FabricReader
from netbox_hedgehog.sync.runs.progress import Progress

__all__ = ("dry_run",)


def dry_run(fabric: Fabric) -> dict[str, Any]:
    """What a sync of ``fabric`` would do now, in this process: state, counts by kind, issues, and the error if any."""
    run = SyncRun(fabric=fabric, started=timezone.now())
    progress = Progress(lease=None)
    sync = FabricReader(run, progress, check=lambda: None, writer=None)
    error = None
    try:
        state = sync.sync()
    except ClusterError as failed:
        state = RunStateChoices.FAILED
        error = {"code": failed.code.value, "message": failed.message, "hint": failed.hint}
    issues = [
        {name: getattr(issue, name) for name in ("kind", "namespace", "name", "code", "message", "hint")}
        for issue in sync.issues
    ]
    return {"state": state, "counts": progress.counts, "issues": issues, "error": error}


dry_run.__test__ = False  # its name is that of the command; it is no test
