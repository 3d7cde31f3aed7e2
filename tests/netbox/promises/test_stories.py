"""Stories that a guard each is for, told step by step: what a random one comes upon, sooner or later."""

import pytest

from tests.netbox.promises.cluster import KINDS
from tests.netbox.promises.workers import Stop

pytestmark = pytest.mark.django_db(transaction=True)

SOME = {f"thing-{number}" for number in range(5)}


@pytest.mark.parametrize("attentive", [True, False])
def test_worker_that_wakes_up_after_its_lease_writes_nothing(added, attentive):
    for mark in ("lock", "fence", "insert", "end"):
        with added() as story:
            story.worker_is_frozen_beyond_its_lease("VPC", SOME, 3, mark, attentive, repaired=mark != "end")


def test_sync_with_an_older_list_does_not_undo_what_a_watcher_has_written(added):
    for later in (2, None):
        with added() as story:
            story.watcher_writes_while_a_sync_has_an_older_list("VPC", "thing-0", 1, later, attentive=True)


def test_watcher_that_wakes_up_after_its_lease_writes_nothing(added):
    with added() as story:
        story.watcher_writes(8, mess=True)
        story.time_passes(11)
        story.watcher_takes_the_fabric()
        story.objects_are_put("Server", SOME, 3)
        story.late_watcher_writes()


def test_request_during_a_run_is_answered_by_another_one(added):
    with added() as story:
        story.sync_stops_in_between(Stop("fence", 2), attentive=True)
        story.someone_asks("api")
        story.worker_goes_on(0, None)


def test_most_of_a_kind_does_not_disappear_at_once_and_little_of_it_only_with_patience(added):
    with added() as story:
        story.objects_are_deleted("VPC", {"thing-0", "thing-1", "thing-2"})
        story.objects_are_deleted("Server", {"thing-0"})
        for minutes in (11, 11, 65, 65):
            story.fabric_is_synced()
            story.time_passes(minutes)


def test_job_of_a_run_that_is_running_or_has_ended_does_nothing(added):
    with added() as story:
        story.sync_stops_in_between(Stop("fence", 2), attentive=True)
        story.run_is_given_another_job()
        story.next_job_is_taken(None, attentive=True)
        story.worker_goes_on(0, None)
        story.run_is_given_another_job()
        story.next_job_is_taken(None, attentive=True)


def test_run_of_a_killed_worker_is_lost_and_made_up_for_by_the_schedule(added):
    for mark in ("claim", "stored", "fence", "end", "job"):
        with added() as story:
            story.objects_are_put("VPC", SOME, 3)
            story.sync_stops_in_between(Stop(mark, 1), attentive=True)
            story.worker_dies(0)
            story.time_passes(11)
            story.schedule_ticks()
            story.next_job_is_taken(None, attentive=True)


def test_fault_of_a_kind_is_told_and_removes_nothing(added):
    for fault in ("forbid", "hide", "malformed", "fail", "html", "cut", "empty"):
        with added() as story:
            for kind in KINDS:
                story.objects_are_deleted(kind, {"thing-4"})
            story.kind_breaks_or_is_mended("VPC", fault)
            story.fabric_is_synced()
            story.time_passes(65)
            story.fabric_is_synced()
