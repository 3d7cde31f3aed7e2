"""NetBox's system jobs, which every worker begins when it starts.

A recurring job plans the next one when it ends, and one whose worker was killed, or that Redis forgot, never does:
https://github.com/netbox-community/netbox/issues/22714. ``sync/queue/timer.py`` sees that and begins the chain anew.
Remove that and this when the issue is closed in the oldest NetBox that the plugin supports, if its recovery needs no
restart of a worker.
"""

from typing import Any

from netbox.jobs import JobRunner
from netbox.registry import registry

__all__ = ("system_job_named",)


def system_job_named(name: str) -> tuple[type[JobRunner], dict[str, Any]] | None:
    """The system job that NetBox lists as ``name``, and the options that its ``enqueue_once`` is called with."""
    return next(((job, options) for job, options in registry["system_jobs"].items() if job.name == name), None)
