"""The NetBox jobs that the engine puts into its queue, by the names that NetBox's job list shows.

Their classes are above the engine, in ``netbox_hedgehog/jobs``. NetBox loads them when it starts, and each is
registered here, so that the engine can enqueue a job without importing what is above it.
"""

from netbox.jobs import JobRunner

__all__ = ("RUN_JOB", "SCHEDULE", "TEST_JOB", "register_runner", "runner_named")

# Stored with every job that was ever made, and looked for there: they are never renamed.
RUN_JOB, TEST_JOB, SCHEDULE = "Hedgehog sync", "Hedgehog connection test", "Hedgehog schedule"

_runners: dict[str, type[JobRunner]] = {}


def register_runner[R: type[JobRunner]](runner: R) -> R:
    """Make ``runner`` the class whose jobs have its name; for use as a decorator."""
    _runners[runner.name] = runner
    return runner


def runner_named(name: str) -> type[JobRunner]:
    """The class that does the jobs called ``name``. Raises KeyError where NetBox has not loaded the plugin's jobs."""
    return _runners[name]
