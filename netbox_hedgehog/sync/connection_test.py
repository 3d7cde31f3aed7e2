"""The connection test: what a sync does up to its first list, with each step recorded."""

import logging
from functools import partial
from typing import Any

from django.db import transaction

from netbox_hedgehog.cluster import ClusterError, Step, check
from netbox_hedgehog.models import ConnectionTest, Fabric
from netbox_hedgehog.sync.cluster_settings import timeouts
from netbox_hedgehog.sync.db.clock import database_time
from netbox_hedgehog.sync.db.retry import retry_transient
from netbox_hedgehog.sync.queue.runners import TEST_JOB, runner_named
from netbox_hedgehog.sync.queue.workers import QUEUE_NAME
from netbox_hedgehog.sync.runs.deleted_fabric import unless_deleted
from netbox_hedgehog.sync.runs.transitions import Failure
from netbox_hedgehog.sync.runs.unexpected import failure_of

__all__ = ("request_test", "run_test")

logger = logging.getLogger("netbox_hedgehog.sync")


def request_test(fabric: Fabric, user: Any = None) -> ConnectionTest:
    """Ask a worker to test the connection to ``fabric``; the row that is returned tells the outcome when it has ended.

    Raises FabricGone where the fabric is deleted at the same time.
    """
    with unless_deleted(fabric):
        test = ConnectionTest.objects.create(fabric=fabric, requested_by=user)
        transaction.on_commit(partial(_enqueue, test, user))
    return test


def _enqueue(test: ConnectionTest, user: Any) -> None:
    job = runner_named(TEST_JOB).enqueue(
        instance=test.fabric, user=user, queue_name=QUEUE_NAME, notifications="never", test_id=test.pk
    )
    ConnectionTest.objects.filter(pk=test.pk).update(job=job)


def run_test(test: ConnectionTest) -> ConnectionTest:
    """Test the connection in this process and record every step; never raises for what a cluster or a credential does.

    Whatever is raised ends the test, truthfully: a test that is "under way" for ever says nothing to anyone.
    """
    steps: list[Step] = []
    failure = Failure()
    try:
        result = check(test.fabric.target(), test.fabric.namespaces, steps=steps, **timeouts())
        if result.error:
            failure = failure_of(result.error)
    except Exception as error:
        if not isinstance(error, ClusterError):  # else the credential cannot be used at all
            logger.exception("Connection test %s of %s", test.pk, test.fabric)
        failure = failure_of(error)
    test.steps = [
        {"name": step.name, "ok": step.ok, "detail": step.detail, "seconds": round(step.seconds, 3)} for step in steps
    ]
    test.ok = not failure.code
    test.error_code, test.error_message, test.error_hint = failure.code, failure.message, failure.hint
    retry_transient(partial(_record, test))
    return test


def _record(test: ConnectionTest) -> None:
    """End ``test``, unless somebody has ended it meanwhile: one conditional statement.

    Not save(): a test that went with its fabric meanwhile must not come back.
    """
    test.finished = database_time()  # it is compared with the times of runs
    columns = ("steps", "ok", "finished", "error_code", "error_message", "error_hint")
    unfinished = ConnectionTest.objects.filter(pk=test.pk, finished=None)
    unfinished.update(**{name: getattr(test, name) for name in columns})
