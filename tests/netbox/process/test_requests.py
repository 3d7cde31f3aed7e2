"""Must show 4: two hundred requests from twenty threads while executors execute (fault 35)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle, pairwise

import pytest
from core.models import Job
from django.db import connection, transaction

from netbox_hedgehog.models import Fabric, SyncRun
from netbox_hedgehog.sync.execute.dispatch import dispatch
from netbox_hedgehog.sync.execute.run import execute
from netbox_hedgehog.sync.request.request import request_sync
from netbox_hedgehog.sync.runs import transitions
from tests.builders import vpc
from tests.netbox.process.given import waits_for_a_lock
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
REQUESTERS, REQUESTS, EXECUTORS = 20, 10, 3
TRIGGERS = cycle(["button", "schedule", "api", "command", "watch"])


def test_fault_35_two_hundred_requests_make_one_run_at_a_time_and_one_follow_up(server, fabric):
    server.put_all(vpc(f"vpc-{number}") for number in range(20))
    stop, most = threading.Event(), {"running": 0, "queued": 0}
    with ThreadPoolExecutor(EXECUTORS + 1) as engines, ExitStack() as ending:
        ending.callback(stop.set)  # also where a request fails: nobody waits for engines that never stop
        executing = [engines.submit(_execute_whatever_waits, fabric.pk, stop) for _ in range(EXECUTORS)]
        watching = engines.submit(_watch, most, stop)
        with ThreadPoolExecutor(REQUESTERS) as requesters:
            futures = [requesters.submit(_request, fabric.pk) for _ in range(REQUESTERS)]
            requests = [each for future in futures for each in future.result(90)]
        deadline = time.monotonic() + 60
        while SyncRun.objects.filter(finished=None).exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        stop.set()
        executed = [each for future in executing for each in future.result(30)]
        watching.result(30)
    assert len(requests) == REQUESTERS * REQUESTS
    assert most == {"running": 1, "queued": 1}
    runs = {run.pk: run for run in SyncRun.objects.all()}
    assert {run.state for run in runs.values()} == {"succeeded"}
    assert sum(run.requests for run in runs.values()) == len(requests)
    for run_id, asked_at in requests:
        assert runs[run_id].started > asked_at, "a request was answered by a run that had begun before it"
    assert sorted(executed) == sorted(runs), "each run is executed once"
    spans = sorted((run.started, run.finished) for run in runs.values())
    for (_, finished), (started, _) in pairwise(spans):
        assert finished <= started


def test_fault_35_two_that_dispatch_one_run_at_the_same_moment_make_one_job(server, fabric):
    run, _ = transitions.enqueue(fabric, "command", None, "somebody")
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            dispatch(fabric.pk)
            second = other.submit(_dispatch, fabric.pk)
            until(waits_for_a_lock, 10)
        second.result(10)
    assert SyncRun.objects.get(pk=run).job == Job.objects.get(object_id=fabric.pk)


def _dispatch(fabric_id):
    try:
        dispatch(fabric_id)
    finally:
        connection.close()


def _request(fabric_id):
    """Each request, with the database's time at which it was made."""
    made = []
    try:
        fabric = Fabric.objects.get(pk=fabric_id)
        for _ in range(REQUESTS):
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                now = cursor.fetchone()[0]
            made.append((request_sync(fabric, next(TRIGGERS)).run.pk, now))
    finally:
        connection.close()
    return made


def _execute_whatever_waits(fabric_id, stop):
    done = []
    try:
        while not stop.is_set():
            waiting = SyncRun.objects.filter(fabric=fabric_id, state="queued").values_list("pk", flat=True)
            done += [pk for pk in waiting if execute(pk, threading.current_thread().name)]
            time.sleep(0.01)
    finally:
        connection.close()
    return done


def _watch(most, stop):
    try:
        while not stop.is_set():
            states = list(SyncRun.objects.filter(finished=None).values_list("state", flat=True))
            for state in most:
                most[state] = max(most[state], states.count(state))
            time.sleep(0.005)
    finally:
        connection.close()
