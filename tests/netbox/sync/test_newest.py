"""The newest run of each fabric."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from netbox_hedgehog.models import Fabric, SyncRun
from netbox_hedgehog.sync.newest import newest

pytestmark = pytest.mark.django_db


def ended(fabric, state, minutes):
    at = timezone.now() - timedelta(minutes=minutes)
    return SyncRun.objects.create(fabric=fabric, state=state, trigger="schedule", created=at, finished=at)


def test_of_the_runs_that_count_the_last_to_end_is_found_for_each_fabric_asked_for():
    first, second, other, none = (Fabric.objects.create(name=name) for name in ("a", "b", "c", "d"))
    for fabric in (first, second, other):
        ended(fabric, "succeeded", 30)
        ended(fabric, "failed", 5)
    late = ended(first, "succeeded", 10)
    early = SyncRun.objects.get(fabric=second, state="succeeded")
    succeeded = SyncRun.objects.filter(state="succeeded")
    with CaptureQueriesContext(connection) as queries:
        found = {run.fabric_id: run for run in newest(succeeded, [first.pk, second.pk, none.pk])}
    assert found == {first.pk: late, second.pk: early}
    assert len(queries) == 1
