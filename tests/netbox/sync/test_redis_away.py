"""A sync whose event rules cannot be told, since Redis is away: what is written stays written, and the log says so."""

import logging

import pytest
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from netbox_hedgehog.models import VPC, Fabric, SyncRun
from netbox_hedgehog.sync.execute import dispatch as dispatching
from netbox_hedgehog.sync.execute import run_writer as writing
from netbox_hedgehog.sync.store import changelog
from tests.builders import vpc
from tests.netbox.sync.given import sync

pytestmark = pytest.mark.django_db


def test_sync_succeeds_where_event_rules_cannot_be_told(server, fabric, monkeypatch, caplog):
    def away(*_):
        raise RedisAway("Connection refused")

    server.put(vpc("vpc-1"))
    server.put(vpc("vpc-2"))
    monkeypatch.setattr(changelog, "wants_events", lambda: True)
    monkeypatch.setattr(changelog, "flush_events", away)
    monkeypatch.setattr(writing, "flush_events", away)
    with caplog.at_level(logging.WARNING):
        assert sync(fabric).state == "succeeded"
        fabric.removal_runs = fabric.removal_hours = 0
        fabric.save()
        server.delete("vpcs", "vpc-1")
        run = sync(fabric)
    assert (run.state, run.counts["VPC"]["removed"]) == ("succeeded", 1)
    assert [row.name for row in VPC.objects.all()] == ["vpc-2"]
    assert caplog.text.count("event rules were not told") == 2


def test_log_names_the_run_that_has_no_job(fabric, monkeypatch, caplog):
    def away(*_):
        raise RedisAway("Connection refused")

    Fabric.objects.create(name="other")  # so that no run has the number of its fabric
    run = SyncRun.objects.create(fabric=fabric, state="queued", trigger="api", created=timezone.now(), pk=4711)
    monkeypatch.setattr(dispatching, "_enqueue", away)
    dispatching.dispatch(fabric.pk)
    assert f"Run #{run.pk} of fabric {fabric.pk} has no job yet: Redis cannot be reached" in caplog.text
